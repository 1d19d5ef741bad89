import type { Kernel } from '../find-kernel.ts';
import type { BootRoot } from '../initrd/request.ts';
import type { RootIndex } from '../root-index.ts';
import type { BiosParts, BootDisk, BootResult, BootSettings, EspFile } from '../types.ts';

/** What a loader is set up with. */
export interface LoaderInput {
  readonly root: BootRoot;
  readonly index: RootIndex;
  readonly settings: BootSettings;
  readonly disk: BootDisk;
  /** The newest first; initrds are absolute paths on this machine. */
  readonly kernels: readonly { readonly kernel: Kernel; readonly initrd: string }[];
  readonly commandLine: string;
  readonly osRelease: Readonly<Record<string, string>>;
  readonly osReleaseText: string;
  /** Absolute path of a folder for what is made. */
  readonly folder: string;
}

export interface PlacedLoader {
  readonly esp: readonly EspFile[];
  readonly bios?: BiosParts;
  readonly firstLoader: BootResult['firstLoader'];
}
