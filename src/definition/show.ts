import { formatPlace, type Place } from '../errors.ts';
import { redact } from '../redact.ts';
import { formatPath } from './paths.ts';
import { isTable, without } from './plain.ts';
import type { Deviation, LoadedDefinition, Path } from './types.ts';

/** One value of a merged definition and its place; a default has no place. */
export interface ShowRow {
  readonly path: string;
  readonly value: unknown;
  readonly place?: Place;
}

/**
 * Every value of a merged definition, one row each, in the order of the schema, with secrets redacted. Empty lists and
 * tables have no row.
 */
export const showRows = ({ definition, places }: Pick<LoadedDefinition, 'definition' | 'places'>): readonly ShowRow[] => {
  return rowsOf(without(definition, 'overrides'), [], places);
};

const rowsOf = (value: unknown, path: Path, places: LoadedDefinition['places']): readonly ShowRow[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => rowsOf(item, [...path, index], places));
  if (isTable(value)) {
    return Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : rowsOf(inner, [...path, key], places)));
  }
  const name = formatPath(path);
  const place = places[name];
  const shown = redact(value, path);
  return [place === undefined ? { path: name, value: shown } : { path: name, value: shown, place }];
};

/** The rows as `hew show` prints them: key, value and place. */
export const formatShowRow = ({ path, value, place }: ShowRow): string =>
  `${path} = ${JSON.stringify(value)}  # ${place === undefined ? 'default' : formatPlace(place)}`;

/** A deviation in one line: what, why, where, and what it replaces. */
export const formatDeviation = ({ kind, subject, reason, place, was, now }: Deviation): string => {
  const before = was === undefined ? '' : `, was ${JSON.stringify(was.value)} at ${formatPlace(was.place)}`;
  const after = now === undefined ? '' : ` = ${JSON.stringify(now)}`;
  return `${formatPlace(place)}: ${kind} ${subject}${after} (${reason})${before}`;
};
