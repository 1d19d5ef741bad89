import type { Host, RootFiles } from '../../host/port.ts';
import type { FileFact } from '../facts.ts';
import { HewError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import { LIMITS } from '../../readers/limits.ts';
import { INTERESTS, MODULE_FILE } from './interest.ts';

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
    if (version !== undefined && name !== undefined) modules.set(version, pushed(modules.get(version) ?? [], moduleName(name)));
    else if (INTERESTS.some((interest) => interest.path.test(path))) wanted.push(path);
  });
  const inside = host.inside(root);
  const files: FileFact[] = [];
  let read = 0;
  for (const path of wanted.toSorted()) {
    const fact = await describeFile(inside, path);
    if (fact !== undefined) files.push(fact);
    read += fact?.text?.length ?? 0;
    if (read > LIMITS.root.texts) throw tooMuch(`the files that rules read have more than ${formatBytes(LIMITS.root.texts)}`);
  }
  return { files, modules };
}

/** The same list: a kernel has thousands of modules, and a stranger's any number. */
function pushed<T>(list: T[], item: T): T[] {
  list.push(item);
  return list;
}

/** The kernel prints `-` as `_`. Pure. */
export const moduleName = (name: string): string => name.replaceAll('-', '_');

async function describeFile(root: RootFiles, path: string): Promise<FileFact | undefined> {
  const status = await root.status(path);
  if (status === undefined) return undefined;
  const { kind, mode, uid, gid, size } = status;
  const text = INTERESTS.some((interest) => interest.text === true && interest.path.test(path)) ? await textOf(root, path) : undefined;
  return {
    path, kind, mode, uid, gid, size,
    ...(kind === 'symlink' ? { target: (await root.linkTarget(path)) ?? '' } : {}),
    ...(text === undefined ? {} : { text }),
  };
}

/** An icon is read as well: as Latin-1 none of its bytes is lost. */
async function textOf(root: RootFiles, path: string): Promise<string | undefined> {
  return (await root.readIfPlain(path, LIMITS.root.text))?.toString(path.endsWith('.ico') ? 'latin1' : 'utf8');
}

/** An image that cannot be looked at whole is not judged by a part of it. */
export const tooMuch = (what: string): HewError => new HewError({
  code: 'artifact-too-large',
  message: `the image cannot be read: ${what}`,
  hint: 'no real image has as much of it; look at what made it so',
});
