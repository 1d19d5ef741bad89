import { posix } from 'node:path';

import type { Command } from '../../host/port.ts';

export interface UkiRequest {
  /** Absolute paths on this machine. */
  readonly kernel: string;
  readonly initrd: string;
  readonly osRelease: string;
  readonly stub: string;
  readonly target: string;
  /** `uname -r`. */
  readonly version: string;
  readonly commandLine: string;
  /** Seconds since 1970. */
  readonly epoch: number;
}

/**
 * The call of ukify(1) that joins kernel, initrd, command line and os-release into one EFI program
 * (https://uapi-group.org/specifications/specs/unified_kernel_image/).
 */
export const ukifyCommand = (request: UkiRequest): Command => ({
  tool: 'ukify',
  args: [
    'build',
    `--linux=${request.kernel}`,
    `--initrd=${request.initrd}`,
    `--cmdline=${request.commandLine}`,
    `--os-release=@${request.osRelease}`,
    `--uname=${request.version}`,
    `--stub=${request.stub}`,
    `--output=${request.target}`,
  ],
  env: { SOURCE_DATE_EPOCH: String(request.epoch) },
  view: {
    read: [request.kernel, request.initrd, request.osRelease, ...(isOfTools(request.stub) ? [] : [request.stub])],
    write: [posix.dirname(request.target)],
  },
});

/** Where systemd keeps its EFI programs, in an image and in the tools alike. */
export const EFI_FOLDER = '/usr/lib/systemd/boot/efi';

/** The tools' own stub is seen at its place without being named. */
const isOfTools = (stub: string): boolean => stub.startsWith(EFI_FOLDER);
