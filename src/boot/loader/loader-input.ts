import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Kernel } from '../find-kernel.ts';
import type { BootRoot } from '../initrd/request.ts';
import type { RootIndex } from '../root-index.ts';
import type { BootSettings } from '../../definition/index.ts';
import type { BootDisk, BootResult } from '../types.ts';

/** What a loader is set up with. */
export interface LoaderInput {
  readonly root: BootRoot;
  readonly index: RootIndex;
  readonly settings: BootSettings;
  readonly disk: BootDisk;
  /** The newest first; initrds are absolute paths on this machine. */
  readonly kernels: readonly { readonly kernel: Kernel; readonly initrd: string }[];
  readonly commandLine: string;
  readonly fips: boolean;
  readonly osRelease: Readonly<Record<string, string>>;
  readonly osReleaseText: string;
  /** Absolute path of a folder for what is made. */
  readonly folder: string;
}

export type PlacedLoader = Pick<BootResult, 'esp' | 'bios' | 'firstLoader' | 'secureBootFaults'>;

/** A copy of a file of the root, outside it: the root may be taken apart while the ESP is filled. Absolute path. */
export async function takeOut(host: Host, { root, folder }: Pick<LoaderInput, 'root' | 'folder'>, path: string): Promise<string> {
  const copy = posix.join(folder, `${createHash('sha256').update(path).digest('hex').slice(0, 16)}-${posix.basename(path)}`);
  if ((await host.fs.status(copy)) === undefined) await host.inside(root.path).copyOut(path, copy);
  return copy;
}
