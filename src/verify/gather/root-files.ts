import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import { insideRoot } from '../../rootfs/inside.ts';
import type { FileFact } from '../facts.ts';
import { INTERESTS, MAX_TEXT, MODULE_FILE } from './interest.ts';

export interface ListedFiles {
  readonly files: readonly FileFact[];
  /** Names of modules in the root by kernel version. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
}

/** Reads the files that rules ask for: `INTERESTS` says which. Links are followed inside the root only. */
export async function readRootFiles(host: Host, root: string): Promise<ListedFiles> {
  const wanted: string[] = [];
  const modules = new Map<string, string[]>();
  await host.inside(root).tree().visit(({ path }) => {
    const [, version, name] = MODULE_FILE.exec(path) ?? [];
    if (version !== undefined && name !== undefined) modules.set(version, [...(modules.get(version) ?? []), moduleName(name)]);
    else if (INTERESTS.some((interest) => interest.path.test(path))) wanted.push(path);
  });
  const files: FileFact[] = [];
  for (const path of wanted.toSorted()) {
    const fact = await describeFile(host, root, path);
    if (fact !== undefined) files.push(fact);
  }
  return { files, modules };
}

/** The kernel prints `-` as `_`. Pure. */
export const moduleName = (name: string): string => name.replaceAll('-', '_');

async function describeFile(host: Host, root: string, path: string): Promise<FileFact | undefined> {
  const status = await host.fs.status(posix.join(root, path));
  if (status === undefined) return undefined;
  const { kind, mode, uid, gid, size } = status;
  const text = INTERESTS.some((interest) => interest.text === true && interest.path.test(path)) ? await textOf(host, root, path) : undefined;
  return {
    path, kind, mode, uid, gid, size,
    ...(kind === 'symlink' ? { target: await host.fs.readLink(posix.join(root, path)) } : {}),
    ...(text === undefined ? {} : { text }),
  };
}

/** An icon is read as well: as Latin-1 none of its bytes is lost. */
async function textOf(host: Host, root: string, path: string): Promise<string | undefined> {
  const real = await insideRoot(host, root, path, { follow: true });
  const status = await host.fs.status(real);
  if (status?.kind !== 'file' || status.size > MAX_TEXT) return undefined;
  const bytes = Buffer.from(await host.fs.readBytes(real));
  return path.endsWith('.ico') ? bytes.toString('latin1') : bytes.toString('utf8');
}
