import type { ErrorCode } from '../errors/codes.ts';
import type { z } from 'zod';

import type { ByteSource } from '../byte-source.ts';
import type { Platform } from '../platforms/rows.ts';
import type { Reading } from '../readers/attempt.ts';
import type { ToolName } from '../tools.ts';

/**
 * What is known of an output format without making one. Pure: the schema, the plan, rules of definitions, help texts and
 * the readers of disks are derived from these rows. What writes the format stands beside it, in `write.ts`.
 */
export interface FormatRow {
  /** As definitions and `--format` name it. */
  readonly id: string;
  /** As people write it: `VHD`. */
  readonly label: string;
  /** A `container` is started by somebody's kernel, a `root` is files alone, a `disk` boots. */
  readonly kind: 'container' | 'root' | 'disk';
  /** Keys of an output of this format. */
  readonly schema: z.ZodObject<{ readonly format: z.ZodLiteral<string> }>;
  /** Platforms whose rules a build checks where the output names none. */
  readonly platforms: readonly Platform[];
  /** Programs that write it. */
  tools(compression: string): readonly ToolName[];
  /** What stands as `format` of the artifacts that it makes, where that is more than its own name. */
  readonly artifacts?: readonly string[];
  /** The file whose digest stands for the artifact, where that is a folder. */
  readonly index?: string;
  /** Whether what several targets have in common goes into a layer of its own. */
  readonly sharesLayers?: true;
  /** Keys of an output that name a file beside the definition. */
  readonly inputs?: readonly string[];
  /** What an output must hold beyond the types of its keys. */
  readonly rules?: readonly OutputRule[];
  /** Files that it needs in the root, whatever packages are in it. */
  rootFiles?(image: { readonly name: string }, output: object): readonly FormatFile[];
  /** Of a disk. */
  readonly disk?: DiskRow;
}

/** What is known of a disk format. */
export interface DiskRow {
  /** Endings of the names of such files: one with damaged content is judged as a disk too. */
  readonly endings: readonly string[];
  /** QEMU's driver for the whole file; none reads an archive. */
  readonly driver?: 'raw' | 'qcow2' | 'vpc' | 'vhdx' | 'vmdk';
  /** Of an archive: the name of the disk in it. */
  readonly member?: string;
  /** Bytes of which the disk must have a whole number, where that is more than 1 MiB. */
  readonly sizeUnit?: number;
  /** QEMU's driver by which parts of an opened disk are copied, where it is another one. */
  partDriver?(this: void, disk: object): 'raw' | 'vpc';
  /** The bus from which machines of a BIOS start it; virtio where it is not said. */
  readonly biosBus?: 'ide';
  /** Where its signature stands; a raw disk has none. Signatures at the start are looked at first. */
  readonly signature?: 'start' | 'end';
  /** Opens a file that has the signature, and returns undefined for any other. */
  open?(this: void, source: ByteSource): Reading<OpenedContainer> | undefined;
}

/** The disk in a container. */
export interface OpenedContainer {
  readonly format: string;
  /** What the guest sees. */
  readonly content: ByteSource;}

/** A demand on one output of a definition. Its id is the code of its problems. */
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
  /** Whether a file that a package or the definition brought stays as it is. */
  readonly yields: boolean;
}
