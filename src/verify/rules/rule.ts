import type { ImageFacts } from '../facts.ts';
import { UnreadText } from '../read/files.ts';


/** What a check found. `not-applicable` says why there is nothing to judge. */
export interface Finding {
  readonly outcome: 'pass' | 'fail' | 'not-applicable';
  readonly detail: string;
}

/** One demand of platforms. Which they are is said where it stands in a list: a capability's, or a platform's own. Pure: the same facts give the same finding. */
export interface Rule {
  /** Stable, for scripts: `area.subject`. */
  readonly id: string;
  readonly severity: 'error' | 'warning';
  /** Whether the definition asked for it by itself, which makes a warning an error. */
  readonly isDemanded?: (expected: ImageFacts['expected']) => boolean;
  /** What a good image is like, as a sentence. */
  readonly title: string;
  readonly check: (facts: ImageFacts) => Finding;
  /** What to do about it. */
  readonly remedy: string;
  /** Where the platform says so. */
  readonly source: string;
}

export const pass = (detail: string): Finding => ({ outcome: 'pass', detail });
export const fail = (detail: string): Finding => ({ outcome: 'fail', detail });
export const notApplicable = (detail: string): Finding => ({ outcome: 'not-applicable', detail });

/** Fails with every fault, passes with a sentence when there is none. */
export const judge = (faults: readonly string[], good: string): Finding =>
  (faults.length === 0 ? pass(good) : fail(listed(faults)));

/** Enough to see what is meant. */
const MAX_LISTED = 5;

export const listed = (items: readonly string[]): string =>
  items.length <= MAX_LISTED ? items.join('; ') : `${items.slice(0, MAX_LISTED).join('; ')} and ${items.length - MAX_LISTED} more`;

type Part = 'disk' | 'root' | 'oci' | 'boot' | 'tar';
const ABSENT: Readonly<Record<Part, string>> = {
  disk: 'it is no disk', root: 'no root could be read', oci: 'it is no OCI image', boot: 'it is no disk', tar: 'it is no tar file',
};

/** A check of one part of the facts, which does not apply where that part is absent. It fails where a text is unread. */
export const of = <P extends Part>(
  part: P,
  check: (value: NonNullable<ImageFacts[P]>, facts: ImageFacts) => Finding,
) => (facts: ImageFacts): Finding => {
  const value = facts[part];
  if (value === undefined || value === null) return notApplicable(ABSENT[part]);
  try {
    return check(value, facts);
  } catch (error) {
    if (error instanceof UnreadText) return fail(error.message);
    throw error;
  }
};
