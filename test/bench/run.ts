// hew against others on the same packages from the same repository, and against its own goals.
// `npm run bench [-- container|disk|convert|audit|start … [RUNS]]`: all of them, five runs each, where nothing is said.
// Ends with 0 whatever it measures: other machines have other figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { enterNamespace } from '../../src/host/namespace.ts';
import { hostPaths } from '../../src/host/paths.ts';
import { benchAudit } from './audit.ts';
import type { Bench } from './bench.ts';
import { benchContainer } from './container.ts';
import { reasonOf } from './contender.ts';
import { benchConversions } from './convert.ts';
import { benchDisk } from './disk.ts';
import { fixed } from './median.ts';
import { benchStart } from './start.ts';

const SUBJECTS: Readonly<Record<string, (bench: Bench) => Promise<string>>> = {
  start: benchStart,
  container: benchContainer,
  disk: benchDisk,
  convert: benchConversions,
  audit: benchAudit,
};

const { cache, data, work } = hostPaths();
if (process.getuid?.() !== 0) await enterNamespace(process.argv.slice(1), work);

const asked = process.argv.slice(2);
const runs = Number(asked.find((word) => /^[1-9]\d*$/.test(word)) ?? 5);
const names = asked.filter((word) => !/^\d+$/.test(word));
const unknown = names.filter((name) => SUBJECTS[name] === undefined);
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: there is ${Object.keys(SUBJECTS).join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'hew-bench-'));
const memory = mkdtempSync('/dev/shm/hew-bench-');
try {
  for (const name of names.length === 0 ? Object.keys(SUBJECTS) : names) {
    const before = loadavg()[0];
    const found = await SUBJECTS[name]?.({ cache, data, folder, memory, runs }).catch((error: unknown) => `${name} FAILED: ${reasonOf(error)}`);
    const circumstances = `${runs} runs of each in turn, load ${fixed(before)} before and ${fixed(loadavg()[0])} after`;
    process.stdout.write(`${found}\n(${circumstances})\n\n`);
  }
} finally {
  for (const made of [folder, memory]) rmSync(made, { recursive: true, force: true });
}
