import type { InterpretOptions } from '../apply/command.ts';
import { applyPackagesHeader, judgePackage } from '../apply/packages.ts';
import { applyPost } from '../apply/scripts.ts';
import { readArguments, type Arguments } from '../syntax/arguments.ts';
import { parseOptions } from '../commands/row.ts';
import type { Draft } from '../apply/draft.ts';
import type { FlatSection } from '../syntax/flatten.ts';
import { judgeRow } from './judge-command.ts';
import { findPlaceholder, unfilled } from './placeholders.ts';
import type { PreScripts } from './pre-scripts.ts';
import { findSection } from '../syntax/sections.ts';
import type { PreReading } from '../pre/read-pre.ts';
import { placeKey, refusedFor, type LineRange, type Verdict } from './verdict.ts';

/** What the whole file tells about one section. */
export interface SectionContext {
  readonly draft: Draft;
  readonly pre: PreScripts;
  /** Whether any %packages asks for an environment. */
  readonly environments: boolean;
  readonly options: InterpretOptions;
  /** Lines that are refused already, by `placeKey`. */
  readonly refused: ReadonlyMap<string, Verdict>;
}

/** Decides on a section: its header, then every line. The `%end` follows the header's verdict. */
export const judgeSection = (section: FlatSection, context: SectionContext): readonly Verdict[] => {
  const { header, body } = section;
  const verdict = judgeHeader(section, context);
  const effect = isPreScript(header.name) ? context.pre.effectOf(section) : undefined;
  if (effect?.effect === 'makes-partitions') return [verdict, ...judgeLines(effect.reading, verdict)];
  if (header.name !== '%packages' || verdict.decision === 'refused')
    return [verdict, ...followAll(body, verdict)];
  const lines = body.map((node) =>
    node.kind === 'text' ? context.refused.get(placeKey(node.place)) ?? judgePackage(node, context.draft, context.environments) : emptyVerdict(node),
  );
  return [verdict, ...lines];
};

const isPreScript = (name: string): boolean => name === '%pre' || name === '%pre-install';

/** The lines of a script that makes partitions, each with what it makes. */
const judgeLines = ({ lines }: PreReading, header: Verdict): readonly Verdict[] =>
  lines.map(({ node, says }) => {
    if (node.kind !== 'text' || says !== '') return { ...follow(node, header), reason: says };
    return { ...follow(node, header), decision: 'ignored', reason: 'asks for nothing that an image would have' };
  });

/** The lines of a section that share its fate: those of its own file that follow one another have one verdict. */
function followAll(body: FlatSection['body'], header: Verdict): readonly Verdict[] {
  const { file } = header.place;
  const verdicts: Verdict[] = [];
  for (let index = 0, node = body[0]; node !== undefined; node = body[index]) {
    const first = node;
    let { lines } = first;
    index += 1;
    for (let next = body[index]; canJoin(first, next, file) && next?.place.line === first.place.line + lines; next = body[index]) {
      lines += next.lines;
      index += 1;
    }
    verdicts.push({ ...follow(first, header), lines });
  }
  return verdicts;
}

/** A file that is included more than once needs a verdict on each line: its lines may have others elsewhere. */
const canJoin = (first: FlatSection['body'][number], next: FlatSection['body'][number] | undefined, file: string): boolean =>
  first.kind === 'text' && next?.kind === 'text' && first.place.file === file && next.place.file === file;

/** A line that shares the fate of its section. */
const follow = (node: FlatSection['body'][number], { decision, reason, instead, subject }: Verdict): Verdict => {
  if (node.kind !== 'text') return emptyVerdict(node);
  const { place, lines } = node;
  return { place, lines, subject, decision, reason, ...(instead === undefined ? {} : { instead }), notes: [] };
};

export const emptyVerdict = (node: { readonly kind: string } & Omit<LineRange, 'subject'>): Verdict => ({
  place: node.place,
  lines: node.lines,
  subject: node.kind,
  decision: 'empty',
  reason: node.kind === 'comment' ? 'a comment' : 'a blank line',
  notes: [],
});

