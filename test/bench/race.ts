import { rmSync } from 'node:fs';

import { reasonOf, type Absent, type Contender } from './contender.ts';
import { inspectResult, missingIn, type Found } from './found.ts';
import { fixed } from './median.ts';
import { measure, type Cost } from './measure.ts';

/** What came of one contender. */
export interface Outcome {
  readonly name: string;
  /** Of each run that counts, in turn with those of the others. */
  readonly costs: readonly Cost[];
  readonly found?: Found;
  /** Why there is no more of it. */
  readonly failed?: string;
}

type Entry = { -readonly [key in keyof Outcome]: Outcome[key] } & { readonly contender?: Contender; readonly costs: Cost[] };

/**
 * Runs all contenders in turn, so that what else the machine does falls on each of them. A round before warms caches and
 * does not count; what it made is opened and must hold at least the packages of the first contender's. Whoever fails is
 * left out of the rounds that follow.
 */
export function race(contenders: readonly (Contender | Absent)[], runs: number, hew: readonly string[]): readonly Outcome[] {
  const entries = contenders.map((one): Entry =>
    'failed' in one ? { name: one.name, failed: one.failed, costs: [] } : { name: one.name, contender: one, costs: [] });
  for (let run = 0; run <= runs; run += 1) {
    for (const entry of entries) {
      const { name, contender, failed } = entry;
      if (contender === undefined || failed !== undefined) continue;
      try {
        if (contender.result !== undefined) rmSync(contender.result, { recursive: true, force: true });
        const cost = measure(contender.argv);
        process.stderr.write(`${run === 0 ? 'warm-up' : `run ${run}`}  ${name}  ${fixed(cost.wall)} s  cpu ${fixed(cost.cpu)} s\n`);
        if (run > 0) entry.costs.push(cost);
        else if (contender.result !== undefined) entry.found = holdTo(entries[0]?.found, inspectResult(hew, contender.result));
      } catch (error) {
        entry.failed = reasonOf(error);
        process.stderr.write(`${name} failed: ${entry.failed}\n`);
      }
    }
  }
  return entries;
}

/** Throws where an image lacks packages of the one that it is compared with. */
function holdTo(first: Found | undefined, found: Found): Found {
  const missing = first === undefined ? [] : missingIn(first, found);
  if (missing.length > 0) throw new Error(`its image lacks ${missing.join(', ')}`);
  return found;
}
