import { BadBytes } from './bytes.ts';

/** What a parser of foreign bytes found: the value, or why these bytes are not what they claim to be. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Runs a parser that gives up by `BadBytes`. Any other exception is a defect and passes through. */
export function attempt<T>(parse: () => T): Reading<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (error instanceof BadBytes) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The same of what takes its time. */
export async function attemptAsync<T>(parse: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await parse() };
  } catch (error) {
    if (error instanceof BadBytes) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Goes on with the value of a reading by a parser that gives up by `BadBytes`. */
export const attemptOn = <T, U>(reading: Reading<T>, parse: (value: T) => U): Reading<U> =>
  reading.ok ? attempt(() => parse(reading.value)) : reading;
