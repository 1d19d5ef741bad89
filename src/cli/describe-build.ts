import { posix } from 'node:path';

import type { BuildResult } from '../build/build-image.ts';
import type { ReproducedBuild } from '../usecases/check-reproducible.ts';
import { formatBytes, formatCount, formatPathFrom, formatSeconds, formatTable } from './format.ts';
import type { Lines } from './printer.ts';

/** The result of a build as text: artifacts, sizes, durations. Paths are relative to `folder`. */
export function describeBuild(result: BuildResult & Partial<Pick<ReproducedBuild, 'reproducible'>>, folder: string): Lines {
  const installed = result.packages.reduce((sum, { size }) => sum + size, 0);
  const seconds = Object.values(result.timings).reduce((sum, value) => sum + value, 0);
  const slowest = Object.entries(result.timings)
    .filter(([, value]) => value >= 0.01)
    .map(([stage, value]) => `${stage} ${formatSeconds(value)}`);
  return [
    ...formatTable([
      ['image', `${result.image} ${result.version}`],
      ['level', result.level],
      ['packages', `${result.packages.length}, ${formatBytes(installed)} installed`],
      ...(result.unchanged ? [['unchanged', 'no input has changed, so the artifacts are those of an earlier build']] : []),
      ...result.rules.map((checked) => ['rules', describeRules(checked)]),
      ...(result.reproducible === undefined ? [] : [['reproducible', `two builds gave the same bytes; the second took ${formatSeconds(result.reproducible.seconds)}`]]),
      ...(result.cache ?? []).map(({ stage, name, outcome, reason }) => ['cache', `${stage} (${name}): ${outcome}, ${reason}`]),
      ['time', `${formatSeconds(seconds)} (${slowest.join(', ')})`],
    ]),
    ...result.artifacts.map(({ path, size, sha256 }) => `${formatPathFrom(folder, path)}  ${formatBytes(size)}  sha256:${sha256.slice(0, 12)}…`),
    ...new Set(result.evidence.map((path) => `${formatPathFrom(folder, posix.dirname(path))}/  evidence`)),
  ];
}

function describeRules({ platform, image, passed, warnings, accepted }: BuildResult['rules'][number]): string {
  const name = image === undefined ? platform : `${platform} ${image}`;
  return [
    `${name}: ${passed.length} hold`,
    ...(warnings.length === 0 ? [] : [formatCount(warnings.length, 'warning')]),
    ...(accepted.length === 0 ? [] : [`${accepted.length} broken and accepted with a reason`]),
  ].join(', ');
}
