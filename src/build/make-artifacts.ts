import type { Emit } from '../events.ts';
import { openDigests } from '../formats/digests.ts';
import type { FetchedTarget } from '../packages/fetch-target.ts';
import type { ArtifactPlace, FinishedArtifacts } from './artifact-cache.ts';
import type { BuildContext } from './build-context.ts';
import { buildTargets, skipSteps, type TargetOptions } from './build-targets.ts';
import { checkOutputs } from './check-outputs.ts';
import { writeOutputs } from './write-outputs.ts';

/** Makes the artifacts of a plan in a folder, and holds them against the rules of their platforms. */
export async function makeArtifacts(
  context: BuildContext, fetched: readonly FetchedTarget[], options: TargetOptions, folder: string,
): Promise<FinishedArtifacts> {
  const { host, plan } = context;
  const notices: string[] = [];
  const emit: Emit = (event) => {
    if (event.kind === 'notice') notices.push(event.message);
    context.emit(event);
  };
  const step = context.stepFor();
  const digests = openDigests(host);
  try {
    const built = await buildTargets({ ...context, emit }, fetched, options);
    const written = await step('write', () => writeOutputs(host, plan, built, folder, digests));
    const rules = await step('check', () => checkOutputs(host, plan, written, folder));
    const artifacts = await step('digest', () => Promise.all(written.flatMap(({ files }) => files.map(({ described }) => described))));
    return { built, artifacts, rules, notices };
  } finally {
    await digests.close();
  }
}

const UNCHANGED = 'unchanged';

/** Takes the artifacts of an earlier build of the same inputs, and repeats the notices of that build. */
export async function takeArtifacts(context: BuildContext, take: NonNullable<ArtifactPlace['take']>, folder: string): Promise<FinishedArtifacts> {
  await skipSteps(context, ['install', 'configure', 'clean', 'audit', 'boot', 'disk', 'pack'], UNCHANGED);
  const taken = await context.stepFor()('write', (detail) => {
    detail(UNCHANGED);
    return take(folder);
  });
  await skipSteps(context, ['check', 'digest'], UNCHANGED);
  for (const message of taken.notices) context.emit({ kind: 'notice', message });
  return taken;
}
