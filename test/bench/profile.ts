import { formatTable } from '../../src/cli/format.ts';
import type { Cost } from './measure.ts';
import { fixed, median } from './median.ts';

/**
 * Where the wall time of a build by hew went: medians of the seconds that `hew build --json` tells of each stage, and
 * what no stage accounts for (start, planning, finding tools, ending).
 */
export function describeStages(title: string, costs: readonly Cost[]): string {
  const builds = costs.map(({ stdout, wall }) => ({ wall, timings: (JSON.parse(stdout) as { timings: Record<string, number> }).timings }));
  const stages = Object.keys(builds[0]?.timings ?? {});
  const seconds = (stage: string): number => median(builds.map(({ timings }) => timings[stage] ?? Number.NaN));
  const rest = median(builds.map(({ wall, timings }) => wall - Object.values(timings).reduce((sum, value) => sum + value, 0)));
  const wall = median(builds.map((build) => build.wall));
  const rows = [...stages.map((stage) => [stage, seconds(stage)] as const), ['everything else', rest] as const];
  return [`${title}, by stage`, ...formatTable([
    ['', 'median s', 'share'], ...rows.map(([name, value]) => [name, fixed(value), `${Math.round((100 * value) / wall)} %`]),
  ])].join('\n');
}
