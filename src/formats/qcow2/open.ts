import type { ByteSource } from '../../byte-source.ts';
import { attemptOn, type Reading } from '../../readers/attempt.ts';
import { isQcow2, readQcow2, type Qcow2Header } from '../../readers/image/qcow2.ts';
import { openQcow2 } from '../../readers/image/qcow2-disk.ts';

export interface Qcow2Container {
  readonly format: 'qcow2';
  readonly header: Qcow2Header;
  readonly content: ByteSource;
}

/** Opens a qcow2 image; undefined for any other file. */
export const openQcow2Disk = (source: ByteSource): Reading<Qcow2Container> | undefined =>
  (isQcow2(source) ? attemptOn(readQcow2(source), (header) => ({ format: 'qcow2', header, content: openQcow2(source, header) })) : undefined);
