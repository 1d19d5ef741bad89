import type { ByteSource } from '../../byte-source.ts';
import { attemptOn, type Reading } from '../../readers/attempt.ts';
import { readVhdFooter, type VhdFooter } from '../../readers/image/vhd.ts';
import { openVhd } from '../../readers/image/vhd-disk.ts';

export interface VhdContainer {
  readonly format: 'vhd';
  readonly footer: VhdFooter;
  readonly content: ByteSource;
}

/** Opens a VHD; undefined for any other file. */
export const openVhdDisk = (source: ByteSource): Reading<VhdContainer> | undefined => {
  const footer = readVhdFooter(source);
  return footer.ok ? attemptOn(footer, (value) => ({ format: 'vhd', footer: value, content: openVhd(source, value) })) : undefined;
};

/** A fixed VHD is a raw disk with a footer behind it. */
export const vhdPartDriver = ({ footer }: Pick<VhdContainer, 'footer'>): 'raw' | 'vpc' => (footer.diskType === 'fixed' ? 'raw' : 'vpc');
