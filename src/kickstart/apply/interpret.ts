import type { Place, Problem } from '../../errors.ts';
import { ruleProblems } from '../../definition/rules.ts';
import { definitionSchema } from '../../definition/schema/definition.ts';
import type { DefinitionInput, Path } from '../../definition/types.ts';
import type { InterpretOptions } from './command.ts';
import { cheetahDirectives } from '../verdict/cheetah.ts';
import { Draft, placeIn } from './draft.ts';
import { addMadePartitions } from './made-partitions.ts';
import { flatten, type FlatNode } from '../syntax/flatten.ts';
import { judgeCommand } from '../verdict/judge-command.ts';
import { judgeInclude } from '../verdict/judge-include.ts';
import { emptyVerdict, judgeSection, type SectionContext } from '../verdict/judge-section.ts';
import { parsePackageLine } from '../syntax/package-line.ts';
import { findPlaceholder, unfilled } from '../verdict/placeholders.ts';
import { readPreScripts } from '../verdict/pre-scripts.ts';
import type { KickstartFile, SyntaxProblem } from '../syntax/tree.ts';
import { asProblems, placeKey, refusedFor, type Verdict } from '../verdict/verdict.ts';
import { tidyVerdicts } from '../verdict/verdict-order.ts';

/** What a kickstart file says, and what hew makes of each line. */
export interface Interpretation {
  readonly value: DefinitionInput;
  /** Where the line stands that set a value; the nearest outer value counts. */
  readonly placeOf: (path: Path) => Place;
  readonly verdicts: readonly Verdict[];
  /** The refusals. Without any, every line is honoured. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a parsed kickstart file as a description of a system. Pure and total: what cannot be honoured is a verdict
 * `refused`, never an exception. The value holds only what the applied lines say, in the form that a TOML file has.
 */
export const interpretKickstart = (file: KickstartFile, options: InterpretOptions = {}): Interpretation => {
  const nodes = flatten(file);
  const pre = readPreScripts(nodes);
  const environments = nodes.some(asksForEnvironment);
  const directives = cheetahDirectives(nodes);
  const refused = new Map<string, Verdict>();
  for (let round = 1; ; round += 1) {
    const draft = new Draft(pre.made.partitions);
    addMadePartitions(draft, pre.made);
    const judged = judgeNodes(nodes, { draft, pre, environments, options, refused }, directives);
    const { value, places } = draft.layer();
    const verdicts = refuseInvalid(judged, value, places);
    const isNew = noteRefused(verdicts, refused);
    if (!isNew || round === MAXIMUM_ROUNDS) return interpretation(file, value, places, tidyVerdicts(verdicts));
  }
};

/** The rounds of reading: a line that is refused may have written into the draft, so the file is read again without it. */
const MAXIMUM_ROUNDS = 4;

/** Notes the lines that are refused by what they say. Returns whether any was not noted before. */
const noteRefused = (verdicts: readonly Verdict[], refused: Map<string, Verdict>): boolean => {
  const before = refused.size;
  for (const verdict of verdicts) if (verdict.decision === 'refused' && !refused.has(placeKey(verdict.place))) refused.set(placeKey(verdict.place), verdict);
  return refused.size > before;
};

const interpretation = (
  file: KickstartFile, value: DefinitionInput, places: ReadonlyMap<string, Place>, verdicts: readonly Verdict[],
): Interpretation => ({
  value,
  placeOf: (path) => placeIn(places, path) ?? { file: file.path },
  verdicts,
  problems: asProblems(verdicts),
});

const judgeNodes = (nodes: readonly FlatNode[], context: SectionContext, directives: ReadonlySet<FlatNode>): Verdict[] => {
  const verdicts: Verdict[] = [];
  let section: Verdict | undefined;
  for (const node of nodes) {
    if (node.kind === 'flat-section') {
      const judged = judgeSection(node, context);
      section = judged[0];
      for (const verdict of judged) verdicts.push(verdict);
    } else if (node.kind === 'end') {
      if (section !== undefined) verdicts.push({ ...section, place: node.place, lines: 1, notes: [] });
    } else if (node.kind === 'command') verdicts.push(context.refused.get(placeKey(node.place)) ?? judgeCommand(node, context.draft, context.options));
    else if (node.kind === 'include') verdicts.push(judgeInclude(node, context.pre));
    else if (node.kind === 'error') {
      const placeholder = findPlaceholder(node.source.trimEnd());
      const problem = placeholder === undefined ? node.problem : unfilled(placeholder);
      verdicts.push(refusedFor({ place: node.place, lines: node.lines, subject: 'syntax' }, problem));
    } else if (directives.has(node)) {
      verdicts.push(refusedFor({ place: node.place, lines: node.lines, subject: 'template' }, unfilled(node.source.trim())));
    } else verdicts.push(emptyVerdict(node));
  }
  return verdicts;
};

const asksForEnvironment = (node: FlatNode): boolean =>
  node.kind === 'flat-section' &&
  node.header.name === '%packages' &&
  node.body.some((line) => {
    const entry = line.kind === 'text' ? parsePackageLine(line.text) : undefined;
    return entry?.kind === 'environment' && !entry.exclude;
  });

/** Values that the schema or a rule of definitions does not take are refused at the line that gave them. */
const refuseInvalid = (
  verdicts: readonly Verdict[],
  value: unknown,
  places: ReadonlyMap<string, Place>,
): readonly Verdict[] => {
  const wrong = new Map<string, SyntaxProblem>();
  const result = definitionSchema.safeParse(value);
  if (result.success) {
    const placeOf = (path: Path): Place => placeIn(places, path) ?? NOWHERE;
    for (const { code, message, hint, place = NOWHERE } of ruleProblems(result.data, placeOf, false)) {
      if (!DECIDED_ELSEWHERE.includes(code)) wrong.set(placeKey(place), { code, message, ...(hint === undefined ? {} : { hint }) });
    }
  } else {
    for (const issue of result.error.issues) {
      const path = issue.path.filter((part) => typeof part !== 'symbol');
      const message = `${nameOf(path)} ${issue.message}`;
      wrong.set(placeKey(placeIn(places, path) ?? NOWHERE), { code: 'kickstart-value', message, hint: 'Correct the value.' });
    }
  }
  if (wrong.size === 0) return verdicts;
  return verdicts.map((verdict) => {
    const problem = wrong.get(placeKey(verdict.place));
    return problem === undefined || verdict.decision !== 'applied' ? verdict : refusedFor(verdict, problem);
  });
};

/** What a kickstart file may call it: `label`, not the place in a definition. */
const nameOf = (path: Path): string => path.findLast((part) => typeof part === 'string') ?? 'it';

const NOWHERE: Place = { file: '' };

/** A kickstart file names no keys, and whether a plain text may stand is judged with its line. */
const DECIDED_ELSEWHERE: readonly string[] = ['key-missing', 'plain-text-password'];

