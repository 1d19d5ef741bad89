import type { z } from 'zod';
import type { Place } from '../../errors.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import type { definitionSchema } from '../schema/definition.ts';
import type { Path } from '../types.ts';

/** The merged definition before the rules are checked: required parts may still be missing. */
export type Candidate = z.output<typeof definitionSchema>;

/** One problem that a rule found. */
export interface DefinitionFault {
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
  /** The other half of a contradiction: `says` is text such as `asked for`, at a path. */
  readonly other?: { readonly path: Path; readonly says: string };
}

export interface DefinitionRule {
  /** The code of its problems. */
  readonly id: ErrorCode;
  /** It reports something missing, so it is skipped while a file could not be read whole. */
  readonly ofAbsence?: true;
  readonly find: (definition: Candidate) => readonly DefinitionFault[];
}

export interface PlaceLookup {
  readonly placeOf: (path: Path) => Place;
}
