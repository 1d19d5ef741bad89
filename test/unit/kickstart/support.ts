import type { DefinitionInput } from '../../../src/definition/types.ts';
import {
  interpretKickstart,
  loadKickstart,
  parse,
  type Interpretation,
  type InterpretOptions,
  type KickstartFile,
  type Verdict,
} from '../../../src/kickstart/index.ts';

/** Interprets one text without includes. */
export const interpret = (text: string, options?: InterpretOptions): Interpretation =>
  interpretKickstart(parse(text, { path: 'a.ks' }), options);

/** What a text says, which must be honoured as a whole. */
export const valueOf = (text: string, options?: InterpretOptions): DefinitionInput => {
  const { value, problems } = interpret(text, options);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  return value;
};

/** The verdict on one line, the first unless told otherwise. */
export const verdictOn = (text: string, line = 1, options?: InterpretOptions): Verdict => {
  const found = interpret(text, options).verdicts.find(
    ({ place, lines }) => place.line <= line && line < place.line + lines,
  );
  if (found === undefined) throw new Error(`no verdict on line ${line}`);
  return found;
};

/** Loads `a.ks` from a table of files. */
export const load = (
  files: Readonly<Record<string, string>>,
  substitutes: Readonly<Record<string, string>> = {},
): Promise<KickstartFile> =>
  loadKickstart('a.ks', files['a.ks'] ?? '', {
    read: (path) => files[path],
    substitutes: new Map(Object.entries(substitutes)),
  });
