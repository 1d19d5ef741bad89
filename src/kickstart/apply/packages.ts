import type { Arguments } from '../syntax/arguments.ts';
import type { Draft } from './draft.ts';
import { parsePackageLine, type PackageLine } from '../syntax/package-line.ts';
import { findPlaceholder, unfilled, variablesIn } from '../verdict/placeholders.ts';
import type { SectionNode, TextNode } from '../syntax/tree.ts';
import { refusedFor, type Verdict } from '../verdict/verdict.ts';

const INSTALL = ['packages', 'install'];
const EXCLUDE = ['packages', 'exclude'];
const MODULES = ['packages', 'modules'];

/**
 * What the options of a %packages header say. Kickstart's defaults are not hew's: weak dependencies, documentation and
 * every language unless told otherwise. Of several headers the last one counts, as in pykickstart.
 */
export const applyPackagesHeader = (
  header: SectionNode, args: Arguments, draft: Draft, environments: boolean,
): readonly string[] => {
  const { place } = header;
  draft.set(['packages', 'weak-deps'], !args.has('--exclude-weakdeps'), place);
  draft.set(['packages', 'docs'], !args.has('--excludedocs'), place);
  for (const [option, key] of [
    ['--multilib', 'multilib'],
    ['--ignoremissing', 'ignore-missing'],
  ] as const) {
    if (args.has(option)) draft.set(['packages', key], true, place);
    else draft.unset(['packages', key]);
  }
  const languages = args
    .text('--inst-langs')
    ?.split(/[:,\s]+/)
    .filter(Boolean);
  if (languages !== undefined)
    draft.set(['packages', 'languages'], languages.length > 0 ? languages : ['C.utf8'], place);
  else if (!draft.has(['packages', 'languages'])) draft.set(['packages', 'languages'], ['all'], place);
  const core = !args.has('--nocore');
  draft.atEnd('core', () => {
    const isWanted = core && !draft.includes(EXCLUDE, '@core');
    draft.remove(EXCLUDE, ['@core']);
    if (isWanted) draft.append(INSTALL, ['@core'], place);
    // Anaconda keeps it out of an environment as well.
    else if (environments && !draft.includes(INSTALL, '@core')) draft.append(EXCLUDE, ['@core'], place);
  });
  return core ? ['the group @core is installed: --nocore leaves it out'] : [];
};

/** Decides on one line of %packages. `environments` tells whether any environment is asked for in the whole file. */
export const judgePackage = (node: TextNode, draft: Draft, environments: boolean): Verdict => {
  const lines = { place: node.place, lines: node.lines, subject: 'package' };
  const refuse = (message: string, hint: string): Verdict =>
    refusedFor(lines, { code: 'kickstart-package', message, hint });
  // No name of a package holds a `$`.
  const placeholder = findPlaceholder(node.text) ?? variablesIn(node.text)[0];
  if (placeholder !== undefined) return refusedFor(lines, unfilled(placeholder));
  const entry = parsePackageLine(node.text);
  if (entry === undefined) return { ...lines, decision: 'empty', reason: 'nothing before the comment', notes: [] };
  if (entry.problem !== undefined)
    return refuse(entry.problem, 'Write a package, @group, @^environment or @module:stream.');
  if (entry.members !== 'default') {
    return refuse(
      `hew installs what is mandatory and default in @${entry.name}, no more and no less`,
      'List the packages themselves.',
    );
  }
  if (entry.kind === 'module' && !entry.name.includes(':')) {
    return refuse(`@${entry.name} names no stream`, 'Write @NAME:STREAM/PROFILE.');
  }
  const isThere = draft.includes(INSTALL, wordOf(entry));
  applyEntry(entry, draft, node, environments);
  const isNoMatter = entry.exclude && entry.kind === 'group' && !environments && !isThere;
  const notes = isNoMatter ? ['the group is not asked for anyway'] : [];
  return { ...lines, decision: 'applied', reason: `${wordOf(entry)}: ${REASONS[entry.exclude ? 'exclude' : 'install']}`, notes };
};

const REASONS = { install: 'installed', exclude: 'kept out' } as const;

const wordOf = ({ kind, name }: PackageLine): string =>
  kind === 'package' ? name : kind === 'environment' ? `@^${name}` : `@${name}`;

const applyEntry = (entry: PackageLine, draft: Draft, { place }: TextNode, environments: boolean): void => {
  const word = wordOf(entry);
  if (entry.kind === 'module') {
    if (entry.exclude) draft.remove(MODULES, [entry.name]);
    else draft.append(MODULES, [entry.name], place);
    return;
  }
  if (entry.kind === 'environment') {
    // Only one environment: the last, unless it is taken out again.
    if (!entry.exclude) draft.atEnd('environment', () => draft.append(INSTALL, [word], place));
    else draft.atEnd('environment', () => draft.remove(EXCLUDE, draft.items(EXCLUDE).filter((spec) => String(spec).startsWith('@'))));
    return;
  }
  if (entry.exclude) {
    draft.remove(INSTALL, [word]);
    // A group can be kept out of an environment alone; @core is remembered until every section was read.
    if (entry.kind === 'package' || environments || word === '@core') draft.append(EXCLUDE, [word], place);
    return;
  }
  draft.remove(EXCLUDE, [word]);
  draft.append(INSTALL, [word], place);
};
