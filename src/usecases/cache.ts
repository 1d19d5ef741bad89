import { posix } from 'node:path';

import { listEntries, removeEntries } from '../cache/local-store.ts';
import { KINDS, type Kind } from '../cache/record.ts';
import { BOOT_PACKAGES } from '../host/boot-tools.ts';
import type { Machine } from '../host/machine.ts';
import type { Host } from '../host/port.ts';
import { SIGN_PACKAGES } from '../host/sign-tools.ts';
import { findTree, treePath, TREE_PACKAGES } from '../host/tools-tree.ts';

/** A part of the cache folder. */
export interface CachePart {
  readonly name: string;
  /** Allocated on disk. */
  readonly bytes: number;
  readonly holds: string;
  /** Number of separate entries, such as layers of an image, or trees. */
  readonly entries?: number;
  /** When an entry was last used, as ISO 8601. */
  readonly lastUse?: string;
}

/** What else `--prune` did. */
export interface CacheState {
  readonly parts: readonly CachePart[];
  /** Parts that stay because another hew process is running. */
  readonly inUse: readonly string[];
}

/** The folders, and whether their content can be made again: `part` where some of it is needed. */
const FOLDERS: Readonly<Record<string, { readonly holds: string; readonly again: 'yes' | 'no' | 'part' }>> = {
  packages: { holds: 'RPM packages and repository metadata', again: 'yes' },
  keys: { holds: 'public keys of repositories', again: 'yes' },
  repositories: { holds: 'the newest time of the metadata of each repository, to notice older ones', again: 'no' },
  compiled: { holds: 'hew itself, compiled by Node', again: 'yes' },
  sessions: { holds: 'roots and other folders of builds that run', again: 'no' },
  tools: { holds: 'tools trees', again: 'part' },
  sample: { holds: 'the sample distribution', again: 'no' },
  'sample-tools': { holds: 'tools that made the sample distribution', again: 'no' },
  layers: { holds: 'layers of an older version of hew', again: 'yes' },
  initrds: { holds: 'initrds of an older version of hew', again: 'yes' },
  roots: { holds: 'roots of an older version of hew', again: 'yes' },
  'tool-versions': { holds: 'versions of tools, of an older version of hew', again: 'yes' },
};

/** The lock, the mount points of workspaces, and entries that are listed by kind. */
const UNTOLD = new Set(['lock', 'work', 'kept']);

/** What the cache folder holds: every part that hew knows, and anything else in it. */
export async function measureCache(host: Host): Promise<readonly CachePart[]> {
  const names = (await host.fs.list(host.paths.cache)).filter((name) => !UNTOLD.has(name));
  const folders = await Promise.all(names.map(async (name): Promise<CachePart> => {
    const place = posix.join(host.paths.cache, name);
    return { name, holds: FOLDERS[name]?.holds ?? 'not known to this version of hew; stays', bytes: await allocated(host, place), ...(await treesIn(host, name)) };
  }));
  return [...(await measureKept(host)), ...folders];
}

async function measureKept(host: Host): Promise<readonly CachePart[]> {
  const entries = await listEntries(host);
  return (Object.keys(KINDS) as Kind[]).map((kind) => {
    const own = entries.filter((entry) => entry.kind === kind);
    const last = Math.max(...own.map(({ lastUse }) => lastUse));
    return {
      name: `kept/${kind}`,
      holds: KINDS[kind],
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      entries: own.length,
      ...(own.length === 0 ? {} : { lastUse: new Date(last).toISOString() }),
    };
  });
}

async function treesIn(host: Host, name: string): Promise<Pick<CachePart, 'entries'>> {
  if (name !== 'tools') return {};
  const folder = posix.join(host.paths.cache, name);
  const kinds = await Promise.all((await host.fs.list(folder)).map(async (tree) => (await host.fs.status(posix.join(folder, tree)))?.kind));
  return { entries: kinds.filter((kind) => kind === 'directory').length };
}

/**
 * Removes what can be made or fetched again, and measures the rest. Entries are removed in any case, because a process
 * that uses one has it under a second name; other parts are removed only if no other hew process is running. No tools
 * are needed. A part that is a symlink belongs elsewhere and stays.
 */
export async function pruneCache(machine: Machine): Promise<CacheState> {
  await removeEntries(machine, (await listEntries(machine)).map(({ id }) => id));
  const names: string[] = [];
  for (const name of await machine.fs.list(machine.paths.cache)) {
    const isFolder = (await machine.fs.status(posix.join(machine.paths.cache, name)))?.kind === 'directory';
    if (isFolder && FOLDERS[name] !== undefined && FOLDERS[name].again !== 'no') names.push(name);
  }
  if (!machine.tryCacheAlone()) return { parts: await measureCache(machine), inUse: names };
  for (const name of names) {
    const place = posix.join(machine.paths.cache, name);
    if (name === 'tools') await removeTrees(machine, place);
    else await machine.fs.remove(place);
  }
  return { parts: await measureCache(machine), inUse: [] };
}

/** Removes the trees that no command of this version uses. */
async function removeTrees(host: Host, folder: string): Promise<void> {
  const lists = [TREE_PACKAGES, BOOT_PACKAGES, SIGN_PACKAGES];
  const links = lists.map((packages) => treePath(host.paths.cache, packages));
  const used = new Set([...links, ...lists.flatMap((packages) => findTree(host.paths.cache, packages)?.root ?? [])].map((path) => posix.basename(path)));
  for (const name of await host.fs.list(folder)) {
    if (!used.has(name)) await host.fs.remove(posix.join(folder, name));
  }
}

/** Bytes of a folder, counting each hard-linked file once. */
async function allocated(host: Host, path: string, seen = new Set<number>()): Promise<number> {
  const status = await host.fs.status(path);
  if (status === undefined || seen.has(status.ino)) return 0;
  seen.add(status.ino);
  let bytes = status.blocks * 512;
  if (status.kind === 'directory') {
    for (const name of await host.fs.list(path)) bytes += await allocated(host, posix.join(path, name), seen);
  }
  return bytes;
}
