import { compareEvr } from '../evr.ts';
import type { Nevra } from './nevra.ts';

/** What the owner of a repository says of packages that fix something. */
export interface Advisory {
  /** `FEDORA-2026-1f2e3d4c5b`. */
  readonly id: string;
  /** `security`, `bugfix`, `enhancement`, `newpackage`. */
  readonly type: string;
  /** `Important`, where the owner says one. */
  readonly severity?: string;
  readonly title: string;
  /** The first builds that have the fix. */
  readonly packages: readonly Nevra[];
}

/** Which advisories an update is to follow: those of these ids, or all about security. */
export type AdvisoryChoice = 'security' | readonly string[];

/** The advisories that are meant, each id once for each repository that has it. */
export const chooseAdvisories = (advisories: readonly Advisory[], choice: AdvisoryChoice): readonly Advisory[] =>
  advisories.filter(({ id, type }) => (choice === 'security' ? type === 'security' : choice.includes(id)));

/** Advisories by the name of a locked package that is older than the build with the fix, whatever its architecture: levels have labels of their own. */
export function unfixedPackages(locked: readonly Nevra[], advisories: readonly Advisory[]): ReadonlyMap<string, readonly Advisory[]> {
  const unfixed = new Map<string, readonly Advisory[]>();
  for (const { name, evr } of locked) {
    const open = advisories.filter(({ packages }) => packages.some((entry) => entry.name === name && compareEvr(entry.evr, evr) > 0));
    if (open.length > 0) unfixed.set(name, uniqueById([...(unfixed.get(name) ?? []), ...open]));
  }
  return unfixed;
}

const uniqueById = (advisories: readonly Advisory[]): readonly Advisory[] => [...new Map(advisories.map((one) => [one.id, one])).values()];

/** `SAMPLE-2026-1 (security, Important): a title`. */
export const describeAdvisory = ({ id, type, severity, title }: Advisory): string =>
  `${id} (${[type, severity].filter((part) => part !== undefined && part !== '').join(', ')})${title === '' ? '' : `: ${title}`}`;
