import { BadBytes } from './bytes.ts';

/** Result of a parser of foreign bytes: the value, or the reason why the bytes are not what they claim to be. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Runs a parser that rejects bytes with `BadBytes`. Any other exception is a bug and passes through. */
export function attempt<T>(parse: () => T): Reading<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (error instanceof BadBytes) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The same for an asynchronous parser. */
export async function attemptAsync<T>(parse: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await parse() };
  } catch (error) {
    if (error instanceof BadBytes) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Continues a reading with a parser that rejects bytes with `BadBytes`. */
export const attemptOn = <T, U>(reading: Reading<T>, parse: (value: T) => U): Reading<U> =>
  reading.ok ? attempt(() => parse(reading.value)) : reading;
