import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { formatBytes, formatTable } from '../../src/cli/format.ts';
import { auditTree } from '../../src/isa/audit.ts';
import { createMachine, type Machine } from '../../src/host/machine.ts';
import { buildOf, hewOf, outputOf, sampleOf, type Bench } from './bench.ts';
import { measure } from './measure.ts';
import { fixed, median, spread } from './median.ts';
import { describeGoal } from './report.ts';

/** Each of these conflicts with another package of the sample distribution. */
const LEFT_OUT = /^(dracut-network|nano-default-editor|sample-release|sample-release-(container|wsl)|wsl-setup)$/;

/** The audit of a root with all packages of the sample distribution that go together: by itself, and as `hew audit`. */
export async function benchAudit(bench: Bench): Promise<string> {
  const { root, packages } = makeRoot(bench);
  const bytes = await onMachine((machine) => bytesOf(machine, root));
  const inside: number[] = [];
  const whole: number[] = [];
  for (let run = 0; run <= bench.runs; run += 1) {
    const alone = await onMachine((machine) => auditOnce(machine, root));
    const command = measure([...hewOf(bench), 'audit', root]).wall;
    if (run === 0) continue;
    inside.push(alone);
    whole.push(command);
  }
  const rate = (seconds: readonly number[]): number => bytes / 1e9 / median(seconds);
  return [
    `audit: a root of ${packages} packages, ${formatBytes(bytes)} of files`,
    ...formatTable([
      ['', 'median s', 'min', 'max', 'GB/s'],
      ['the audit', ...spread(inside), fixed(rate(inside))],
      ['hew audit ROOT, whole process', ...spread(whole), fixed(rate(whole))],
    ]),
    describeGoal('at least 1 GB/s', rate(inside), (value) => value >= 1),
    describeGoal("300 packages' root in under 1 s, the whole process", median(whole), (value) => value < 1),
  ].join('\n');
}

function makeRoot(bench: Bench): { readonly root: string; readonly packages: number } {
  const repository = join(sampleOf(bench), 'repos/base/x86_64');
  const files = readdirSync(repository, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rpm'));
  // NAME-VERSION-RELEASE.ARCH.rpm
  const names = new Set(files.map((file) => basename(file).split('-').slice(0, -2).join('-')));
  const install = [...names].filter((name) => !LEFT_OUT.test(name));
  const definition = join(bench.folder, 'audit/bench-audit.toml');
  mkdirSync(join(bench.folder, 'audit'));
  writeFileSync(definition, [
    'name = "bench-audit"', 'version = "4.0"', 'summary = "As many packages as go together"',
    `extends = [${JSON.stringify(join(bench.data, 'profiles/base.toml'))}]`, 'distro = "sample"',
    '[packages]', `install = ${JSON.stringify(install)}`, '[[outputs]]', 'format = "tar"', 'compression = "none"', '',
  ].join('\n'));
  const { stdout } = measure(buildOf(bench, definition, '--no-cache', '--keep-root'));
  const { packages } = JSON.parse(stdout) as { packages: readonly unknown[] };
  return { root: join(outputOf(bench), 'bench-audit-4.0.root'), packages: packages.length };
}

/** Runs something on a machine of its own, and closes that. */
async function onMachine<T>(work: (machine: Machine) => Promise<T>): Promise<T> {
  const machine = createMachine({ signal: new AbortController().signal });
  try {
    return await work(machine);
  } finally {
    await machine.close();
  }
}

async function bytesOf(machine: Machine, root: string): Promise<number> {
  let bytes = 0;
  await machine.inside(root).tree().visit((entry) => {
    if (entry.kind === 'file') bytes += entry.open()?.size ?? 0;
  });
  return bytes;
}

async function auditOnce(machine: Machine, root: string): Promise<number> {
  const began = performance.now();
  await auditTree(machine.inside(root).tree(), { architecture: 'x86_64', declared: 'baseline' });
  return (performance.now() - began) / 1000;
}
