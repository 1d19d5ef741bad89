import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** What one run of a whole process cost, its children's children included. */
export interface Cost {
  readonly wall: number;
  /** Seconds of processor time, user and system; undefined where no control group can be made. */
  readonly cpu: number | undefined;
  readonly stdout: string;
}

/** Runs a program to its end. Throws with the end of what it printed when it fails. */
export function measure(argv: readonly string[]): Cost {
  const group = openGroup();
  try {
    const [file = '', ...args] = group === undefined ? argv : ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(group.path, 'cgroup.procs'), ...argv];
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
    const wall = (performance.now() - began) / 1000;
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}\n${`${stdout}\n${stderr}`.slice(-4000)}`);
    return { wall, cpu: group?.seconds(), stdout };
  } finally {
    group?.close();
  }
}

interface Group {
  readonly path: string;
  seconds(): number;
  close(): void;
}

/** Version 1 and 2: https://docs.kernel.org/admin-guide/cgroup-v1/cpuacct.html, …/cgroup-v2.html, "CPU". */
const KINDS: readonly { readonly parent: string; readonly file: string; readonly seconds: (text: string) => number }[] = [
  { parent: '/sys/fs/cgroup/cpuacct', file: 'cpuacct.usage', seconds: (text) => Number(text) / 1e9 },
  { parent: '/sys/fs/cgroup', file: 'cpu.stat', seconds: (text) => Number(/^usage_usec (\d+)$/m.exec(text)?.[1]) / 1e6 },
];

/**
 * A control group counts what every process in it used. getrusage(2) would not: bubblewrap ends without having waited
 * for what it started, and so nobody gets to know of that time.
 */
function openGroup(): Group | undefined {
  for (const { parent, file, seconds } of KINDS) {
    const path = join(parent, `hew-bench-${process.pid}`);
    try {
      mkdirSync(path);
    } catch {
      continue;
    }
    const read = (): number => seconds(readFileSync(join(path, file), 'utf8'));
    try {
      read();
      return { path, seconds: read, close: () => removeGroup(path) };
    } catch {
      removeGroup(path);
    }
  }
  return undefined;
}

/** A process that is still ending keeps its group a moment longer. */
function removeGroup(path: string): void {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      rmdirSync(path);
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}
