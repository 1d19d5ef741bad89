import { posix } from 'node:path';

import type { FileStatus, Host, HostFiles } from '../../src/host/port.ts';

interface Node {
  readonly kind: 'file' | 'directory' | 'symlink';
  readonly content: string;
  readonly mode: number;
  readonly owner: string;
}

export interface MemoryHost extends Pick<Host, 'fs'> {
  /** Path to content, link target behind ` -> `, or a slash for a folder. */
  tree(): Readonly<Record<string, string>>;
  modeOf(path: string): number | undefined;
  ownerOf(path: string): string | undefined;
}

/** A file system in memory, links and all: `{'/a/b': 'text', '/a/l': {link: 'b'}}`. What a test does not need throws. */
export function memoryHost(entries: Readonly<Record<string, string | { readonly link: string }>>): MemoryHost {
  const nodes = new Map<string, Node>([['/', { kind: 'directory', content: '', mode: 0o755, owner: '0:0' }]]);
  const put = (path: string, node: Partial<Node>): void => {
    for (let folder = posix.dirname(path); !nodes.has(folder); folder = posix.dirname(folder)) {
      nodes.set(folder, { kind: 'directory', content: '', mode: 0o755, owner: '0:0' });
    }
    nodes.set(path, { kind: 'file', content: '', mode: 0o644, owner: '0:0', ...node });
  };
  for (const [path, value] of Object.entries(entries)) {
    if (typeof value === 'string') put(path, { content: value });
    else put(path, { kind: 'symlink', content: value.link });
  }
  const real: Partial<HostFiles> = {
    readTextIfThere: (path) => Promise.resolve(nodes.get(path)?.content),
    readText: (path) => Promise.resolve(nodes.get(path)?.content ?? ''),
    status: (path) => Promise.resolve(statusOf(nodes.get(path))),
    readLink: (path) => Promise.resolve(nodes.get(path)?.content ?? ''),
    list: (path) => Promise.resolve([...nodes.keys()].filter((one) => one !== '/' && posix.dirname(one) === path).map((one) => posix.basename(one)).sort()),
    write: (path, content, options) => Promise.resolve(put(path, { content: String(content), mode: options?.mode ?? 0o644 })),
    symlink: (target, path) => Promise.resolve(put(path, { kind: 'symlink', content: target })),
    makeFolder: (path) => Promise.resolve(nodes.has(path) ? undefined : put(path, { kind: 'directory' })),
    setOwner: (path, uid, gid) => Promise.resolve(put(path, { ...nodes.get(path), owner: `${uid}:${gid}` })),
    remove: (path) => {
      for (const one of nodes.keys()) if (one === path || one.startsWith(`${path}/`)) nodes.delete(one);
      return Promise.resolve();
    },
  };
  return {
    fs: new Proxy(real, {
      get: (target, name) => Reflect.get(target, name) ?? (() => { throw new Error(`a file system in memory cannot ${String(name)}`); }),
    }) as HostFiles,
    tree: () => Object.fromEntries([...nodes].filter(([path]) => path !== '/').map(([path, { kind, content }]) =>
      [path, kind === 'directory' ? '/' : kind === 'symlink' ? ` -> ${content}` : content])),
    modeOf: (path) => nodes.get(path)?.mode,
    ownerOf: (path) => nodes.get(path)?.owner,
  };
}

const statusOf = (node: Node | undefined): FileStatus | undefined =>
  node && {
    kind: node.kind, size: node.content.length, mode: node.mode, uid: 0, gid: 0, mtimeMs: 0, ino: 1, dev: 1, nlink: 1, blocks: 0,
  };
