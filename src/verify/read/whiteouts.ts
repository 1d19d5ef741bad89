import { posix } from 'node:path';

/** Whiteouts remove files of lower layers: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

export interface Whiteout {
  readonly folder: string;
  /** The removed name in the folder; undefined for its whole content. */
  readonly name: string | undefined;
}

/** What an entry of a layer removes; undefined for an ordinary entry, and for a whiteout without a name. */
export function whiteoutOf(path: string): Whiteout | undefined {
  const name = posix.basename(path);
  if (!name.startsWith(WHITEOUT)) return undefined;
  if (name === OPAQUE) return { folder: posix.dirname(path), name: undefined };
  return isNameless(name) ? undefined : { folder: posix.dirname(path), name: name.slice(WHITEOUT.length) };
}

/** Whether a name begins as a whiteout does and names no file: `.wh.`, or with `.` and `..` a folder and its parent. */
export const isNameless = (path: string): boolean => ['', '.', '..'].some((name) => posix.basename(path) === `${WHITEOUT}${name}`);
