import type { z } from 'zod';
import type { Place } from '../../errors.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import type { definitionSchema } from '../schema/definition.ts';
import type { Path } from '../types.ts';

/** The merged definition before the rules have held: what an image needs may still be missing. */
export type Candidate = z.output<typeof definitionSchema>;

/** One thing that a rule found wrong. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
  /** The other half of a contradiction, in words: `asked for` at a path. */
  readonly other?: { readonly path: Path; readonly says: string };
}

export interface Rule {
  /** Stable: the code of its problems. */
  readonly id: ErrorCode;
  /** It tells of something that is missing, so it must not speak while a file could not be read whole. */
  readonly ofAbsence?: true;
  readonly find: (definition: Candidate) => readonly Finding[];
}

export interface Places {
  readonly placeOf: (path: Path) => Place;
}
