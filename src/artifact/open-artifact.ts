import { posix } from 'node:path';

import { listOf } from '../definition/index.ts';
import { HewError, type Problem } from '../errors.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { archivedFormat } from '../formats/open-disk.ts';
import { DISK_LABELS, type DiskFormat } from '../formats/rows.ts';
import type { FileStatus, Host } from '../host/port.ts';
import type { DiskFacts } from '../verify/facts.ts';
import type { OciFacts, TarFacts } from '../verify/oci-facts.ts';
import { readOciLayout } from '../verify/gather/read-oci.ts';
import { readTar } from '../verify/gather/read-tar.ts';
import { looksLikeDisk, openDiskImage } from './open-disk-image.ts';
import { applyLayer, unpackTar } from './unpack.ts';

/** The files of an artifact, unpacked into the workspace. */
export interface OpenedArtifact {
  readonly format: 'folder' | 'oci' | 'tar' | 'disk';
  /** Absolute path of the root. */
  readonly root: string;
  /** The OCI platform of the index or the configuration. */
  readonly platform?: { readonly architecture: string; readonly variant?: string | undefined };
}

/** What is known about an artifact, whether or not its root can be opened. */
export interface ExaminedArtifact {
  readonly format: OpenedArtifact['format'];
  /** Absolute path of the root; undefined where there is none. */
  readonly root: string | undefined;
  /** Why the root is undefined. */
  readonly rootProblem: Problem | undefined;
  readonly oci: OciFacts | undefined;
  readonly tar: TarFacts | undefined;
  readonly disk: DiskFacts | undefined;
  /** Folder with a copy of the disk's EFI system partition. */
  readonly esp: string | undefined;
}

/**
 * Opens a foreign artifact: a root folder, an OCI layout as a folder or one file, a tar of a root, or a disk. Archives
 * are unpacked in the sandbox, so that no entry can write elsewhere. An index of several platforms gives one artifact
 * each. Throws `HewError` when it is none of these, or has no readable root.
 */
export async function openArtifact(host: Host, path: string): Promise<readonly OpenedArtifact[]> {
  return (await examineArtifact(host, path)).map(({ format, root, rootProblem, oci }): OpenedArtifact => {
    if (root === undefined) throw noRoot(path, rootProblem, oci);
    const platform = oci?.indexPlatform ?? oci?.config?.platform;
    return { format, root, ...(platform === undefined ? {} : { platform }) };
  });
}

const noRoot = (path: string, reason: Problem | undefined, oci: OciFacts | undefined): HewError => {
  if (oci === undefined) return new HewError(reason ?? { code: 'artifact-no-root', message: `${posix.basename(path)} has no root` });
  return problem(
    'oci-invalid',
    `${posix.basename(path)} breaks the OCI image specification`,
    oci.problems.map(({ message }) => message).join('; ') || 'a layer cannot be read',
  );
};

/**
 * Reads everything about an artifact. `roots` are the folders that its images were just made from, in order: they are
 * not unpacked again. Faults of an image are part of the answer. Throws `HewError` only if the path does not exist, or
 * is of no known kind.
 */
export async function examineArtifact(host: Host, path: string, roots: readonly string[] = []): Promise<readonly ExaminedArtifact[]> {
  const status = await host.fs.status(path);
  if (status === undefined) throw problem('artifact-not-found', `there is no file or folder ${path}`, 'check the path');
  if (status.kind === 'directory') {
    return (await isLayout(host, path)) ? examineLayout(host, path, roots) : [{ ...NOTHING, format: 'folder', root: path }];
  }
  return looksLikeDisk(host, path) ? [{ ...NOTHING, format: 'disk', ...(await openDiskImage(host, path, roots[0])) }] : examineArchive(host, path, status, roots[0]);
}

const NOTHING = { root: undefined, rootProblem: undefined, oci: undefined, tar: undefined, disk: undefined, esp: undefined } as const;

