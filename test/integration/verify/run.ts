import type { Inspection } from '../../../src/usecases/inspect-artifact.ts';
import type { VerifyReport } from '../../../src/platforms/verify-image.ts';
import { runHew } from '../../support/hew.ts';

/** Runs `hew verify --json`, and holds its exit status against what it says. */
export async function verify(path: string, platform: string): Promise<readonly VerifyReport[]> {
  const run = await runHew(['verify', path, '--for', platform, '--json']);
  if (run.status !== 0 && run.status !== 1) throw new Error(`${run.status}\n${run.stdout}\n${run.stderr}`);
  const reports = JSON.parse(run.stdout) as readonly VerifyReport[];
  if (!Array.isArray(reports)) throw new Error(run.stdout);
  if ((run.status === 0) !== reports.every(({ passed }) => passed)) throw new Error(`hew ended with ${run.status}\n${run.stdout}`);
  return reports;
}

/** Ids of the rules that failed, of one severity, sorted. */
export const failedIds = async (path: string, platform: string, severity = 'error'): Promise<readonly string[]> =>
  (await verify(path, platform)).flatMap(({ results }) => results)
    .filter((result) => result.outcome === 'fail' && result.severity === severity).map(({ id }) => id).toSorted();

export async function inspect(path: string): Promise<readonly Inspection[]> {
  const run = await runHew(['inspect', path, '--json']);
  if (run.status !== 0) throw new Error(`${run.status}\n${run.stdout}\n${run.stderr}`);
  return JSON.parse(run.stdout) as readonly Inspection[];
}
