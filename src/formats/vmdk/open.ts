import type { ByteSource } from '../../byte-source.ts';
import { attemptOn, type Reading } from '../../readers/attempt.ts';
import { isVmdk, readVmdk, type VmdkHeader } from '../../readers/image/vmdk.ts';
import { openVmdk } from '../../readers/image/vmdk-disk.ts';

export interface VmdkContainer {
  readonly format: 'vmdk';
  readonly header: VmdkHeader;
  readonly content: ByteSource;
}

/** Opens a sparse VMDK in one file; undefined for any other file. */
export const openVmdkDisk = (source: ByteSource): Reading<VmdkContainer> | undefined =>
  (isVmdk(source) ? attemptOn(readVmdk(source), (header) => ({ format: 'vmdk', header, content: openVmdk(source, header) })) : undefined);
