import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import type { CpuModel } from '../../src/host/port.ts';
import { findProgram } from '../../src/host/find-program.ts';
import { treePath } from '../../src/host/tools-tree.ts';
import { processors } from '../unit/isa/processors.ts';
import { preparedCache, sampleFolder } from './checkout.ts';

export interface ProgramRun {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of a root, with that root as `/` and no network, on a processor that QEMU's user mode plays. */
export async function runOn(model: CpuModel, root: string, [program = '', ...args]: readonly string[]): Promise<ProgramRun> {
  const qemu = findProgram('qemu-x86_64', treePath(preparedCache()));
  if (qemu === undefined) throw new Error('the tools tree has no qemu-x86_64');
  const { exitCode, stdout, stderr } = await execa('bwrap', [
    '--unshare-pid', '--unshare-net', '--die-with-parent', '--new-session', '--clearenv', '--setenv', 'PATH', '/usr/bin',
    '--ro-bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--ro-bind', qemu, '/tmp/qemu-x86_64',
    '--', '/tmp/qemu-x86_64', '-cpu', model, program, ...args,
  ], { reject: false, stdin: 'ignore' });
  return { status: exitCode, stdout, stderr };
}

/**
 * What to put in front of hew so that /proc/cpuinfo shows another processor: one of the lists that real machines
 * printed, by the beginning of its name. Needs root. Only hew's process tree sees it.
 */
export function onProcessor(name: string, folder: string): readonly string[] {
  const processor = processors.find((row) => row.name.startsWith(name));
  if (processor === undefined) throw new Error(`there is no flag list of ${name}`);
  const cpuinfo = join(folder, `cpuinfo-${name}`);
  writeFileSync(cpuinfo, readFileSync('/proc/cpuinfo', 'utf8').replace(/^(flags\s*:).*$/gm, `$1 ${processor.flags}`));
  // A namespace below may mount /proc only where a whole one is in sight: https://git.kernel.org/linus/1b852bceb0d1
  const whole = join(folder, 'proc');
  mkdirSync(whole, { recursive: true });
  return withMounts(`mount -t proc proc '${whole}'; mount --bind '${cpuinfo}' /proc/cpuinfo`);
}

let capable: readonly string[] | undefined;

/**
 * What to put in front of hew where /proc/cpuinfo hides a flag of v3 that the processor has, as under some hypervisors:
 * hew takes the lower of flags and glibc, and tests of levels build and run v3 here. Nothing where the flags are shown,
 * and nothing for an ordinary user, who may not mount.
 */
export function onCapableProcessor(): readonly string[] {
  capable ??= process.getuid?.() === 0 && runsLevel3() && !/^flags\s*:.*\b(?:abm|lzcnt)\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))
    ? onProcessor('Haswell', mkdtempSync(join(process.env['HEW_TEST_RUN'] ?? tmpdir(), 'hew-test-processor-')))
    : [];
  return capable;
}

const runsLevel3 = (): boolean =>
  /^\s*x86-64-v3 \(supported/m.test(spawnSync('/lib64/ld-linux-x86-64.so.2', ['--help'], { encoding: 'utf8' }).stdout ?? '');

/**
 * What to put in front of hew to run it as `nobody`, with subordinate ids and a cache folder of that user's own that
 * holds the tools tree and the sample distribution. Needs root. Only hew's process tree sees the mounts.
 */
export function asOrdinaryUser(cache: string): readonly string[] {
  const ids = `${cache}.ids`;
  writeFileSync(ids, 'nobody:100000:65536\n');
  for (const name of ['tools', 'sample', 'work', 'packages']) {
    mkdirSync(join(cache, name), { recursive: true });
    chownSync(join(cache, name), NOBODY, NOBODY);
  }
  chownSync(cache, NOBODY, NOBODY);
  const binds = [
    [ids, '/etc/subuid'], [ids, '/etc/subgid'],
    [join(preparedCache(), 'tools'), join(cache, 'tools')], [join(sampleFolder(), '..'), join(cache, 'sample')],
  ];
  return [
    ...withMounts(binds.map(([from, to]) => `mount --bind '${from}' '${to}'`).join('; ')),
    'setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--',
  ];
}

const NOBODY = 65_534;

/** What to put in front of hew to make mounts, by a shell's commands, that only hew's process tree sees. Needs root. */
export const withMounts = (commands: string): readonly string[] =>
  ['unshare', '--mount', '--', 'sh', '-euc', `${commands}; exec "$@"`, 'sh'];
