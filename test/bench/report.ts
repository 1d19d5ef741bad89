import { formatTable } from '../../src/cli/format.ts';
import { fixed, median, spread } from './median.ts';
import type { Outcome } from './race.ts';

/**
 * A table of wall and processor seconds with their ratios to each of `peers`, taken pair by pair, and below it what each
 * image holds and who failed why.
 */
export function describeRace(outcomes: readonly Outcome[], peers: readonly string[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.name,
    ...spread(outcome.costs.map(({ wall }) => wall)),
    fixed(median(outcome.costs.map(({ cpu }) => cpu ?? Number.NaN))),
    ...peers.flatMap((peer) => [fixed(ratio(outcomes, outcome.name, peer)), fixed(ratio(outcomes, outcome.name, peer, 'cpu'))]),
    outcome.failed === undefined ? '' : 'FAILED',
  ]);
  const head = ['', 'median s', 'min', 'max', 'cpu s', ...peers.flatMap((peer) => [`to ${peer}`, 'in cpu']), ''];
  const images = outcomes.map(({ name, found, failed }) => {
    if (failed !== undefined) return `${name} FAILED: ${failed}`;
    return found === undefined ? '' : `${name} made: ${found.is}, ${found.packages.size} packages`;
  });
  return [...formatTable([head, ...rows]), ...images.filter((line) => line !== '')].join('\n');
}

/** Median of the ratios, run by run; `NaN` where either has no run. */
export function ratio(outcomes: readonly Outcome[], of: string, to: string, what: 'wall' | 'cpu' = 'wall'): number {
  const costsOf = (name: string) => outcomes.find((outcome) => outcome.name === name)?.costs ?? [];
  const base = costsOf(to);
  return median(costsOf(of).slice(0, base.length).map((cost, run) => (cost[what] ?? Number.NaN) / (base[run]?.[what] ?? Number.NaN)));
}

/** `goal: hew in at most 0.50 of mkosi's wall time; measured 0.43: met`. */
export function describeGoal(goal: string, measured: number, holds: (value: number) => boolean): string {
  if (Number.isNaN(measured)) return `goal: ${goal}; NOT MEASURED`;
  return `goal: ${goal}; measured ${fixed(measured)}: ${holds(measured) ? 'met' : 'MISSED'}`;
}

export const atMost = (limit: number) => (value: number): boolean => value <= limit;
