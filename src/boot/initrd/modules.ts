import { posix } from 'node:path';

import { HewError } from '../../errors.ts';

/** What depmod(8) and the kernel's build left of a kernel's modules, as texts. */
export interface ModuleFiles {
  /** `modules.dep`. */
  readonly dependencies: string;
  /** `modules.softdep`; empty where there is none. */
  readonly soft: string;
  /** `modules.builtin`. */
  readonly builtin: string;
}

export interface ModuleClosure {
  /** Paths relative to the kernel's module folder, sorted. */
  readonly paths: readonly string[];
  /** Requested names that are neither a module nor built in. */
  readonly absent: readonly string[];
}

/** `kernel/fs/ext4/ext4.ko.xz` is `ext4`; `-` and `_` are the same letter to the kernel. */
export const moduleOfFile = (path: string): string => posix.basename(path).replace(/\.ko(?:\.\w+)?$/, '').replaceAll('-', '_');

/** Modules with all that they depend on, hard and soft. */
export function moduleClosure(wanted: readonly string[], files: ModuleFiles): ModuleClosure {
  const dependencies = parseDependencies(files.dependencies);
  const soft = parseSoft(files.soft);
  const builtin = new Set(files.builtin.split('\n').filter((line) => line !== '').map(moduleOfFile));
  const paths = new Set<string>();
  const absent: string[] = [];
  const queue = wanted.map((name) => ({ name: name.replaceAll('-', '_'), asked: true }));
  const seen = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { name, asked } = next;
    if (seen.has(name)) continue;
    seen.add(name);
    const found = dependencies.get(name);
    if (found === undefined) {
      if (asked && !builtin.has(name)) absent.push(name);
      continue;
    }
    paths.add(found.path);
    const more = [...found.needs.map(moduleOfFile), ...(soft.get(name) ?? [])];
    queue.push(...more.map((one) => ({ name: one, asked: false })));
  }
  return { paths: [...paths].sort(), absent };
}

/** `path: path path …`, relative to the folder. */
function parseDependencies(text: string): ReadonlyMap<string, { path: string; needs: readonly string[] }> {
  const rows = text.split('\n').flatMap((line) => {
    const [path = '', needs = ''] = line.split(':');
    return path === '' ? [] : [[moduleOfFile(path), { path, needs: needs.split(' ').filter((one) => one !== '') }] as const];
  });
  return new Map(rows);
}

/** `softdep NAME pre: A B post: C`. */
function parseSoft(text: string): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [word, name = '', ...rest] = line.trim().split(/\s+/);
    if (word !== 'softdep') continue;
    const needs = rest.filter((one) => !one.endsWith(':')).map((one) => one.replaceAll('-', '_'));
    all.set(name.replaceAll('-', '_'), [...(all.get(name.replaceAll('-', '_')) ?? []), ...needs]);
  }
  return all;
}

/** Throws `HewError` when modules that a definition names are in no package of the image. */
export function refuseAbsent(asked: readonly string[], { absent }: ModuleClosure, version: string): void {
  const lacking = asked.filter((name) => absent.includes(name.replaceAll('-', '_')));
  if (lacking.length === 0) return;
  throw new HewError({
    code: 'module-missing',
    message: `kernel ${version} of the image has no module ${lacking.join(', ')}`,
    hint: 'install the package that has it (kernel-modules-extra on Fedora), or take it out of boot.initrd-drivers',
  });
}
