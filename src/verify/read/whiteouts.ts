import { posix } from 'node:path';

/** Whiteouts take away what lower layers brought: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

export interface Whiteout {
  readonly folder: string;
  /** What goes from the folder; undefined for all that is in it. */
  readonly name: string | undefined;
}

/** What an entry of a layer takes away; undefined for an ordinary one, and for what takes away nothing that has a name. */
export function whiteoutOf(path: string): Whiteout | undefined {
  const name = posix.basename(path);
  if (!name.startsWith(WHITEOUT)) return undefined;
  if (name === OPAQUE) return { folder: posix.dirname(path), name: undefined };
  return isNameless(name) ? undefined : { folder: posix.dirname(path), name: name.slice(WHITEOUT.length) };
}

/** Whether a name begins as a whiteout does and names no file: `.wh.`, and with `.` and `..` a folder and the one above. */
export const isNameless = (path: string): boolean => ['', '.', '..'].some((name) => posix.basename(path) === `${WHITEOUT}${name}`);
