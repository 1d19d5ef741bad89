import type { Problem } from '../errors.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { PackageDatabase } from './read-packages.ts';

/** How an image's database departs from the packages that were installed: NEVRAs, sorted. */
export interface DatabaseDifference {
  readonly vanished: readonly string[];
  readonly appeared: readonly string[];
  /** The same NEVRA with another header or other files. */
  readonly changed: readonly string[];
}

/** Compares what was installed with what the image's database says of it. */
export function compareDatabases(installed: PackageDatabase, found: PackageDatabase): DatabaseDifference {
  const [before, after] = [[...installed.records].sort(), [...found.records.keys()].sort()];
  return {
    vanished: before.flatMap(([nevra]) => (found.records.has(nevra) ? [] : [nevra])),
    appeared: after.filter((nevra) => !installed.records.has(nevra)),
    changed: before.flatMap(([nevra, record]) => (found.records.has(nevra) && found.records.get(nevra) !== record ? [nevra] : [])),
  };
}

/** Each way in which a database may depart, as problems that end a build. */
export const databaseProblems = ({ vanished, appeared, changed }: DatabaseDifference): readonly Problem[] => [
  ...problem('database-vanished', vanished, 'not in the package database of the image, although it was installed'),
  ...problem('database-appeared', appeared, 'in the package database of the image, although it was not installed'),
  ...problem('database-changed', changed, 'in the package database of the image with another header or other files than it was installed with'),
];

const problem = (code: ErrorCode, nevras: readonly string[], what: string): readonly Problem[] =>
  nevras.map((nevra) => ({
    code,
    message: `${nevra} is ${what}`,
    hint: 'a scriptlet or a program of a package edited the database: look at the packages that came last; `packages.remove-after-install` takes packages out',
  }));
