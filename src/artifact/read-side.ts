import { posix } from 'node:path';
import { findArchitecture } from '../isa/rows.ts';

import type { Side } from '../diff/diff-sides.ts';
import { factsOfLock, type FileFacts, type ComparedImage, type Part } from '../diff/facts.ts';
import { ownerLookup } from '../isa/owners.ts';
import type { Host } from '../host/port.ts';
import { LOCK_ENDING } from '../definition/index.ts';
import { parseLock } from '../packages/lock-parse.ts';
import { readForeignDatabase } from '../rootfs/read-database.ts';
import type { ImageFacts as GatheredFacts } from '../verify/facts.ts';
import { whileOpen } from '../byte-source.ts';
import { describeTree } from './describe-tree.ts';
import { gatherImages, type GatheredImage } from './gather-image.ts';
import { settingsOf } from './image-settings.ts';

/** One side of a comparison. */
export interface SideRequest {
  /** Absolute path. */
  readonly path: string;
  /** Its name in the comparison. */
  readonly name: string;
}

/**
 * Reads a lock, a root or a foreign artifact for a comparison. `times` includes modification times. Unpacked files are
 * removed afterwards. Throws `HewError` as opening an artifact or reading a lock does.
 */
export async function readSide(host: Host, { path, name }: SideRequest, times: boolean): Promise<Side> {
  if (await isLock(host, path)) {
    const lock = parseLock(await host.fs.readText(path), path);
    return { name, images: lock.request.targets.map((target) => factsOfLock(lock, target.name, name)) };
  }
  return host.inFreshWorkspace(async () => {
    const images: ComparedImage[] = [];
    for (const image of await gatherImages(host, path, {})) images.push(await readImage(host, name, image, times));
    return { name, images };
  });
}

/** The first lines of a lock identify it; one with merge conflicts still has its name. */
async function isLock(host: Host, path: string): Promise<boolean> {
  if ((await host.fs.status(path))?.kind !== 'file') return false;
  if (path.endsWith(LOCK_ENDING)) return true;
  const head = whileOpen(host.fs.openBytes(path), (source) => Buffer.from(source.read(0, 4096)).toString('utf8'));
  return /^document:\s*["']?rpm-package-manifest/m.test(head);
}

async function readImage(host: Host, name: string, { examined, facts }: GatheredImage, times: boolean): Promise<ComparedImage> {
  const { root, esp } = examined;
  const { owners } = root === undefined ? { owners: new Map<string, string>() } : await readForeignDatabase(host, root);
  const files = root === undefined ? undefined : await describeTree(host, { root, ownerOf: ownerLookup(owners), times });
  const espFiles = esp === undefined ? undefined : await describeEsp(host, esp, espMount(facts));
  const target = targetOf(facts);
  const kept = examined.format === 'disk' ? files?.filter(({ path }) => path !== '/lost+found').map(withoutCopyTime(facts)) : files;
  return {
    name,
    ...(target === undefined ? {} : { target, level: target }),
    knows: partsOf(facts, target, kept),
    packages: (facts.root?.packages ?? []).map(({ name: packageName, evr, arch, size }) => ({ name: packageName, evr, arch, size })),
    measure: 'installed',
    ...(kept === undefined ? {} : { files: kept }),
    ...(espFiles === undefined ? {} : { esp: espFiles }),
    configuration: settingsOf(facts),
  };
}

/** Programs that read file systems without mounting them set the times of links and mount points to the time of the copy. */
function withoutCopyTime({ disk }: GatheredFacts): (file: FileFacts) => FileFacts {
  const mounts = new Set(disk?.table?.partitions.map(({ mount }) => mount));
  return ({ time, ...file }) => (time === undefined || file.kind === 'link' || mounts.has(file.path) ? file : { ...file, time });
}

/** `x86_64-v3`, as locks write it, from what the image says. */
function targetOf({ root, oci }: GatheredFacts): string | undefined {
  const platform = oci?.indexPlatform ?? oci?.config?.platform;
  const architecture = root?.architecture ?? findArchitecture(({ names }) => names.oci === platform?.architecture);
  // An amd64 image without a variant runs on every amd64 machine.
  const level = platform?.variant ?? root?.level ?? (platform === undefined ? undefined : 'baseline');
  return architecture === undefined || level === undefined ? undefined : `${architecture}-${level}`;
}

function partsOf(facts: GatheredFacts, target: string | undefined, files: readonly FileFacts[] | undefined): readonly Part[] {
  const isLabelled = files?.some(({ attributes }) => attributes?.['security.selinux'] !== undefined) === true;
  const parts: Readonly<Record<Part, boolean>> = {
    level: target !== undefined,
    packages: (facts.root?.packages ?? []).length > 0,
    files: files !== undefined,
    // Programs that read file systems without mounting them keep only modes and owners.
    attributes: files !== undefined && facts.disk === undefined,
    labels: isLabelled && facts.disk === undefined,
    settings: facts.root !== undefined,
    container: facts.oci !== undefined,
    disk: facts.disk !== undefined,
  };
  return (Object.keys(parts) as Part[]).filter((part) => parts[part]);
}

const espMount = ({ disk }: GatheredFacts): string =>
  disk?.table?.partitions.find(({ filesystem, mount }) => filesystem?.type === 'vfat' && mount !== undefined)?.mount ?? '/boot/efi';

/** FAT has no owners or modes; its times are those of the copy. */
async function describeEsp(host: Host, esp: string, mount: string): Promise<readonly FileFacts[]> {
  const files = await describeTree(host, { root: esp, ownerOf: () => undefined, times: false });
  return files.map((file) => ({ ...file, path: posix.join(mount, file.path), owner: 0, group: 0 }));
}
