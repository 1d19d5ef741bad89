import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { loadDiskWriter, loadRootWriter } from '../../src/formats/load-writer.ts';
import { FORMAT_ROWS, isDiskOutput, type Output } from '../../src/formats/rows.ts';
import { PLATFORM_ROWS } from '../../src/platforms/rows.ts';
import { loadRules } from '../../src/platforms/rules.ts';
import { CHECKOUT } from '../support/checkout.ts';

/** Ids that are also words of the field: a program, a specification. Only a comparison shows that the row is meant. */
const WORDS = ['oci', 'qemu', 'raw', 'tar'];

/** Files that may name rows: the two lists themselves. */
const LISTS = ['src/formats/rows.ts', 'src/platforms/rows.ts'];

/** Files that mean something else by the name of a row, and what. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/guest/qemu-arguments.ts names qcow2': 'the overlay of a guest, whose format is QEMU’s own',
  'src/guest/run-guest.ts names qcow2': 'the file name of that overlay',
  'src/kickstart/commands/docs.ts names qcow2': 'the example of a page',
};

/** Readers of foreign bytes are called as what they read, whether or not hew writes it. */
const READERS = /^src\/readers\//;

interface Row {
  readonly registry: 'formats' | 'platforms';
  readonly id: string;
  readonly names: readonly string[];
}

const ROWS: readonly Row[] = [
  ...FORMAT_ROWS.map(({ id, label }): Row => ({ registry: 'formats', id, names: [id, label] })),
  ...PLATFORM_ROWS.map(({ id, label }): Row => ({ registry: 'platforms', id, names: [id, label] })),
];

/** Code and messages: without comments, sources of rules, examples of command lines, and distributions called after a platform. */
const saidIn = (source: string): string => source
  .replaceAll(/^\s*(?:\/\*\*?|\*|\/\/).*$/gm, '')
  .replaceAll(/\s\/\/ .*$/gm, '')
  .replaceAll(/https?:\/\/[^\s'"`)]+/g, '')
  .replaceAll(/'<%= config\.bin %>[^'\n]*'/g, '')
  .replaceAll(/Azure Linux/g, '');

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const isNamed = ({ id, names }: Row, text: string): boolean => (WORDS.includes(id)
  ? new RegExp(String.raw`(?:format|platform|id)\b\s*(?:===|!==)\s*'${id}'`).test(text)
  : names.some((name) => new RegExp(String.raw`(?<![\w-])${escaped(name)}(?![\w-])`, 'i').test(text)));

/** Rows that a folder of a registry may name: itself, those of the other registry, and those that it is made from. */
const isOwn = (row: Row, file: string, text: string): boolean => {
  const [, registry, folder] = /^src\/(formats|platforms)\/(\w+)\//.exec(file) ?? [];
  return registry !== undefined && (registry !== row.registry || folder === row.id || text.includes(`'../${row.id}/`));
};

describe('a row of a registry', () => {
  it('is named by nothing outside its folder but the list', () => {
    const found = globSync('src/**/*.ts', { cwd: CHECKOUT }).filter((file) => !LISTS.includes(file) && !READERS.test(file)).flatMap((file) => {
      const text = saidIn(readFileSync(join(CHECKOUT, file), 'utf8'));
      return ROWS.filter((row) => isNamed(row, text) && !isOwn(row, file, text)).map(({ id }) => `${file} names ${id}`);
    });
    expect([...new Set(found)].toSorted()).toEqual(Object.keys(EXCEPTIONS).toSorted());
  });

  it.each(FORMAT_ROWS.map(({ id }) => id))('has the writer of %s in its folder', async (id) => {
    const output = { format: id } as Output;
    const write = isDiskOutput(output) ? (await loadDiskWriter(output)).convert : (await loadRootWriter(output)).write;
    expect(write).toBeTypeOf('function');
  });

  it.each(PLATFORM_ROWS.map(({ id }) => id))('has the rules of %s in its folder', async (id) => {
    expect((await loadRules(id)).length).toBeGreaterThan(0);
  });
});
