import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';

import { TREE_PACKAGES } from '../../../src/host/tools-tree.ts';
import { failureOf, runHew } from '../../support/hew.ts';
import { testFolder, writeFiles } from '../../support/places.ts';
import { runTestTool } from '../../support/test-tools.ts';

const folder = testFolder();
const tool = (argv: readonly string[]): Promise<string> => runTestTool(argv, { write: [folder], packages: TREE_PACKAGES });

/** A small root as archives: whole, by compression. */
const whole: Record<string, Buffer> = {};

beforeAll(async () => {
  // Noise, so that no compressor makes one block of it.
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_value, index) => (index * index * 31 + (index >> 3)) & 0xff));
  writeFiles(folder, { 'root/usr/lib/os-release': 'ID=test\n', 'root/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' });
  writeFileSync(join(folder, 'root/usr/noise'), noise);
  await tool(['tar', '--create', `--file=${folder}/root.tar`, `--directory=${folder}/root`, '.']);
  await tool(['xz', '--keep', `${folder}/root.tar`]);
  const tar = readFileSync(join(folder, 'root.tar'));
  Object.assign(whole, {
    xz: readFileSync(join(folder, 'root.tar.xz')), zst: zstdCompressSync(tar), gz: gzipSync(tar),
    // hew does not read it; its first bytes are enough to say so.
    bz2: Buffer.concat([Buffer.from('BZh91AY&SY'), noise]),
  });
});

const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'cut in half': (bytes) => bytes.subarray(0, bytes.length / 2),
  'cut at its end': (bytes) => bytes.subarray(0, -1),
  'with a changed byte': (bytes) => Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from([(bytes[bytes.length / 2 | 0] ?? 0) ^ 0xff]), bytes.subarray((bytes.length / 2 | 0) + 1)]),
  'with nothing behind its first bytes': (bytes) => bytes.subarray(0, 12),
};
const COMMANDS: Readonly<Record<string, (file: string) => readonly string[]>> = {
  inspect: (file) => ['inspect', file],
  verify: (file) => ['verify', file, '--for', 'oci'],
  audit: (file) => ['audit', file],
  diff: (file) => ['diff', file, file],
};

/** Every kind of damage where a program decompresses, every command once. */
const CASES: readonly (readonly [ending: string, damage: string, command: string])[] = [
  ...Object.keys(DAMAGES).map((damage) => ['xz', damage, 'inspect'] as const),
  ...['verify', 'audit', 'diff'].map((command) => ['xz', 'cut in half', command] as const),
  ['zst', 'cut in half', 'inspect'],
  ['gz', 'cut in half', 'inspect'],
  ['bz2', 'cut in half', 'inspect'],
];

it.each(CASES)('a .tar.%s, %s: hew %s ends with a typed error', { timeout: 120_000 }, async (ending, damage, command) => {
  const file = join(folder, `damaged.tar.${ending}`);
  writeFileSync(file, DAMAGES[damage]?.(whole[ending] ?? Buffer.alloc(0)) ?? '');
  const run = await runHew([...COMMANDS[command]?.(file) ?? [], '--json']);
  const { code, message } = failureOf(run);
  expect([run.status, code, run.stderr]).toEqual([1, 'artifact-unknown', '']);
  expect(message).toContain(`${file} is neither a root`);
});

it.each(['xz', 'zst', 'gz'])('a whole .tar.%s is read', async (ending) => {
  const file = join(folder, `whole.tar.${ending}`);
  writeFileSync(file, whole[ending] ?? '');
  const run = await runHew(['inspect', file, '--json']);
  expect([run.status, run.stderr]).toEqual([0, '']);
});
