import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { BootFacts, KernelFacts } from '../verify/boot-facts.ts';
import type { ImageFacts, PartitionFacts, TableFacts } from '../verify/facts.ts';
import { firmwareOf } from '../verify/read/firmware.ts';
import { gatherImages, type GatheredImage } from '../artifact/gather-image.ts';

/** What an image holds: the value that `hew inspect --json` prints for each image. */
export interface Inspection {
  readonly artifact: string;
  readonly format: ImageFacts['artifact']['format'];
  readonly size: SizeFacts;
  readonly platform: { readonly architecture: string; readonly os?: string | undefined; readonly variant?: string | undefined } | undefined;
  readonly layers: readonly { readonly digest: string; readonly entries: number }[] | undefined;
  readonly disk: InspectedDisk | undefined;
  readonly boot: BootFacts | undefined;
  /** os-release(5). */
  readonly os: Readonly<Record<string, string>> | undefined;
  readonly architecture: string | undefined;
  /** Microarchitecture level that the image declares. */
  readonly level: string | undefined;
  readonly kernels: readonly InspectedKernel[];
  readonly packages: readonly InstalledPackage[];
  /** Why no root could be opened. */
  readonly rootProblem: string | undefined;
}

/** Bytes. */
export interface SizeFacts {
  readonly file: number;
  readonly allocated: number;
  readonly virtual: number | undefined;
  readonly installed: number | undefined;
}

export interface InspectedDisk {
  readonly table: TableFacts['label'] | undefined;
  readonly firmware: readonly string[];
  readonly partitions: readonly PartitionFacts[];
  /** Paths of the EFI system partition's files. */
  readonly esp: readonly string[];
  readonly problems: readonly string[];
}

export type InspectedKernel = Pick<KernelFacts, 'version' | 'hasImage' | 'hasModules'> & { readonly initrd: boolean };

/** Reads every image of a foreign artifact, without mounting anything. */
export async function inspectArtifact(host: Host, path: string): Promise<readonly Inspection[]> {
  return (await gatherImages(host, path, {})).map((image) => describe(posix.basename(path), image));
}

function describe(artifact: string, { facts, examined }: GatheredImage): Inspection {
  const { root, disk, oci, boot } = facts;
  const platform = oci?.indexPlatform ?? oci?.config?.platform;
  return {
    artifact,
    format: facts.artifact.format,
    size: { file: facts.artifact.size, allocated: facts.artifact.allocated, virtual: disk?.size, installed: root?.installedSize },
    platform,
    layers: oci?.layers.map(({ digest, entries }) => ({ digest, entries: entries.length })),
    disk: disk === undefined ? undefined : describeDisk(disk, facts),
    boot,
    os: root?.osRelease,
    architecture: root?.architecture,
    level: root?.level ?? platform?.variant ?? (platform?.architecture === 'amd64' ? 'baseline' : undefined),
    kernels: (root?.kernels ?? []).map(({ version, hasImage, hasModules, initrd }) => ({ version, hasImage, hasModules, initrd: initrd !== undefined })),
    packages: (root?.packages ?? []).toSorted((a, b) => b.size - a.size),
    rootProblem: examined.rootProblem?.message,
  };
}

function describeDisk(disk: NonNullable<ImageFacts['disk']>, facts: ImageFacts): InspectedDisk {
  const { uefi, bios } = firmwareOf(disk, facts);
  return {
    table: disk.table?.label,
    firmware: [...(uefi ? ['UEFI'] : []), ...(bios ? ['BIOS'] : [])],
    partitions: disk.table?.partitions ?? [],
    esp: (disk.esp ?? []).filter(({ kind }) => kind === 'file').map(({ path }) => path),
    problems: [...(disk.table?.problems ?? []), ...[disk.tableProblem, disk.espProblem].filter((problem) => problem !== undefined)],
  };
}
