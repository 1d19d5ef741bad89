import { STAGES } from '../src/errors/codes.ts';
import type { CodeRows } from '../src/errors/row.ts';
import { PLATFORM_ROWS, type Platform } from '../src/platforms/rows.ts';
import { loadAllRules, loadRules } from '../src/platforms/rules.ts';
import type { Rule } from '../src/verify/rules/rule.ts';

/** The page docs/errors.md: every code of an error or warning, then every rule of a platform, each with its remedy. */
export const renderErrorDocs = async (): Promise<string> => [
  '# Errors',
  '',
  'Every error and warning of hew has a code. `--json` prints it as `error.code`, and as `code` of each of',
  '`error.problems`; the messages are for people and may change. Exit status 2 means that the command line or the',
  'definition is wrong, 1 that the work failed. This page is made by `npm run docs` from `src/errors/` and from the rules of',
  '`src/platforms/` and `src/verify/rules/`.',
  '',
  ...STAGES.flatMap(({ title, codes }) => [`## ${title}`, '', ...codeTable(codes), '']),
  '## Rules of platforms',
  '',
  '`hew verify ARTIFACT --for PLATFORM` names these by their id. A build holds its outputs against them too and fails with',
  '`rule-broken` where one does not hold; `[[outputs.accept]]` with the id and a reason accepts it.',
  '',
  '| rule | platforms | a good image | remedy |',
  '|---|---|---|---|',
  ...await ruleRows(),
  '',
].join('\n');

const codeTable = (codes: CodeRows): readonly string[] => [
  '| code | cause | remedy |',
  '|---|---|---|',
  ...Object.entries(codes).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, { cause, remedy }]) => `| \`${code}\` | ${cell(cause)} | ${cell(remedy)} |`),
];

async function ruleRows(): Promise<readonly string[]> {
  const demanding: readonly (readonly [Platform, readonly Rule[]])[] = await Promise.all(PLATFORM_ROWS.map(async ({ id }) => [id, await loadRules(id)] as const));
  return (await loadAllRules()).map((rule) => ruleRow(rule, demanding.flatMap(([id, rules]) => (rules.includes(rule) ? [id] : []))));
}

const ruleRow = (rule: Rule, platforms: readonly Platform[]): string => {
  const severity = rule.severity === 'warning' ? ' (warning)' : '';
  const source = /https:[^ ,)]+/.exec(rule.source)?.[0];
  return `| \`${rule.id}\`${severity} | ${platforms.join(', ')} | ${cell(rule.title)} | ${cell(rule.remedy)}${source === undefined ? '' : ` ([source](${source}))`} |`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');
