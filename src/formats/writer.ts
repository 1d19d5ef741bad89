import { posix } from 'node:path';

import type { LayerStack } from '../container/packing.ts';
import type { DiskOutput, Output } from './rows.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { Artifact } from './artifact.ts';
import type { Digests } from './digests.ts';

/** A finished root as writers see it. */
export interface FinishedTarget {
  readonly target: Target;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** The root, packed in every way that an output asks for. */
  readonly stacks: readonly LayerStack[];
  /** The root as a raw disk, where an output is a disk. */
  readonly disk?: {
    readonly path: string;
    readonly layout: { readonly size: number };
    readonly seed: string;
    /** Why a machine that enforces Secure Boot would not start it; undefined where that was not asked. */
    readonly secureBootFaults: readonly string[] | undefined;
  };
}

export interface WriteRequest<One extends Output = Output> {
  readonly plan: Plan;
  readonly output: One;
  /** One, or where the writer holds all in one artifact, all of them. */
  readonly targets: readonly [FinishedTarget, ...FinishedTarget[]];
  /** Absolute path of the folder for the artifacts. */
  readonly folder: string;
  readonly digests: Digests;
}

/** A written artifact. */
export interface WrittenFile extends Pick<Artifact, 'name' | 'size'> {
  /** With its digest, which may still be pending. */
  readonly described: Promise<Artifact>;
}

/** The image itself, then files that belong to it: an archive of it, a script. */
export type Written = readonly [WrittenFile, ...WrittenFile[]];

/** Writes outputs that are made of packed roots. */
export interface RootWriter<One extends Output> {
  write(host: Host, request: WriteRequest<One>): Promise<Written>;
}

/** Writes outputs that are made of a raw disk. Equal disks, seeds and epochs give equal bytes. */
export interface DiskWriter<One extends DiskOutput> {
  /** Writes the disk in this format and returns the path of the file. */
  convert(host: Host, output: One, request: ConvertRequest): Promise<string>;
  /** Whether the file has the bytes of the raw disk, so that its digest can be computed earlier. */
  keepsBytes?(this: void, output: One): boolean;
  /** Files that belong to the disk. */
  beside?(this: void, request: BesideRequest<One>): readonly SideFile[];
}

export interface ConvertRequest {
  /** The raw disk. */
  readonly disk: string;
  readonly size: number;
  readonly seed: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** Absolute path of the file to write, without its ending. */
  readonly target: string;
  /** The firmware; UEFI by default. */
  readonly firmware?: 'uefi' | 'bios';
}

export interface BesideRequest<One extends DiskOutput> {
  readonly plan: Plan;
  readonly output: One;
  readonly target: Target;
  /** File name of the disk. */
  readonly disk: string;
  /** Why a machine that enforces Secure Boot would not start it; undefined where that was not asked. */
  readonly secureBootFaults: readonly string[] | undefined;
}

/** A file beside a disk, with the same name but another suffix. */
export interface SideFile {
  /** The `format` of the artifact. */
  readonly format: string;
  readonly ending: string;
  readonly content: string;
}

/** Describes a file that was just written. `described` is its digest if that is already pending. */
export async function writtenFile(
  host: Host,
  digests: Digests,
  format: string,
  file: string,
  described: Promise<Artifact> = digests.of(format, file),
): Promise<WrittenFile> {
  const status = await host.fs.status(file);
  if (status === undefined) throw new Error(`${file} was to be an artifact and is not there`);
  return { name: posix.basename(file), size: status.size, described };
}
