import { dirname, join } from 'node:path';

/** Text of a file, undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Where a hierarchy of control groups is, and its files: cgroups(7). */
interface Hierarchy {
  readonly root: string;
  /** The line of /proc/self/cgroup that names the group of this process. */
  readonly line: RegExp;
  readonly limit: string;
  readonly used: string;
  readonly cached: RegExp;
}

const HIERARCHIES: readonly Hierarchy[] = [
  { root: '/sys/fs/cgroup', line: /^0::(.*)$/m, limit: 'memory.max', used: 'memory.current', cached: /^inactive_file (\d+)$/m },
  { root: '/sys/fs/cgroup/memory', line: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m, limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', cached: /^total_inactive_file (\d+)$/m },
];

/** Bytes that the control groups of this process leave it, as the engine of a container limits them; undefined without a limit. */
export function freeInControlGroups(read: ReadText): number | undefined {
  const own = read('/proc/self/cgroup') ?? '';
  const free = HIERARCHIES.flatMap((hierarchy) => groupsAbove(hierarchy.line.exec(own)?.[1]).flatMap((group) => freeIn(join(hierarchy.root, group), hierarchy, read) ?? []));
  return free.length === 0 ? undefined : Math.max(0, Math.min(...free));
}

/** A group and all above it. In a container its path may be one of the machine, of which only the root is there. */
function groupsAbove(path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  return path === '/' || !path.startsWith('/') ? ['/'] : [path, ...groupsAbove(dirname(path))];
}

/** What files leave in memory is given back when it is needed. */
function freeIn(folder: string, { limit, used, cached }: Hierarchy, read: ReadText): number | undefined {
  const [most, now] = [limit, used].map((name) => Number(read(join(folder, name)) ?? Number.NaN));
  if (most === undefined || now === undefined || !Number.isSafeInteger(most) || !Number.isSafeInteger(now)) return undefined;
  return most - now + Number(cached.exec(read(join(folder, 'memory.stat')) ?? '')?.[1] ?? 0);
}