/** A layout that lost its marker still counts as one if it has an index. */
const isLayout = async (host: Host, folder: string): Promise<boolean> =>
  (await host.fs.status(posix.join(folder, 'oci-layout'))) !== undefined
  || ((await host.fs.status(posix.join(folder, 'index.json'))) !== undefined && (await host.fs.status(posix.join(folder, 'blobs'))) !== undefined);

async function examineArchive(host: Host, path: string, status: FileStatus, known?: string): Promise<readonly ExaminedArtifact[]> {
  const tar = await readTar(host, path);
  if (tar.problem !== undefined) throw unknown(path, tar.problem);
  // Only a plain file with one entry: what a link points at is not part of the archive.
  const archived = archivedFormat((name) => {
    const [entry, ...others] = tar.entries.filter((one) => one.path === name);
    return entry?.kind === 'file' && others.length === 0;
  });
  if (archived !== undefined) return [await examineArchivedDisk(host, path, { ...archived, tar, packed: status.size }, known)];
  if (known !== undefined) return [{ ...NOTHING, format: 'tar', root: known, tar }];
  const unpacked = await host.makeWorkFolder('artifact', status.size * (tar.compression === 'none' ? 1 : 4));
  try {
    await unpackTar(host, path, unpacked, tar.entries);
  } catch (error) {
    throw unknown(path, 'tar cannot unpack it', error);
  }
  return (await isLayout(host, unpacked)) ? examineLayout(host, unpacked, []) : [{ ...NOTHING, format: 'tar', root: unpacked, tar }];
}

/** Takes a disk out of its archive, because readers need random access. */
async function examineArchivedDisk(
  host: Host,
  path: string,
  { format, member, tar, packed }: { readonly format: DiskFormat; readonly member: string; readonly tar: TarFacts; readonly packed: number },
  known: string | undefined,
): Promise<ExaminedArtifact> {
  const folder = await host.makeWorkFolder('archive', packed * 4);
  try {
    await unpackTar(host, path, folder, tar.entries.filter((entry) => entry.path === member));
  } catch (error) {
    throw unknown(path, 'tar cannot unpack it', error);
  }
  const { disk, ...opened } = await openDiskImage(host, posix.join(folder, member), known);
  return { ...NOTHING, format: 'disk', ...opened, disk: { ...disk, archive: { format, tar } } };
}

async function examineLayout(host: Host, layout: string, roots: readonly string[]): Promise<readonly ExaminedArtifact[]> {
  const examined: ExaminedArtifact[] = [];
  const applied = new Map<string, string>();
  for (const [number, { facts, layers }] of (await readOciLayout(host, layout)).entries()) {
    if (layers === undefined) {
      examined.push({ ...NOTHING, format: 'oci', oci: facts, rootProblem: { code: 'oci-invalid', message: 'its layers cannot all be read' } });
      continue;
    }
    // Images of one layout may share all layers; those are unpacked once.
    const key = layers.join('\n');
    const root = roots[number] ?? applied.get(key) ?? (await applyLayers(host, layers, facts, number));
    applied.set(key, root);
    examined.push({ ...NOTHING, format: 'oci', oci: facts, root });
  }
  return examined;
}

async function applyLayers(host: Host, layers: readonly string[], facts: OciFacts, number: number): Promise<string> {
  const root = await host.makeWorkFolder(`artifact-root-${number}`, 0);
  for (const [index, layer] of layers.entries()) await applyLayer(host, layer, root, facts.layers[index]?.entries ?? []);
  return root;
}

const unknown = (path: string, reason: string, cause?: unknown): HewError =>
  new HewError(
    {
      code: 'artifact-unknown',
      message: `${path} is neither a root, an OCI layout, a tar of one nor a disk: ${reason}`,
      hint: `hew opens folders, OCI layouts, OCI archives, tar files, and disks as ${listOf(DISK_LABELS, 'or')}`,
    },
    { cause },
  );

const problem = (code: ErrorCode, message: string, hint: string): HewError => new HewError({ code, message, hint });
