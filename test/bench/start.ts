import { formatTable } from '../../src/cli/format.ts';
import { hewOf, type Bench } from './bench.ts';
import { measure } from './measure.ts';
import { median, spread } from './median.ts';
import { describeGoal } from './report.ts';

/** How long hew takes to say anything, beside a Node that does nothing. */
export async function benchStart(bench: Bench): Promise<string> {
  const ways = { 'hew --version': [...hewOf(bench), '--version'], 'node -e 0': [process.execPath, '-e', '0'] };
  const seconds = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let run = 0; run <= bench.runs; run += 1) {
    for (const [name, argv] of Object.entries(ways)) {
      const { wall } = measure(argv);
      if (run > 0) seconds.get(name)?.push(wall);
    }
  }
  return [
    'start', ...formatTable([['', 'median s', 'min', 'max'], ...[...seconds].map(([name, walls]) => [name, ...spread(walls)])]),
    describeGoal('hew --version in under 0.25 s', median(seconds.get('hew --version') ?? []), (value) => value < 0.25),
  ].join('\n');
}
