import type { Problem } from '../errors.ts';
import { formatPlace } from '../errors.ts';
import { elementKey, isSame, listRule, outdatedLists, type ListRule } from './list-rules.ts';
import { redact } from '../redact.ts';
import { formatPath, parsePath } from './paths.ts';
import { isBelow, type PlacedOverride } from './overrides.ts';
import { plainOf, type List, type Table, type Tree } from './tree.ts';
import type { Deviation } from './types.ts';

/** What merging one file into the files before it needs to know. */
export interface MergeContext {
  /** `[[overrides]]` entries that apply to this file: its own, and those of files that extend it. */
  readonly overrides: readonly PlacedOverride[];
  /** Those of the file itself. */
  readonly own: readonly PlacedOverride[];
  /** The file that must give a missing reason. */
  readonly reasonFile: string;
  readonly found: (deviation: Deviation) => void;
  readonly report: (problem: Problem) => void;
}

/** Merges one value over another. Deviations and problems go to the context. */
export const mergeTable = (below: Table, above: Table, context: MergeContext): Table =>
  mergeTables(below, above, { stable: [], pattern: [] }, context);

/** Current path: `stable` names elements of keyed lists by key, `pattern` by `*`. */
interface Where {
  readonly stable: readonly string[];
  readonly pattern: readonly string[];
}

const into = ({ stable, pattern }: Where, key: string): Where => ({ stable: [...stable, key], pattern: [...pattern, key] });
const intoElement = ({ stable, pattern }: Where, key: string): Where =>
  ({ stable: [...stable, key], pattern: [...pattern, '*'] });

const mergeTables = (below: Table, above: Table, where: Where, context: MergeContext): Table => {
  const entries = withoutOutdated(below, above, where, context);
  for (const [key, value] of above.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? value : mergeTrees(before, value, into(where, key), context));
  }
  return { ...below, entries };
};

/** Drops the lists that no longer fit. The override that allows the change of a value allows this too. */
const withoutOutdated = (below: Table, above: Table, where: Where, { overrides, found }: MergeContext): Map<string, Tree> => {
  const entries = new Map(below.entries);
  for (const { key, list, of, now } of outdatedLists(below, above, where.pattern)) {
    entries.delete(key);
    const allowed = overrides.find(({ replace }) => replace !== undefined && isBelow(into(where, of).stable, replace));
    if (allowed === undefined) continue;
    const subject = formatPath(into(where, key).stable);
    found({ kind: 'replace', subject, reason: allowed.reason, place: now.place, was: { value: shown(list, subject), place: list.place }, now: [] });
  }
  return entries;
};

const mergeTrees = (below: Tree, above: Tree, where: Where, context: MergeContext): Tree => {
  if (below.kind === 'table' && above.kind === 'table') {
    return isWhollyReplaced(where, context) ? replaced(below, above, where, context) : mergeTables(below, above, where, context);
  }
  if (below.kind === 'list' && above.kind === 'list') {
    const rule = listRule(where.pattern);
    if (rule.how !== 'replace') return mergeLists(below, above, rule, where, context);
  }
  return isSame(below, above) ? below : replaced(below, above, where, context);
};

const mergeLists = (below: List, above: List, rule: ListRule, where: Where, context: MergeContext): List => {
  const items = [...below.items];
  for (const item of above.items) {
    if (rule.how === 'append') {
      items.push(item);
      continue;
    }
    const key = elementKey(rule, item);
    const at = items.findIndex((other) => (key === undefined ? isSame(other, item) : elementKey(rule, other) === key));
    const before = items[at];
    if (before === undefined) items.push(item);
    else if (key !== undefined) items[at] = mergeTrees(before, item, intoElement(where, key), context);
  }
  return { ...below, items };
};

/**
 * `replace = ['files."/etc/motd"']` replaces the old table by the new one instead of merging them. Only this file's own
 * table replaces; its profiles are merged with each other as usual.
 */
const isWhollyReplaced = ({ stable }: Where, { own }: MergeContext): boolean =>
  own.some(({ replace }) => replace !== undefined && replace.length === stable.length && isBelow(stable, replace));

const replaced = (below: Tree, above: Tree, { stable }: Where, context: MergeContext): Tree => {
  const subject = formatPath(stable);
  const allowed = context.overrides.find(({ replace }) => replace !== undefined && isBelow(stable, replace));
  if (allowed === undefined) {
    context.report(unexplained(subject, below, above, context.reasonFile));
    return above;
  }
  allowed.used();
  context.found({
    kind: 'replace', subject, reason: allowed.reason, place: above.place,
    was: { value: shown(below, subject), place: below.place }, now: shown(above, subject),
  });
  return above;
};

const unexplained = (subject: string, below: Tree, above: Tree, reasonFile: string): Problem => ({
  code: 'override-without-reason',
  message: `\`${subject}\` is ${brief(above, subject)} here and ${brief(below, subject)} at ${formatPlace(below.place)}, with no reason given`,
  place: above.place,
  hint: `add to ${reasonFile}:\n[[overrides]]\nreplace = [${quoted(subject)}]\nreason = "…"`,
});

/** Quoted as TOML, with as few quotes as possible. */
export const quoted = (text: string): string => (text.includes('"') && !text.includes("'") ? `'${text}'` : JSON.stringify(text));

/** Password hashes do not belong in logs and evidence. */
const shown = (tree: Tree, subject: string): unknown => redact(plainOf(tree), parsePath(subject) ?? []);

const brief = (tree: Tree, subject: string): string => {
  const text = JSON.stringify(shown(tree, subject)) ?? 'nothing';
  return text.length > 50 ? `${text.slice(0, 47)}…` : text;
};
