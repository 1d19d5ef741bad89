// Writes .oxlintrc.json and the table of folders in CONTRIBUTING.md from the table of arrows (arrows.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { FLOORS, floorsTable, MACHINE_FILES, SEALED, WORK_INSIDE } from './arrows.ts';

const GENERAL = {
  'typescript/no-floating-promises': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/await-thenable': 'error',
  'typescript/no-explicit-any': 'error',
  'typescript/switch-exhaustiveness-check': 'error',
  'import/no-cycle': ['error', { ignoreTypes: false }],
  'no-console': 'error',
  'max-params': ['error', { max: 5 }],
  'eqeqeq': 'error',
  'no-control-regex': 'off',
  'typescript/consistent-return': 'off',
  'typescript/require-array-sort-compare': 'off',
  'promise/no-promise-in-callback': 'off',
  'no-shadow': 'off',
  'typescript/no-unsafe-type-assertion': 'off',
  'no-await-in-loop': 'off',
  'unicorn/no-array-sort': 'off',
  'unicorn/consistent-function-scoping': 'off',
  'unicorn/prefer-add-event-listener': 'off',
  'unicorn/require-post-message-target-origin': 'off',
  'import/no-unassigned-import': 'off',
  'import/no-named-as-default-member': 'off',
  'vitest/valid-expect': ['error', { maxArgs: 2 }],
  'typescript/no-unnecessary-type-parameters': 'off',
  'vitest/no-standalone-expect': 'off',
};

/** Modules and globals that reach the machine past the Host port. */
const MODULES = ['node:fs', 'node:fs/promises', 'node:child_process', 'node:process', 'node:os', 'node:timers', 'node:timers/promises', 'node:net', 'node:http', 'node:https', 'execa'];
/** What of them reads and compares text, and reaches nothing. */
const PURE: Readonly<Record<string, readonly string[]>> = { 'node:net': ['BlockList', 'isIP'] };
const GLOBALS = ['process', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'fetch'];
const PROPERTIES = [{ object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }];
const PORT = 'Effects pass the Host port.';
const AROUND = PROPERTIES.map((one) => ({ ...one, message: PORT }));
const INSIDE = 'What lies in a root or an artifact is reached by host.inside; files of the machine take a line in MACHINE_FILES (bin/arrows.ts).';

/** The folder that touches the machine: `cli` and `commands` reach their own process by `host/own-process.ts`. */
const WITH_EFFECTS = 'host';

/** Folders of a folder that are called as one of `src/` is. */
const OWN: Readonly<Record<string, readonly string[]>> = { kickstart: ['commands'] };

const patternsFor = (folder: string, knows: readonly string[]): object[] => {
  const below = FLOORS.slice(0, FLOORS.findIndex((floor) => floor.folder === folder));
  // The machine stands beside the others: it knows what is said of it and no more.
  const doors = below.flatMap((floor) => (folder === 'host' && !knows.includes(floor.folder) ? [] : (floor.door ?? [])));
  const refused = FLOORS.filter((other) => other.door === undefined && other.folder !== folder && other.folder !== 'host' && !knows.includes(other.folder))
    .map((other) => other.folder);
  return [
    {
      group: [
        ...refused.map((other) => (OWN[folder] ?? []).includes(other) ? `../../${other}/**` : `**/${other}/**`),
        ...doors.map((file) => `!**/${file}`),
      ],
      message: `${folder} may not know these folders (bin/arrows.ts).`,
    },
    // Inside such a folder imports do not name it.
    ...Object.entries(SEALED).map(([inner, door]) => ({
      group: [`**/${basename(inner)}/**`, `!**/${basename(inner)}/${basename(door)}`],
      message: `Others import ${door} alone (bin/arrows.ts).`,
    })),
    ...(folder === 'host' || knows.includes('host')
      ? []
      : [{ group: ['**/host/**', '!**/host/port.ts'], message: 'Only types of host/port.ts may be known here; the real machine is handed in.' }]),
  ];
};

const rulesFor = (folder: string, knows: readonly string[]): object => {
  const isPure = folder !== WITH_EFFECTS;
  return {
    'no-restricted-imports': ['error', {
      ...(isPure ? { paths: MODULES.map((name) => ({ name, message: PORT, ...(PURE[name] === undefined ? {} : { allowImportNames: PURE[name] }) })) } : {}),
      patterns: patternsFor(folder, knows),
    }],
    ...(isPure ? { 'no-restricted-globals': ['error', ...GLOBALS.map((name) => ({ name, message: PORT }))], 'no-restricted-properties': ['error', ...AROUND] } : {}),
  };
};

/** `.oxlintrc.json` as text. */
export const lintConfig = (): string => `${JSON.stringify({
  $schema: './node_modules/oxlint/configuration_schema.json',
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: GENERAL,
  ignorePatterns: ['dist', 'out', 'node_modules'],
  overrides: [
    ...FLOORS.toSorted((a, b) => Number(a.files !== undefined) - Number(b.files !== undefined))
      .map(({ folder, knows, files = [`${folder}/**`] }) => ({ files: files.map((file) => `src/${file}`), rules: rulesFor(folder, knows) })),
    { files: ['src/*.ts'], rules: rulesFor('', []) },
    { files: WORK_INSIDE.map((folder) => `src/${folder}/**`), rules: { 'no-restricted-properties': ['error', ...AROUND, { object: 'host', property: 'fs', message: INSIDE }] } },
    { files: Object.keys(MACHINE_FILES).map((file) => `src/${file}`), rules: { 'no-restricted-properties': ['error', ...AROUND] } },
    { files: ['bin/**', 'test/**'], rules: { 'no-console': 'off' } },
    { files: ['test/**'], rules: { 'max-params': 'off', 'typescript/unbound-method': 'off', 'import/no-cycle': 'off' } },
  ],
}, null, 1)}\n`;

/** CONTRIBUTING.md with its table of folders as it should be. */
export const withFloors = (text: string): string => {
  const [before = '', rest = ''] = text.split(START);
  return `${before}${START}\n${floorsTable()}\n${END}${rest.split(END)[1] ?? ''}`;
};

const START = '<!-- folders: made by `npm run lint:config` -->';
const END = '<!-- end of folders -->';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  writeFileSync(join(root, '.oxlintrc.json'), lintConfig());
  const contributing = join(root, 'CONTRIBUTING.md');
  writeFileSync(contributing, withFloors(readFileSync(contributing, 'utf8')));
}
