import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

import { compareToolVersions } from '../tools.ts';
import type { View } from './port.ts';
import { LIFELINE } from './process.ts';
import { systemCallFilter } from './seccomp.ts';

/** Limits for programs that come with an image: scriptlets, triggers, scripts of a definition. */
export interface Containment {
  /**
   * A sandbox's command line, run within the limits and with the descriptors that it names. It ends when every process
   * that it started has ended, and ends them all when `LIFELINE` closes.
   */
  enter(sandbox: readonly string[], view: View): string[];
}

/** Processes and threads of a sandbox at a time: about what systemd allows a service. */
const MOST_PROCESSES = 4096;

/** Least bytes of data for one process, however small the workspace is: rpm and compressors need them. */
const LEAST_DATA = 2 * 1024 ** 3;

/** Since this kernel a PID namespace has its own `kernel.pid_max`: https://git.kernel.org/linus/7863dcc72d0f. */
const OWN_PID_MAX = '6.14';

/** The descriptor from which bubblewrap reads the filter of system calls. */
export const FILTER_DESCRIPTOR = 3;

/** Names for the ids that tools run as, in passwd(5) and group(5): an image must not see those of this machine. */
export const ACCOUNTS = [
  { file: 'passwd', descriptor: 4, content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n' },
  { file: 'group', descriptor: 5, content: 'root:x:0:\nnobody:x:65534:\n' },
];

/**
 * Prepares the limits; `folder` holds the filter and the accounts, `workspace` is the file system of the roots.
 *
 * - Lifetime: a PID namespace around the sandbox, whose process 1 is bubblewrap's monitor, which no program of the
 *   image sees. bubblewrap by itself returns once the program has ended, while others of its sandbox may still run.
 *   Here the kernel kills the whole namespace when the monitor ends, and tells `unshare`, which waits for it, only when
 *   none is left: pid_namespaces(7), zap_pid_ns_processes() in kernel/pid_namespace.c.
 * - Processes: `kernel.pid_max` of that namespace. Before Linux 6.14 RLIMIT_NPROC, which the kernel counts by user
 *   namespace since 5.14 and never holds against root: there a root's build has no limit.
 * - Memory: RLIMIT_DATA, a process at a time, the size of the workspace; and where memory runs out all the same, the
 *   kernel ends these programs before any of the machine's. What many processes take together only a cgroup would
 *   limit, and those are seldom delegated.
 * - No core files, neither in the root nor in the machine's collection.
 * - No limit of time: what is too long depends on machine and package, so who is silent for long is only named.
 * - No RLIMIT_FSIZE: a root in memory ends with its tmpfs, and sparse files such as lastlog are larger than any bound.
 */
export function openContainment(folder: string, workspace: string): Containment {
  mkdirSync(folder, { recursive: true });
  for (const { file, content } of ACCOUNTS) writeFileSync(join(folder, file), content);
  writeFileSync(join(folder, FILTER), systemCallFilter(process.arch === 'arm64' ? 'aarch64' : 'x86_64'));
  const { blocks, bsize } = statfsSync(workspace);
  const limits = ['prlimit', '--core=0', `--data=${Math.max(blocks * bsize, LEAST_DATA)}`];
  const processes = Math.min(MOST_PROCESSES, hardProcessLimit(readFileSync('/proc/self/limits', 'utf8')));
  return {
    enter: (sandbox, view) => [
      // With its own /proc, because bubblewrap looks up its child there.
      'unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--',
      'sh', '-c', startScript(processes, view), folder, ...limits, ...sandbox,
    ],
  };
}

/**
 * The command that becomes the monitor. Beside it runs a shell that waits for the end of `LIFELINE`. It repeats the
 * kill, because a monitor that has not yet started the sandbox is process 1 of its namespace and cannot be killed from
 * within.
 */
const startScript = (processes: number, view: View): string => {
  const byUser = `set -- prlimit --nproc=${processes} "$@"`;
  return [
    `{ trap '' HUP INT TERM; read -r _; while :; do kill -KILL -1; done; } <&${LIFELINE} > /dev/null 2>&1 &`,
    // Read-only in some containers.
    hasOwnPidMax(release()) ? `{ echo ${MOST_PROCESSES} > /proc/sys/kernel/pid_max; } 2> /dev/null || ${byUser}` : byUser,
    'echo 1000 > /proc/self/oom_score_adj',
    `exec "$@" ${descriptorsOf(view)}`,
  ].join('\n');
};

const FILTER = 'seccomp';

/** Opened for bubblewrap, which closes what it reads, in place of `LIFELINE`: no other descriptor may enter the sandbox. */
const descriptorsOf = ({ root }: View): string =>
  [{ file: FILTER, descriptor: FILTER_DESCRIPTOR }, ...(root === undefined ? ACCOUNTS : [])]
    .map(({ file, descriptor }) => `${descriptor}< "$0/${file}"`).join(' ');

export const hasOwnPidMax = (kernel: string): boolean =>
  compareToolVersions(/^\d+(?:\.\d+)*/.exec(kernel)?.[0] ?? '0', OWN_PID_MAX) >= 0;

/** The hard limit in /proc/PID/limits (proc_pid_limits(5)). */
export const hardProcessLimit = (limits: string): number =>
  Number(/^Max processes +\S+ +(\d+) /m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
