import type { ByteSource } from '../../byte-source.ts';
import { attemptOn, type Reading } from '../../readers/attempt.ts';
import { isVhdx, readVhdx, type VhdxFacts } from '../../readers/image/vhdx.ts';
import { openVhdx } from '../../readers/image/vhdx-disk.ts';

export interface VhdxContainer {
  readonly format: 'vhdx';
  readonly facts: VhdxFacts;
  readonly content: ByteSource;
}

/** Opens a VHDX; undefined for any other file. */
export const openVhdxDisk = (source: ByteSource): Reading<VhdxContainer> | undefined =>
  (isVhdx(source) ? attemptOn(readVhdx(source), (facts) => ({ format: 'vhdx', facts, content: openVhdx(source, facts) })) : undefined);
