import { canonicalJson } from '../digest.ts';
import type { Json } from './record.ts';

/** A leaf that differs between two inputs. Undefined: missing. */
export interface InputDifference {
  /** Names from the top of the inputs down. */
  readonly path: readonly string[];
  readonly was: string | undefined;
  readonly now: string | undefined;
}

/** How the cache served a stage. */
export interface CacheReport {
  readonly stage: string;
  /** Name: an image with its levels, a kernel. */
  readonly name: string;
  readonly outcome: 'hit' | 'miss' | 'damaged' | 'off';
  /** In words: which input differed from the nearest earlier entry. */
  readonly reason: string;
  readonly differences: readonly InputDifference[];
}

/** All leaves in which two inputs differ, by path. */
export function differencesOf(was: Json | undefined, now: Json | undefined, path: readonly string[] = []): readonly InputDifference[] {
  if (!isTable(was) || !isTable(now)) {
    const [before, after] = [textOf(was), textOf(now)];
    return before === after ? [] : [{ path, was: before, now: after }];
  }
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])].sort();
  return names.flatMap((name) => differencesOf(was[name], now[name], [...path, name]));
}

/** The differences from the earlier entry that has the fewest; undefined if there is no earlier entry. */
export function nearestInputs(earlier: readonly Json[], now: Json): readonly InputDifference[] | undefined {
  const all = earlier.map((inputs) => differencesOf(inputs, now));
  return all.reduce<readonly InputDifference[] | undefined>((best, one) => (best === undefined || one.length < best.length ? one : best), undefined);
}

const SHOWN = 3;

/** Differences as a sentence: `packages bash changed (5.2 → 5.3), files /etc/motd is new, and 2 more`. */
export function describeDifferences(differences: readonly InputDifference[]): string {
  const shown = differences.slice(0, SHOWN).map(describeDifference);
  const rest = differences.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function describeDifference({ path, was, now }: InputDifference): string {
  const name = path.join(' ');
  if (was === undefined) return `${name} is new`;
  if (now === undefined) return `${name} is gone`;
  const [before = '', after = ''] = [was.split(' ')[0], now.split(' ')[0]];
  return before === after || !isShort(before) || !isShort(after) ? `${name} changed` : `${name} changed (${before} → ${after})`;
}

/** Digests and documents mean nothing to a reader. */
const isShort = (text: string): boolean => text.length > 0 && text.length <= 40 && !/^(?:sha256:|[[{])/.test(text);

const isTable = (value: Json | undefined): value is { readonly [name: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : canonicalJson(value);
