import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { FileStatus, Host, RootFiles } from '../../host/port.ts';
import type { FileFact } from '../facts.ts';
import { formatBytes } from '../../format-bytes.ts';
import { LIMITS } from '../../readers/limits.ts';
import { matchesPath } from '../read/files.ts';
import { isDeclared, isRead, MODULE_FILE } from './interest.ts';
import { namedPatterns } from './named-paths.ts';

export interface ListedFiles {
  readonly files: readonly FileFact[];
  /** Names of modules in the root by kernel version. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the files that rules need: those of `INTERESTS`, also behind links in place of folders, and those that
 * configurations among them name. Links are followed only inside the root.
 */
export async function readRootFiles(host: Host, root: string): Promise<ListedFiles> {
  const inside = host.inside(root);
  const wanted = new Set<string>();
  const links: string[] = [];
  const modules = new Map<string, string[]>();
  await inside.tree().visit(({ path, kind }) => {
    const [, version, name] = MODULE_FILE.exec(path) ?? [];
    if (version !== undefined && name !== undefined) modules.set(version, pushed(modules.get(version) ?? [], canonicalModule(name)));
    else if (isDeclared(path)) wanted.add(path);
    if (kind === 'symlink' && MAY_LEAD_AWAY.test(path) && !MERGED.test(path)) links.push(path);
  });
  for (const path of await behindLinks(host, inside, links)) wanted.add(path);
  const files = new Map<string, FileFact>();
  let texts = 0;
  for (const path of [...wanted].toSorted()) {
    texts += await addFile(inside, files, path, isRead(path));
    if (texts > LIMITS.root.texts) throw tooMuch(`the files that rules read have more than ${formatBytes(LIMITS.root.texts)}`);
  }
  await addNamed(inside, files);
  return { files: [...files.values()], modules };
}

/** Folders whose content rules need, and links that every system has in place of folders of /usr. */
const MAY_LEAD_AWAY = /^\/(?:[^/]+|(?:etc|var|root|home|srv|boot|usr\/lib\/systemd|usr\/local\/lib)\/.+)$/;
const MERGED = /^\/(?:bin|sbin|lib\w*)$/;
/** Names behind links that are looked at: no system has as many. */
const MOST_BEHIND = 200_000;

/** Paths of interest behind a link in place of a folder, such as /var/lib/cloud. */
async function behindLinks(host: Host, inside: RootFiles, links: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  let looked = 0;
  for (const link of links) {
    if ((await statusOf(inside, link))?.kind !== 'directory') continue;
    const folder = await inside.locate(link);
    // A link to its own parent has no end.
    if (`${posix.join(inside.root, link)}/`.startsWith(`${folder}/`)) continue;
    await host.inside(folder).tree().visit(({ path }) => {
      if ((looked += 1) > MOST_BEHIND) throw tooMuch(`links such as ${link} lead to more than ${MOST_BEHIND} files`);
      if (isDeclared(`${link}${path}`)) found.push(`${link}${path}`);
    });
  }
  return found;
}

/** A configuration may name others that name more. */
async function addNamed(inside: RootFiles, files: Map<string, FileFact>): Promise<void> {
  const named = new Set<string>();
  for (let before = -1; before < named.size && named.size < MOST_NAMED;) {
    before = named.size;
    for (const pattern of namedPatterns([...files.values()], named)) {
      for (const name of await inside.list(posix.dirname(pattern))) {
        const path = posix.join(posix.dirname(pattern), name);
        if (!matchesPath(pattern, path)) continue;
        named.add(path);
        if (files.get(path)?.text === undefined) await addFile(inside, files, path, true);
      }
    }
  }
}

const MOST_NAMED = 1000;

/** The kernel prints `-` as `_`. */
export const canonicalModule = (name: string): string => name.replaceAll('-', '_');

/** The same list: a kernel has thousands of modules, and a stranger's any number. */
function pushed<T>(list: T[], item: T): T[] {
  list.push(item);
  return list;
}

/** Adds the facts about a path; returns how much of its text was read. */
async function addFile(inside: RootFiles, files: Map<string, FileFact>, path: string, read: boolean): Promise<number> {
  const status = await inside.status(path);
  if (status === undefined) return 0;
  const { kind, mode, uid, gid, size } = status;
  const isLink = kind === 'symlink';
  const reached = isLink ? await statusOf(inside, path) : status;
  const target = isLink ? await inside.linkTarget(path) : undefined;
  // A link to the null device is an empty file: systemd masks units and settings this way.
  const text: Pick<FileFact, 'text' | 'unread'> = !read ? {} : target === '/dev/null' ? { text: '' } : await textOf(inside, path, reached);
  files.set(path, {
    path, kind, mode, uid, gid, size,
    ...(target === undefined ? {} : { target }),
    ...(isLink && reached !== undefined ? { leadsTo: { kind: reached.kind, size: reached.size } } : {}),
    ...text,
  });
  return text.text?.length ?? 0;
}

/** Status of a link's target; undefined if links lead in a circle. */
async function statusOf(inside: RootFiles, path: string): Promise<FileStatus | undefined> {
  try {
    return await inside.status(path, { follow: true });
  } catch (error) {
    if (error instanceof HewError) return undefined;
    throw error;
  }
}

/** An icon is read as well: as Latin-1 none of its bytes is lost. */
async function textOf(inside: RootFiles, path: string, reached: FileStatus | undefined): Promise<Pick<FileFact, 'text' | 'unread'>> {
  if (reached === undefined || reached.kind === 'directory') return {};
  if (reached.kind !== 'file') return { unread: 'it is no plain file' };
  if (reached.size > LIMITS.root.text) return { unread: `it has ${reached.size} bytes, more than the ${LIMITS.root.text} expected` };
  const bytes = await inside.read(path) ?? Buffer.alloc(0);
  return { text: path.endsWith('.ico') ? bytes.toString('latin1') : bytes.toString('utf8') };
}

/** An image that cannot be read whole is not judged by a part of it. */
export const tooMuch = (what: string): HewError => new HewError({
  code: 'artifact-too-large',
  message: `the image cannot be read: ${what}`,
  hint: 'no real image has that much; see what made it',
});
