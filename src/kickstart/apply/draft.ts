import type { Place } from '../../errors.ts';
import type { Path } from '../../definition/types.ts';
import { pathKey } from '../../definition/paths.ts';
import type { MadePartition } from '../pre/table.ts';

interface Entry {
  readonly value: unknown;
  readonly place: Place;
}

interface Table {
  readonly place: Place;
  readonly fields: Map<string, Entry>;
}

/** A layer of a definition, as `definition/` takes it. */
export interface DraftLayer {
  readonly value: Readonly<Record<string, unknown>>;
  /** By `pathKey`. */
  readonly places: ReadonlyMap<string, Place>;
}

/** A definition in the making: values with the line that set each, in the order in which they came. */
export class Draft {
  readonly #scalars = new Map<string, Entry & { readonly path: Path }>();
  /** Lists by path; items by value, so that asking for one takes no time. */
  readonly #lists = new Map<string, { readonly path: Path; readonly items: Map<unknown, Place> }>();
  readonly #last = new Map<string, () => void>();
  /** Least sizes, in MiB and by mount point, of partitions that take the rest of the disk. */
  readonly leastSizes = new Map<string, number>();
  /** Partitions that scripts make before, by the name of their device. */
  readonly existing: ReadonlyMap<string, MadePartition>;
  /** Mount points by the device that `part --onpart` takes. */
  readonly taken = new Map<string, string>();
  /** Sizes of physical volumes and of volume groups, in MiB and by name; undefined where the disk decides. */
  readonly physicalVolumes = new Map<string, number | undefined>();
  readonly volumeGroups = new Map<string, number | undefined>();
  /** Commands that may not stand beside certain others. */
  readonly seen = new Set<string>();
  readonly #tables = new Map<string, { readonly path: Path; readonly rows: Map<string, Table> }>();

  constructor(existing: ReadonlyMap<string, MadePartition> = new Map()) {
    this.existing = existing;
  }

  /** Sets one value. The last one counts, as in a kickstart file. */
  set(path: Path, value: unknown, place: Place): void {
    this.#scalars.set(pathKey(path), { path, value, place });
  }

  unset(path: Path): void {
    this.#scalars.delete(pathKey(path));
  }

  has(path: Path): boolean {
    return this.#scalars.has(pathKey(path));
  }

  /** Does something once every command has had its say. The last call for a name counts. */
  atEnd(name: string, what: () => void): void {
    this.#last.set(name, what);
  }

  /** Adds to a list what is not in it yet. */
  append(path: Path, values: readonly unknown[], place: Place): void {
    const { items } = this.#list(path);
    for (const value of values) if (!items.has(value)) items.set(value, place);
  }

  /** Takes values out of a list again. */
  remove(path: Path, values: readonly unknown[]): void {
    const { items } = this.#list(path);
    for (const value of values) items.delete(value);
  }

  includes(path: Path, value: unknown): boolean {
    return this.#list(path).items.has(value);
  }

  items(path: Path): readonly unknown[] {
    return [...this.#list(path).items.keys()];
  }

  /** Sets fields of the table of that name in a list of tables, making the table where there is none. */
  merge(path: Path, name: string, fields: Readonly<Record<string, unknown>>, place: Place): void {
    const rows = this.#rows(path);
    const table = rows.get(name) ?? { place, fields: new Map<string, Entry>() };
    rows.set(name, table);
    for (const [key, value] of Object.entries(fields)) {
      // The same value said again stays where it was said first.
      if (value !== undefined && table.fields.get(key)?.value !== value) table.fields.set(key, { value, place });
    }
  }

  /** Adds to a list that is a field of such a table. */
  push(path: Path, name: string, field: string, value: unknown, place: Place): void {
    const table = this.#rows(path).get(name);
    const values = table?.fields.get(field)?.value;
    if (Array.isArray(values)) values.push(value);
    else table?.fields.set(field, { value: [value], place });
  }

  /** The fields of one table of a list, or undefined where there is no such table. */
  table(path: Path, name: string): Readonly<Record<string, unknown>> | undefined {
    const table = this.#rows(path).get(name);
    return table && Object.fromEntries([...table.fields].map(([key, { value }]) => [key, value]));
  }

  /** Takes a table out of a list of tables. */
  drop(path: Path, name: string): void {
    this.#rows(path).delete(name);
  }

  /** Puts the tables of a list into the order of these numbers, those without one behind. */
  sort(path: Path, orderOf: (name: string) => number | undefined): void {
    const rows = this.#rows(path);
    const sorted = [...rows].toSorted(([a], [b]) => (orderOf(a) ?? Infinity) - (orderOf(b) ?? Infinity) || 0);
    rows.clear();
    for (const [name, table] of sorted) rows.set(name, table);
  }

  rowCount(path: Path): number {
    return this.#rows(path).size;
  }

  rowNames(path: Path): readonly string[] {
    return [...this.#rows(path).keys()];
  }

  /** What was drafted. Call it once, at the end. */
  layer(): DraftLayer {
    for (const what of this.#last.values()) what();
    const value: Record<string, unknown> = {};
    const places = new Map<string, Place>();
    const put = (path: Path, content: unknown, place: Place): void => {
      putInto(value, path, content);
      places.set(pathKey(path), place);
    };
    for (const { path, value: content, place } of this.#scalars.values()) put(path, content, place);
    for (const { path, items } of this.#lists.values()) {
      const [first] = items.values();
      if (first === undefined) continue;
      put(path, [...items.keys()], first);
      for (const [index, place] of [...items.values()].entries()) places.set(pathKey([...path, index]), place);
    }
    for (const { path, rows } of this.#tables.values()) {
      const [first] = rows.values();
      if (first === undefined) continue;
      put(path, [...rows.values()].map(asObject), first.place);
      for (const [index, row] of [...rows.values()].entries()) {
        places.set(pathKey([...path, index]), row.place);
        for (const [key, field] of row.fields) places.set(pathKey([...path, index, key]), field.place);
      }
    }
    return { value, places };
  }

  #list(path: Path): { readonly path: Path; readonly items: Map<unknown, Place> } {
    const key = pathKey(path);
    const list = this.#lists.get(key) ?? { path, items: new Map<unknown, Place>() };
    this.#lists.set(key, list);
    return list;
  }

  #rows(path: Path): Map<string, Table> {
    const key = pathKey(path);
    const table = this.#tables.get(key) ?? { path, rows: new Map<string, Table>() };
    this.#tables.set(key, table);
    return table.rows;
  }
}

const asObject = ({ fields }: Table): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...fields].map(([key, { value }]) => [key, value]));

/** The place of a value: its own, or that of the nearest value around it. */
export const placeIn = (places: ReadonlyMap<string, Place>, path: Path): Place | undefined => {
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(pathKey(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return undefined;
};

const putInto = (root: Record<string, unknown>, path: Path, content: unknown): void => {
  let table = root;
  for (const part of path.slice(0, -1)) {
    const inner = (table[part] ?? {}) as Record<string, unknown>;
    table[part] = inner;
    table = inner;
  }
  const last = path.at(-1);
  if (last !== undefined) table[last] = content;
};
