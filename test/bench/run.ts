// hew against mkosi: an OCI image of the same packages from the same repository, in turn, so that what else the
// machine does falls on both. Prints medians and the ratio pair by pair. `npm run bench [-- RUNS]`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { formatTable } from '../../src/cli/format.ts';
import { enterNamespace } from '../../src/host/namespace.ts';
import { hostPaths } from '../../src/host/paths.ts';
import { prepareMkosi } from './mkosi.ts';

const { cache, data, work } = hostPaths();
const isRoot = process.getuid?.() === 0;
if (!isRoot) await enterNamespace(process.argv.slice(1), work);

const runs = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'hew-bench-'));
const hew = [process.execPath, join(data, 'bin/run.js')];
const [node = '', program = ''] = hew;

try {
  const sample = realpathSync(join(cache, 'sample/current'));
  const plan = JSON.parse(execFileSync(node, [program, 'plan', 'container-base', '--distro', 'sample', '--json'], { encoding: 'utf8', cwd: data })) as {
    packages: { install: string[] };
  };
  const mkosi = await prepareMkosi(cache, join(folder, 'mkosi'), sample, plan.packages.install);
  const build = (compression: string): string[] => [
    ...hew, 'build', join(data, 'images/container-base.toml'), '--distro', 'sample', '--no-cache',
    '--output', join(folder, 'out'), '--set', `outputs.oci.compression=${compression}`,
  ];
  const contenders = { 'hew (zstd)': build('zstd'), 'hew (gzip)': build('gzip'), [mkosi.version]: [...mkosi.argv] };
  const seconds = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let run = 0; run <= runs; run += 1) {
    for (const [name, argv] of Object.entries(contenders)) {
      const took = time(argv);
      // The first round warms caches.
      if (run > 0) seconds.get(name)?.push(took);
    }
  }
  const mkosiTimes = seconds.get(mkosi.version) ?? [];
  process.stdout.write(`container-base, ${plan.packages.install.length} packages asked for, ${runs} runs each, in turn\n\n`);
  process.stdout.write(`${formatTable([
    ['', 'median s', 'min', 'max', `ratio to ${mkosi.version}`],
    ...[...seconds].map(([name, times]) => [
      name, ...[median(times), Math.min(...times), Math.max(...times)].map((value) => value.toFixed(2)),
      median(times.map((value, index) => value / (mkosiTimes[index] ?? Number.NaN))).toFixed(2),
    ]),
    ['hew --version', median(Array.from({ length: 5 }, () => time([...hew, '--version']))).toFixed(2)],
  ])}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Wall seconds of a whole process. */
function time([file = '', ...args]: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${file} ended with ${status}\n${stderr}`);
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
