import { formatPath } from '../definition/paths.ts';
import { isTable } from '../definition/plain.ts';
import type { DefinitionInput, Path } from '../definition/types.ts';
import type { Place, Problem } from '../errors.ts';
import { formatPlace } from '../errors.ts';

/** One side: what it says, and where each value stands. */
export interface Side {
  readonly value: DefinitionInput;
  readonly placeOf: (path: Path) => Place;
}

/** Keys by which tables of a list are one and the same. */
const IDENTITY = ['name', 'id', 'path', 'mount', 'device', 'format'] as const;

/** Lists whose words must not stand in both. */
const OPPOSITES: readonly (readonly [Path, Path])[] = [
  [
    ['packages', 'install'],
    ['packages', 'exclude'],
  ],
  [
    ['system', 'services', 'enable'],
    ['system', 'services', 'disable'],
  ],
];

/**
 * What a kickstart file and the definition that names it say differently: single values, values of tables with the
 * same name, and words that one side asks for and the other forbids. Each problem names both places.
 */
export const conflicts = (kickstart: Side, definition: Side): readonly Problem[] => [
  ...compare([], [], kickstart.value, definition.value, kickstart, definition),
  ...OPPOSITES.flatMap(([one, other]) => [
    ...opposed(kickstart, one, definition, other),
    ...opposed(kickstart, other, definition, one),
  ]),
];

const compare = (
  path: Path,
  other: Path,
  ours: unknown,
  theirs: unknown,
  kickstart: Side,
  definition: Side,
): readonly Problem[] => {
  if (ours === undefined || theirs === undefined) return [];
  if (isTable(ours) && isTable(theirs)) {
    return Object.keys(ours).flatMap((key) =>
      compare([...path, key], [...other, key], ours[key], theirs[key], kickstart, definition),
    );
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const known = new Map(theirs.map((item: unknown, index) => [identity(item), index] as const));
    return ours.flatMap((item: unknown, index) => {
      const match = isTable(item) ? known.get(identity(item)) : undefined;
      if (match === undefined) return [];
      return compare([...path, index], [...other, match], item, theirs[match], kickstart, definition);
    });
  }
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  return [conflict(formatPath(path), ours, kickstart.placeOf(path), theirs, definition.placeOf(other))];
};

const identity = (item: unknown): string => {
  if (!isTable(item)) return `word:${String(item)}`;
  const key = IDENTITY.find((name) => typeof item[name] === 'string');
  return key === undefined ? JSON.stringify(item) : `${key}:${String(item[key])}`;
};

const opposed = (one: Side, path: Path, other: Side, otherPath: Path): readonly Problem[] => {
  const words = listAt(one.value, path);
  const others = new Map(listAt(other.value, otherPath).map((word, index) => [word, index] as const));
  return words.flatMap((word, index) => {
    const match = others.get(word);
    if (match === undefined) return [];
    const [here, there] = [one.placeOf([...path, index]), other.placeOf([...otherPath, match])];
    return [conflict(`${formatPath(path)} and ${formatPath(otherPath)}`, word, here, word, there)];
  });
};

const listAt = (value: unknown, path: Path): readonly unknown[] => {
  let inner = value;
  for (const part of path) inner = isTable(inner) ? inner[part] : undefined;
  return Array.isArray(inner) ? inner : [];
};

const conflict = (what: string, ours: unknown, here: Place, theirs: unknown, there: Place): Problem => ({
  code: 'kickstart-conflict',
  message: `${what}: ${says(here, ours)}, and ${says(there, theirs)}`,
  place: there,
  hint: 'Remove one of them.',
});

const says = (place: Place, value: unknown): string => `${formatPlace(place)} says ${JSON.stringify(value)}`;
