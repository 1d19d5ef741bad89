import type { Output } from '../definition/index.ts';
import type { Digests } from '../formats/digests.ts';
import { holdsAllTargets, writeOutput } from '../formats/write-output.ts';
import type { Written } from '../formats/writer.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import type { BuiltTarget } from './layers.ts';

/** The artifacts of one output: for some formats one for all targets, for others one per target. */
export interface WrittenOutput {
  readonly output: Output;
  readonly files: Written;
  readonly built: readonly BuiltTarget[];
}

/** Writes every output of a plan into `folder`, in parallel. Does not wait for the digests of large files. */
export async function writeOutputs(
  host: Host,
  plan: Plan,
  built: readonly BuiltTarget[],
  folder: string,
  digests: Digests,
): Promise<readonly WrittenOutput[]> {
  const writing = plan.outputs.flatMap((output) => groups(output, built).map(async (targets) =>
    ({ output, files: await writeOutput(host, { plan, output, targets, folder, digests }), built: targets })));
  // Waits for all, also when one fails: nothing may still write when the folder is removed.
  await Promise.allSettled(writing);
  return Promise.all(writing);
}

type Group = readonly [BuiltTarget, ...BuiltTarget[]];

/** The targets, grouped by the artifacts that they share. */
function groups(output: Output, built: readonly BuiltTarget[]): readonly Group[] {
  const [first, ...others] = built;
  if (first === undefined) return [];
  return holdsAllTargets(output) ? [[first, ...others]] : built.map((target): Group => [target]);
}
