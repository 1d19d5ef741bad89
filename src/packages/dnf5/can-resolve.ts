import { ToolError } from '../../errors.ts';
import type { LockedPackage } from '../lock.ts';
import { withoutKeptOutGroups } from './environments.ts';
import { explainDnfFailure, readDnfFailure } from './errors.ts';
import { requested } from './resolve.ts';
import { runDnf, type DnfSession } from './session.ts';

/** Failures that say that there is no answer, and not that the question could not be asked. */
const NO_ANSWER = ['conflict', 'package-excluded', 'package-not-found'];

/** Whether what the plan asks for can be had from these builds alone. Fetches nothing: metadata is at hand by now. */
export async function canResolve(session: DnfSession, only: readonly LockedPackage[]): Promise<boolean> {
  const { local } = session.plan.packages;
  const wanted = await withoutKeptOutGroups(session);
  const { stdout, stderr } = await runDnf(session, ['install', ...requested(wanted, local)], {
    // Of two builds the older one is as good an answer.
    visible: { only, best: false }, cacheOnly: true, attempt: true, read: local,
  });
  const output = `${stdout}\n${stderr}`;
  if (output.includes('Operation aborted by the user')) return true;
  const problems = readDnfFailure(output);
  if (problems.length > 0 && problems.every(({ code }) => NO_ANSWER.includes(code))) return false;
  const failure = new ToolError(
    problems[0] ?? { code: 'tool-failed', message: 'dnf5 could not tell whether the packages fit together' },
    { commandLine: 'dnf5', stdout, stderr },
  );
  throw await explainDnfFailure(session, failure);
}
