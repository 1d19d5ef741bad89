import { posix } from 'node:path';

/** Whiteouts take away what lower layers brought: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

export interface Whiteout {
  readonly folder: string;
  /** What goes from the folder; undefined for all that is in it. */
  readonly name: string | undefined;
}

/** What an entry of a layer takes away; undefined for an ordinary one. Pure. */
export function whiteoutOf(path: string): Whiteout | undefined {
  const name = posix.basename(path);
  if (!name.startsWith(WHITEOUT)) return undefined;
  return { folder: posix.dirname(path), name: name === OPAQUE ? undefined : name.slice(WHITEOUT.length) };
}
