import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

import { FLOORS, MACHINE_FILES } from '../../bin/arrows.ts';
import { lintConfig, withFloors } from '../../bin/lint-config.ts';
import { CHECKOUT } from '../support/checkout.ts';

const checkoutPath = (name: string): string => join(CHECKOUT, name);
const read = (name: string): string => readFileSync(checkoutPath(name), 'utf8');

describe('the table of arrows', () => {
  it('is what the linter holds', () => {
    expect(read('.oxlintrc.json')).toBe(lintConfig());
  });

  it('is what CONTRIBUTING.md shows', () => {
    expect(read('CONTRIBUTING.md')).toBe(withFloors(read('CONTRIBUTING.md')));
  });

  it('names every folder of src, and no other', () => {
    const folders = readdirSync(checkoutPath('src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const named = new Set(FLOORS.map(({ folder }) => folder.split('/')[0] ?? ''));
    expect([...named].filter((name) => existsSync(checkoutPath(`src/${name}`))).toSorted()).toEqual(folders.toSorted());
  });

  it('has no arrow upwards', () => {
    // The machine stands beside the others, right above what it knows.
    const lowest = FLOORS.findIndex(({ folder }) => folder === 'isa/rows') + 0.5;
    const height = new Map(FLOORS.map(({ folder }, index) => [folder, folder === 'host' ? lowest : index]));
    for (const { folder, knows } of FLOORS) {
      for (const other of knows) expect(height.get(other), `${folder} knows ${other}`).toBeLessThan(height.get(folder) ?? 0);
    }
  });
});

it('dnf5 is started by its own folder and by no other file', () => {
  const files = globSync('src/**/*.ts', { cwd: CHECKOUT }).filter((file) => /tool: 'dnf5'|\? \['dnf5'|exec dnf5/.test(read(file)));
  expect(files.toSorted()).toEqual(['install', 'metadata-keys', 'session'].map((name) => `src/packages/dnf5/${name}.ts`));
});

describe('the rows of registries', () => {
  const rows = FLOORS.flatMap(({ files = [] }) => files);
  const inFloor = (path: string): boolean => rows.some((glob) => matchesGlob(path, glob));

  it.each(globSync(rows.map((glob) => `src/${glob}`), { cwd: CHECKOUT }))('%s imports no file of a registry that writes', (file) => {
    const imports = [...read(file).matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) => relative('src', join(dirname(file), to)));
    const registries = imports.filter((path) => /^(?:formats|platforms)\//.test(path));
    expect(registries.filter((path) => !inFloor(path))).toEqual([]);
  });

  it('excuses no file that needs no excuse', () => {
    for (const file of Object.keys(MACHINE_FILES)) expect(read(`src/${file}`), file).toContain('host.fs');
  });
});