const judgeHeader = (section: FlatSection, { draft, pre, options, environments, refused }: SectionContext): Verdict => {
  const { header } = section;
  const known = refused.get(placeKey(header.place));
  if (known !== undefined) return known;
  const lines = { place: header.place, lines: header.lines, subject: header.name };
  if (header.problem !== undefined) return refusedFor(lines, header.problem);
  const placeholder = findPlaceholder(header.words.join(' '));
  if (placeholder !== undefined) return refusedFor(lines, unfilled(placeholder));
  const row = findSection(header.name);
  if (row === undefined) return refusedFor(lines, { code: 'kickstart-unknown-section', message: 'unknown section' });
  const args = readArguments(row.verbatim ? [] : header.words, row.options, row.words);
  const verdict = judgeRow(lines, row, args);
  if (verdict.decision === 'refused') return verdict;
  if (header.name === '%packages') return addNotes(verdict, applyPackagesHeader(header, args, draft, environments));
  if (header.name === '%post') return addNotes(verdict, applyPost(section, args, draft, options));
  if (isPreScript(header.name)) return judgePre(section, verdict, pre);
  if (header.name === '%addon') return judgeAddon(section, verdict, draft);
  return header.name === '%certificate' ? judgeCertificate(section, verdict, args, draft) : verdict;
};

const addNotes = (verdict: Verdict, notes: readonly string[]): Verdict => ({
  ...verdict,
  notes: [...verdict.notes, ...notes],
});

const refuse = (verdict: Verdict, message: string, hint: string): Verdict =>
  refusedFor(verdict, { code: 'kickstart-refused', message, hint });

const judgePre = (section: FlatSection, verdict: Verdict, pre: PreScripts): Verdict => {
  const effect = pre.effectOf(section);
  if (effect.effect === 'writes-include') {
    return refuse(
      verdict,
      `it writes ${effect.target}, which the file includes, and hew runs no %pre`,
      `Give what it would write by --include ${effect.target}=FILE.`,
    );
  }
  if (effect.effect === 'partitions') {
    return refuse(
      verdict,
      `line ${effect.place.line ?? 0} partitions the disk with ${effect.tool}, and there is no disk yet${because(effect.problem)}`,
      'Declare the partitions: part MOUNTPOINT --fstype=TYPE --size=MEBIBYTES, without --onpart.',
    );
  }
  if (effect.effect === 'writes-system') {
    return refuse(
      verdict,
      `line ${effect.place.line ?? 0} writes into the system before its packages are there`,
      'Use `files` in the definition, or %post.',
    );
  }
  if (effect.effect === 'makes-partitions') return { ...verdict, decision: 'applied', reason: 'its partitions are made for `part --onpart`' };
  if (effect.effect === 'taken') return { ...verdict, reason: 'what it writes is included as it stands there' };
  return effect.effect === 'replaced' ? { ...verdict, reason: 'what it writes is given by --include' } : verdict;
};

/** Why the partitions are not read from the script. */
const because = (problem: PreReading['problem']): string =>
  problem === undefined ? '' : `; hew cannot read which, because of line ${problem.place.line ?? 0}: ${problem.reason}`;

const KDUMP = parseOptions({ options: '--enable --disable --reserve-mb= --enablefadump' });

const judgeAddon = ({ header }: FlatSection, verdict: Verdict, draft: Draft): Verdict => {
  const [name = '', ...words] = header.words;
  if (name !== 'com_redhat_kdump') {
    return refuse(
      verdict,
      `hew does not know the add-on ${name || 'without a name'}`,
      'Do its work in %post, or remove the section.',
    );
  }
  const args = readArguments(words, KDUMP, { minimum: 0, maximum: 0 });
  const [problem] = args.problems;
  if (problem !== undefined) return refuse(verdict, problem.message, problem.hint ?? '');
  if (args.has('--enablefadump'))
    return refuse(verdict, 'firmware-assisted dumps need POWER machines', 'Remove --enablefadump.');
  const enabled = !args.has('--disable');
  draft.set(['system', 'kdump', 'enabled'], enabled, header.place);
  const reserve = args.text('--reserve-mb')?.replaceAll(/["']/g, '').replace(/[mM]$/, '');
  if (enabled && reserve !== undefined) draft.set(['system', 'kdump', 'reserve'], reserve, header.place);
  return { ...verdict, reason: enabled ? 'turns crash dumps on' : 'turns crash dumps off' };
};

const judgeCertificate = ({ header, body }: FlatSection, verdict: Verdict, args: Arguments, draft: Draft): Verdict => {
  const name = args.text('--filename');
  const anchor = args.text('--type') === 'anchor';
  const folder = args.text('--dir') ?? (anchor ? '/etc/pki/ca-trust/source/anchors' : undefined);
  if (folder === undefined || name === undefined) {
    return refuse(verdict, 'it does not say where the certificate goes', 'Add --dir=FOLDER and --filename=NAME.');
  }
  const path = `${folder.replace(/\/+$/, '')}/${name}`;
  const content = body.map((node) => (node.kind === 'text' ? `${node.text}\n` : '')).join('');
  draft.merge(['files'], path, { path, content }, header.place);
  return anchor ? addNotes(verdict, ['programs trust it once `update-ca-trust` ran: in %post, if nothing else does']) : verdict;
};
