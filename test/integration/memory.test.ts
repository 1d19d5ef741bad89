import { join } from 'node:path';
import { expect, it } from 'vitest';

import { build } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { readFileSync } from 'node:fs';

const folder = testFolder();

/** Runs in front of hew, inside its process: notes the largest resident set when it ends, in KiB. */
const PROBE = `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.HEW_TEST_PEAK, String(process.resourceUsage().maxRSS)));`;

const peak = async (name: string, image: string, args: readonly string[]): Promise<number> => {
  const file = join(folder, `${name}.peak`);
  const probe = writeFiles(folder, { 'probe.mjs': PROBE });
  await build(image, join(folder, `${name}-out`), [...args, '--no-cache'], {
    env: { HEW_CACHE: makeCache(folder, `${name}-cache`), HEW_TEST_PEAK: file, NODE_OPTIONS: `--import=${probe}` },
  });
  return Number(readFileSync(file, 'utf8')) / 1024;
};

it('Node takes less than 150 MiB, and hardly more for an image three times as large or a virtual machine', async () => {
  const small = await peak('small', 'container-base', ['--distro', 'sample']);
  const large = writeFiles(folder, {
    'large.toml': definition(['filesystem', 'bash', 'coreutils', 'glibc-gconv-extra', 'dnf5', 'gnupg2', 'openssl', 'ca-certificates', 'vim-minimal', 'busybox', 'curl', 'file']),
  });
  const big = await peak('large', large, []);
  const machine = await peak('machine', 'hyperv-vm', ['--distro', 'sample']);
  expect(small).toBeGreaterThan(20);
  expect(Math.max(small, big, machine), `${small}, ${big} and ${machine} MiB`).toBeLessThan(150);
});
