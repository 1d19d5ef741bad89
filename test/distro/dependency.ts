import { formatEvr, packageEvr, splitVersion } from './version.ts';

export type Operator = '<<' | '<=' | '=' | '>=' | '>>';

/** `name (operator version)` of a Debian relation field; the architecture qualifier is gone. */
export interface Relation {
  readonly name: string;
  readonly operator?: Operator;
  readonly version?: string;
}

/** Reads a relation field: comma means and, bar means or (deb-substvars aside, Debian Policy 7.1). */
export function parseRelations(field: string): Relation[][] {
  return field
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '')
    .map((group) => group.split('|').map((one) => parseRelation(one.trim())));
}

/** What the packages of the set are called, and what may be left out. */
export interface Names {
  /** RPM name of a Debian package that is in the set. */
  readonly rpmName: (debian: string) => string | undefined;
  /** True when some package of the set provides this virtual name. */
  readonly isProvided: (virtual: string) => boolean;
  /** True when a reviewed list says that the sample distribution does without it. */
  readonly isDropped: (debian: string) => boolean;
}

export interface Translation {
  /** RPM relations, each ready to stand behind a tag. */
  readonly relations: readonly string[];
  /** Debian groups that nothing in the set can satisfy and that nobody reviewed. */
  readonly unknown: readonly string[];
}

/**
 * Translates what a package needs. Alternatives become a rich dependency; an alternative outside the set cannot be
 * chosen here and is left out as long as another remains. A group that names the package itself is always met.
 */
export function translateNeeds(groups: readonly (readonly Relation[])[], self: string, names: Names): Translation {
  const relations = new Set<string>();
  const unknown: string[] = [];
  for (const group of groups) {
    const known = group.flatMap((one) => translateOne(one, names));
    if (known.length === 0) {
      if (!group.some(({ name }) => names.isDropped(name))) unknown.push(group.map(formatRelation).join(' | '));
    } else if (!known.some((text) => text === self || text.startsWith(`${self} `))) {
      const different = [...new Set(known)];
      relations.add(different.length === 1 ? (different[0] ?? '') : `(${different.join(' or ')})`);
    }
  }
  return { relations: [...relations], unknown };
}

/** Conflicts and breaks count only against packages of the set; what a package replaces of itself is no conflict. */
export function translateConflicts(groups: readonly (readonly Relation[])[], self: string, names: Names): string[] {
  const found = groups.flat().flatMap((one) => {
    const rpm = names.rpmName(one.name);
    return rpm === undefined || rpm === self ? [] : [withVersion(rpm, one)];
  });
  return [...new Set(found)];
}

/** Provided names stay as they are: `Provides: awk`, with the version where Debian gives one. */
export const translateProvides = (groups: readonly (readonly Relation[])[]): string[] =>
  groups.flat().map((one) => withVersion(one.name, one));

export const formatRelation = ({ name, operator, version }: Relation): string =>
  operator === undefined ? name : `${name} (${operator} ${version ?? ''})`;

function parseRelation(text: string): Relation {
  const pattern = /^([a-z0-9][a-z0-9.+-]*)(?::[a-z0-9]+)?(?:\s*\(\s*(<<|<=|=|>=|>>)\s*([^\s)]+)\s*\))?$/i;
  const match = pattern.exec(text);
  if (match === null) throw new Error(`not a Debian relation: "${text}"`);
  const [, name = '', operator, version] = match;
  if (operator === undefined || version === undefined) return { name };
  return { name, operator: operator as Operator, version };
}

function translateOne(one: Relation, names: Names): string[] {
  const rpm = names.rpmName(one.name);
  if (rpm !== undefined) return [withVersion(rpm, one)];
  return names.isProvided(one.name) ? [withVersion(one.name, one)] : [];
}

const operators: Readonly<Record<Operator, string>> = { '<<': '<', '<=': '<=', '=': '=', '>=': '>=', '>>': '>' };

/**
 * An equal version means this very package, so it carries the dist tag. The others compare against Debian's revision:
 * `1.sample` is newer than `1`, which is what `>=` needs; a strict `>` or `<=` needs the tag for the same reason.
 */
function withVersion(rpm: string, { operator, version }: Relation): string {
  if (operator === undefined || version === undefined) return rpm;
  const bare = splitVersion(version);
  const tagged = operator === '=' || (bare.release !== undefined && (operator === '>>' || operator === '<='));
  // Debian's revision 7 of 2.43 is newer than a bare 2.43; RPM leaves the release out of that comparison.
  const sign = operator === '>>' && bare.release === undefined ? '>=' : operators[operator];
  return `${rpm} ${sign} ${formatEvr(tagged ? packageEvr(version) : bare)}`;
}
