import type { ByteRange, CopiedRange, Host } from '../host/port.ts';

/** A sparse file to keep: only these bytes of it, in order, one run after the other. */
export interface SparseFile {
  readonly path: string;
  readonly runs: readonly ByteRange[];
}

/** A file to keep: the absolute path of a whole one, or a sparse one. */
export type FileToKeep = string | SparseFile;

/** Bytes of a packed file. */
export const packedSize = (runs: readonly ByteRange[]): number => runs.reduce((sum, { length }) => sum + length, 0);

/** Writes the bytes that are kept of a file. */
export const pack = ({ fs }: Pick<Host, 'fs'>, file: FileToKeep, to: string): Promise<void> =>
  typeof file === 'string' ? fs.copy(file, to) : fs.copyRanges(file.path, to, placesOf(file.runs).map(({ packed, start, length }) => ({ from: start, to: packed, length })));

/** Makes a sparse file of that many bytes again from its packed runs. */
export async function unpack({ fs }: Pick<Host, 'fs'>, packed: string, to: string, { size, runs }: { readonly size: number; readonly runs: readonly ByteRange[] }): Promise<void> {
  await fs.makeSparse(to, size);
  await fs.copyRanges(packed, to, placesOf(runs).map(({ packed: from, start, length }): CopiedRange => ({ from, to: start, length })));
}

/** Runs with their offset in the packed file. */
function placesOf(runs: readonly ByteRange[]): readonly (ByteRange & { readonly packed: number })[] {
  let packed = 0;
  return runs.map((run) => {
    const place = { ...run, packed };
    packed += run.length;
    return place;
  });
}
