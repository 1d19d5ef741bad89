import { pipeline } from 'node:stream/promises';

import type { Command, Host } from '../host/port.ts';

/** A few files as one tar compressed by gzip. */
export interface ArchiveRequest {
  /** Absolute path of the folder that they are in. */
  readonly folder: string;
  /** Their names, in the order in which they are packed. */
  readonly names: readonly string[];
  /** Name that the only file gets in the archive. */
  readonly rename?: string;
  /** As tar(1) calls it. */
  readonly format: 'gnu' | 'oldgnu';
  /** Seconds since 1970. */
  readonly epoch: number;
}

/**
 * Arguments of GNU tar(1) for files, so that only their bytes decide the archive: no owner, one date. Holes are
 * detected by content, because their places in a file system vary.
 */
export const archiveFilesArguments = ({ folder, names, rename, format, epoch }: ArchiveRequest): string[] => [
  '--create',
  '--file=-',
  `--directory=${folder}`,
  `--format=${format}`,
  '--sparse',
  '--hole-detection=raw',
  '--numeric-owner',
  '--owner=0',
  '--group=0',
  '--mode=0644',
  `--mtime=@${epoch}`,
  ...(rename === undefined ? [] : [`--transform=s,.*,${rename},`]),
  '--',
  ...names,
];

/** Packs files into one `.tar.gz`, whatever its name. */
export async function packFiles(host: Host, request: ArchiveRequest, target: string): Promise<void> {
  const tar: Command = { tool: 'tar', args: archiveFilesArguments(request), view: { read: [request.folder] } };
  await host.piped(tar, (files) => host.piped(
    { tool: 'igzip', args: ['-2', '-T', '4', '--no-name', '--stdout', '-'], view: {} },
    (packed) => host.fs.writeStream(target, packed),
    (stdin) => pipeline(files, stdin),
  ));
}
