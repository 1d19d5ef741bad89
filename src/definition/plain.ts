/** Deeper nesting is an attack, not a definition. */
const MAX_DEPTH = 64;

/**
 * The parsed value as plain data: dates become text, and whole numbers that fit become numbers. A number that does not
 * fit stays a bigint, which the schema refuses. Keys such as `__proto__` stay keys. Throws a RangeError for values
 * nested deeper than 64.
 */
export const toPlain = (value: unknown, depth = 0): unknown => {
  if (depth > MAX_DEPTH) throw new RangeError(`values are nested deeper than ${MAX_DEPTH}`);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map((inner) => toPlain(inner, depth + 1));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner, depth + 1)]));
  }
  return value;
};

/** A table without some of its keys. */
export const without = <T extends object, K extends keyof T>(table: T, ...keys: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !keys.some((gone) => gone === key))) as Omit<T, K>;

/** True for a table: an object that is no list. */
export const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
