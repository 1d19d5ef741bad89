import type { Problem } from '../errors.ts';
import type { Positions } from './positions.ts';

/** A file as plain data, with the position of each part. `value` is undefined if it could not be read. */
export interface ParsedFile {
  readonly value: unknown;
  readonly positions: Positions;
  readonly problems: readonly Problem[];
}
