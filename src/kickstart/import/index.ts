import type { Place } from '../../errors.ts';
import type { InterpretOptions } from '../apply/command.ts';
import { interpretKickstart } from '../interpret.ts';
import type { KickstartFile } from '../tree.ts';
import type { Verdict } from '../verdict.ts';
import { writeToml } from './toml.ts';

export interface ImportOptions extends InterpretOptions {
  /** Of the definition that is written; a kickstart file says none of these. */
  readonly name?: string;
  readonly version?: string;
  readonly distro?: string;
  /** How comments name a file. Its path as given when left out. */
  readonly showFile?: (path: string) => string;
}

export interface ImportedKickstart {
  /** A definition in TOML. */
  readonly text: string;
  readonly verdicts: readonly Verdict[];
}

/**
 * Writes the definition that is equal to a kickstart file, each value with the line that it comes from. What is refused
 * stands at the top as a comment, so that nothing is lost without a trace. Parsing the text gives the same values as
 * `interpretKickstart`.
 */
export const importKickstart = (file: KickstartFile, options: ImportOptions = {}): ImportedKickstart => {
  const { value, placeOf, verdicts } = interpretKickstart(file, options);
  const showFile = options.showFile ?? ((path: string) => path);
  const show = ({ file: path, line }: Place): string => `${showFile(path)}:${line ?? 1}`;
  const named = { name: options.name, version: options.version, distro: options.distro, ...value };
  const body = writeToml(named, (path) => (isOwn(path) ? undefined : show(placeOf(path))));
  return { text: `${top(file, verdicts, show, showFile)}\n${body}`, verdicts };
};

const isOwn = (path: readonly (string | number)[]): boolean =>
  path.length === 1 && ['name', 'version', 'distro'].includes(String(path[0]));

const top = (
  file: KickstartFile,
  verdicts: readonly Verdict[],
  show: (place: Place) => string,
  showFile: (path: string) => string,
): string => {
  const refused = verdicts.filter(({ decision }) => decision === 'refused');
  const lines = [
    `Made from ${showFile(file.path)} by hew kickstart import.`,
    ...(refused.length > 0 ? ['', 'Not taken over:'] : []),
    ...refused.map(
      ({ place, subject, reason, instead }) =>
        `  ${show(place)} ${subject}: ${reason}.${instead === undefined ? '' : ` ${instead}`}`,
    ),
  ];
  return lines
    .map((line) => `# ${line}`.trimEnd().replaceAll(/[\0-\x08\x0A-\x1F\x7F]/g, ' '))
    .join('\n')
    .concat('\n');
};
