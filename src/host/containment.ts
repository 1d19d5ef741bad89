import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

import { compareVersions } from '../tools.ts';
import type { View } from './port.ts';
import { CLEAN_ENVIRONMENT } from './process.ts';
import { systemCallFilter } from './seccomp.ts';

/** Limits of the programs that come with an image: scriptlets, triggers, scripts of a definition. */
export interface Containment {
  /** A sandbox's command line, run within the limits and with the descriptors that it names. */
  enter(sandbox: readonly string[], view: View): string[];
  /** Ends whatever still runs within. */
  close(): void;
}

/** Processes and threads at a time, all sandboxes of a build together: about what systemd lets a service have. */
const MOST_PROCESSES = 4096;

/** Bytes of data that one process may have at least, however small the workspace is: rpm and compressors take their part. */
const LEAST_DATA = 2 * 1024 ** 3;

/** Since this kernel a PID namespace has a `kernel.pid_max` of its own: https://git.kernel.org/linus/7863dcc72d0f. */
const OWN_PID_MAX = '6.14';

/** Where `sandboxArguments` has bubblewrap read the filter of system calls from. */
export const FILTER_DESCRIPTOR = 3;

/** Names for the ids that tools work as, in passwd(5) and group(5): those of this machine are none of an image's business. */
export const ACCOUNTS = [
  { file: 'passwd', descriptor: 4, content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n' },
  { file: 'group', descriptor: 5, content: 'root:x:0:\nnobody:x:65534:\n' },
];

/**
 * Prepares the limits; `folder` holds the filter and the accounts, `workspace` is the file system of the roots.
 *
 * - Processes: `kernel.pid_max` of a PID namespace that all sandboxes lie in. Before Linux 6.14 RLIMIT_NPROC, which the
 *   kernel counts by user namespace since 5.14 and never holds against root: there a root's build has no limit.
 * - Memory: RLIMIT_DATA, a process at a time, the size of the workspace; and where memory runs out all the same, the
 *   kernel ends these programs before any of the machine's. What many processes take together only a cgroup would
 *   limit, and those are seldom delegated.
 * - No core files, neither in the root nor in the machine's collection.
 * - No limit of time: what is too long depends on machine and package, so who is silent for long is only named.
 * - No RLIMIT_FSIZE: a root in memory ends with its tmpfs, and sparse files such as lastlog are larger than any bound.
 */
export async function openContainment(folder: string, workspace: string): Promise<Containment> {
  mkdirSync(folder, { recursive: true });
  for (const { file, content } of ACCOUNTS) writeFileSync(join(folder, file), content);
  writeFileSync(join(folder, FILTER), systemCallFilter(process.arch === 'arm64' ? 'aarch64' : 'x86_64'));
  const { blocks, bsize } = statfsSync(workspace);
  const space = hasOwnPidMax(release()) ? await keepProcessSpace() : undefined;
  const limits = ['--core=0', `--data=${Math.max(blocks * bsize, LEAST_DATA)}`];
  if (space === undefined) limits.push(`--nproc=${Math.min(MOST_PROCESSES, hardProcessLimit(readFileSync('/proc/self/limits', 'utf8')))}`);
  return {
    enter: (sandbox, view) => [
      'sh', '-c', `echo 1000 > /proc/self/oom_score_adj; exec "$@" ${descriptorsOf(view)}`, folder,
      'prlimit', ...limits,
      // bubblewrap looks its child up in /proc, by the numbers of the namespace that it is in itself.
      ...(space === undefined ? [] : ['nsenter', `--pid=/proc/${space.pid}/ns/pid_for_children`, '--', 'unshare', '--mount-proc', '--']),
      ...sandbox,
    ],
    close: () => void space?.kill('SIGKILL'),
  };
}

const FILTER = 'seccomp';

/** Opened for bubblewrap, which closes what it reads: nothing else may come into the sandbox. */
const descriptorsOf = ({ root }: View): string =>
  [{ file: FILTER, descriptor: FILTER_DESCRIPTOR }, ...(root === undefined ? ACCOUNTS : [])]
    .map(({ file, descriptor }) => `${descriptor}< "$0/${file}"`).join(' ');

/** Pure. */
export const hasOwnPidMax = (kernel: string): boolean =>
  compareVersions(/^\d+(?:\.\d+)*/.exec(kernel)?.[0] ?? '0', OWN_PID_MAX) >= 0;

/** The hard limit in /proc/PID/limits (proc_pid_limits(5)). Pure. */
export const hardProcessLimit = (limits: string): number =>
  Number(/^Max processes +\S+ +(\d+) /m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);

const KEEP_SPACE = `echo ${MOST_PROCESSES} > /proc/sys/kernel/pid_max && echo ready && read -r _`;

/**
 * The process that keeps the namespace; when hew ends, by whatever signal, its input closes, and the kernel ends all
 * that is in the namespace with it. Undefined where the kernel does not let the limit be set.
 */
async function keepProcessSpace(): Promise<ChildProcess | undefined> {
  const keeper = spawn('unshare', ['--pid', '--fork', '--kill-child', '--', 'sh', '-c', KEEP_SPACE], {
    env: CLEAN_ENVIRONMENT, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ready = await new Promise<boolean>((resolve) => {
    keeper.stdout.once('data', () => resolve(true));
    keeper.on('error', () => resolve(false));
    keeper.on('close', () => resolve(false));
  });
  if (!ready) return undefined;
  // hew must not wait for it.
  keeper.unref();
  keeper.stdout.destroy();
  return keeper;
}
