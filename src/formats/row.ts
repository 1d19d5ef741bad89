import type { ErrorCode } from '../errors/codes.ts';
import type { z } from 'zod';

import type { ByteSource } from '../byte-source.ts';
import type { Platform } from '../platforms/rows.ts';
import type { Reading } from '../readers/attempt.ts';
import type { ToolName } from '../tools.ts';

/**
 * What is known about an output format without making one. The schema, the plan, rules of definitions, help texts and
 * the readers of disks are derived from these rows. The writer of the format is beside it, in `write.ts`.
 */
export interface FormatRow {
  /** As definitions and `--format` name it. */
  readonly id: string;
  /** As help texts name it: `VHD`. */
  readonly label: string;
  /** A `container` runs on the kernel of its host, a `root` is only files, a `disk` boots. */
  readonly kind: 'container' | 'root' | 'disk';
  /** Keys of an output of this format. */
  readonly schema: z.ZodObject<{ readonly format: z.ZodLiteral<string> }>;
  /** Platforms whose rules a build checks if the output names none. */
  readonly platforms: readonly Platform[];
  /** Programs that write it. */
  tools(compression: string): readonly ToolName[];
  /** The `format` of its artifacts, if that is more than its own name. */
  readonly artifacts?: readonly string[];
  /** The file whose digest identifies the artifact, if that is a folder. */
  readonly index?: string;
  /** Whether one artifact holds all targets of a plan, which share a layer with their common files. */
  readonly sharesLayers?: true;
  /** Keys of an output that name a file beside the definition. */
  readonly inputs?: readonly string[];
  /** Rules for an output beyond the types of its keys. */
  readonly rules?: readonly OutputRule[];
  /** Files that it needs in the root, whatever the packages. */
  rootFiles?(image: { readonly name: string }, output: object): readonly FormatFile[];
  /** Of a disk. */
  readonly disk?: DiskRow;
}

/** What is known about a disk format. */
export interface DiskRow {
  /** File name suffixes: a file with damaged content is judged as a disk too. */
  readonly endings: readonly string[];
  /** QEMU's driver for the whole file; none reads an archive. */
  readonly driver?: string;
  /** For an archive: the name of the disk in it. */
  readonly member?: string;
  /** The disk size must be a multiple of this many bytes, if that is more than 1 MiB. */
  readonly sizeUnit?: number;
  /** QEMU's driver for copying parts of an opened disk, if it is another one. */
  partDriver?(this: void, disk: object): string;
  /** Whether `compression` compresses the whole file, which then cannot be opened as a disk. */
  readonly compressesWhole?: true;
  /** Ending of the script beside the disk, which rules read. */
  readonly script?: string;
  /** The bus from which BIOS machines boot it; virtio by default. */
  readonly biosBus?: 'ide';
  /** Where its signature is; a raw disk has none. Signatures at the start are checked first. */
  readonly signature?: 'start' | 'end';
  /** Opens a file that has the signature, and returns undefined for any other. */
  open?(this: void, source: ByteSource): Reading<OpenedContainer> | undefined;
}

/** The disk in a container. */
export interface OpenedContainer {
  readonly format: string;
  /** What the guest sees. */
  readonly content: ByteSource;
}

/** A rule for one output of a definition. Its id is the code of its problems. */
export interface OutputRule {
  readonly id: ErrorCode;
  /** Paths are those inside the output. */
  find(this: void, output: object): readonly { readonly path: readonly (string | number)[]; readonly message: string; readonly hint: string }[];
}

/** A file that a format needs in the root. */
export interface FormatFile {
  /** Absolute path inside the image. */
  readonly path: string;
  /** Its content, or the absolute path of a file of the definition. */
  readonly content: string | Uint8Array | { readonly input: string };
  /** Whether an existing file of a package or of the definition stays. */
  readonly yields: boolean;
}
