import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

import { treePath } from '../../src/host/tools-tree.ts';
import { preparedCache } from '../support/checkout.ts';
import { failBuild } from '../support/failures.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

// Builds in which one of several programs that are joined by pipes ends badly: the others must end too, and the build.
const folder = testFolder();
let cache: string;

beforeAll(() => void (cache = makeCache(folder)));

const image = (name: string, more: string): string => writeFiles(folder, { [`${name}.toml`]: definition(['filesystem', 'bash', 'coreutils'], more) });

const FAILS = 'head -c 100000 > /dev/null; echo broken >&2; exit 7';
const KILLED = 'head -c 100000 > /dev/null; kill -9 $$';

/** Runs hew where a script stands in the place of a program of the tools tree. */
const replaced = (program: string, script: string): readonly string[] => {
  const stub = writeFiles(folder, { [`${program}-stub`]: `#!/bin/sh\n[ "$1" != --version ] || exit 0\n${script}\n` });
  chmodSync(stub, 0o755);
  return ['unshare', '--mount', 'sh', '-c', `mount --bind '${stub}' '${join(treePath(preparedCache()), 'usr/bin', program)}' && exec "$@"`, 'sh'];
};

it.each([
  ['the compressor of a layer fails', 'zstd', FAILS, image('zstd', ''), 'zstd ended with status 7'],
  ['the compressor of a layer is killed', 'zstd', KILLED, image('zstd', ''), 'zstd ended with status 137'],
  ['another compressor fails', 'igzip', FAILS, image('gzip', '[[outputs]]\nformat = "oci"\ncompression = "gzip"\n'), 'igzip ended with status 7'],
  ['tar fails', 'tar', 'echo some; echo broken >&2; exit 7', image('tar', ''), 'tar ended with status 7'],
  ['tar is killed', 'tar', 'echo some; kill -9 $$', image('tar', ''), 'tar ended with status 137'],
])('a build ends when %s', { timeout: 120_000 }, async (_what, program, script, definitionFile, message) => {
  const { error, status } = await failBuild(folder, definitionFile, { env: { HEW_CACHE: cache }, before: replaced(program, script) });
  expect([status, error.code, error.message]).toEqual([1, 'tool-failed', message]);
});
