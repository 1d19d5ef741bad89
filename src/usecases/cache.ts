import { posix } from 'node:path';

import type { Host } from '../host/port.ts';

/** A part of the cache folder. */
export interface CachePart {
  readonly name: string;
  /** Allocated on disk. */
  readonly bytes: number;
  readonly holds: string;
}

const PARTS: Readonly<Record<string, string>> = {
  layers: 'packed layers of roots built before',
  packages: 'RPM packages and repository metadata',
  roots: 'roots of builds that did not fit into memory',
  sample: 'the sample distribution',
  tools: 'tools trees',
};

/** What the cache folder holds. */
export async function measureCache(host: Host): Promise<readonly CachePart[]> {
  const parts: CachePart[] = [];
  for (const [name, holds] of Object.entries(PARTS)) {
    parts.push({ name, holds, bytes: await allocated(host, posix.join(host.paths.cache, name)) });
  }
  return parts;
}

/** Removes what can be made or fetched again, and measures what is left. */
export async function pruneCache(host: Host): Promise<readonly CachePart[]> {
  for (const name of ['layers', 'packages', 'roots']) await host.fs.remove(posix.join(host.paths.cache, name));
  const { root, origin } = await host.tools();
  const tools = posix.join(host.paths.cache, 'tools');
  for (const name of await host.fs.list(tools)) {
    if (origin === 'host' || posix.join(tools, name) !== root) await host.fs.remove(posix.join(tools, name));
  }
  return measureCache(host);
}

/** Bytes of a folder, each hard-linked file once. */
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
