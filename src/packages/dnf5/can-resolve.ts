import { ToolError } from '../../errors.ts';
import type { ChosenPackage } from '../lock.ts';
import { withoutKeptOutGroups } from './environments.ts';
import { explainDnfFailure, readDnfFailure } from './errors.ts';
import { requested } from './resolve.ts';
import { runDnf, type DnfSession } from './session.ts';

/** Failures that say that there is no answer, and not that the question could not be asked. */
const NO_ANSWER = ['conflict', 'package-excluded', 'package-not-found'];

/** Whether what the plan asks for can be had from these builds alone. Fetches nothing: metadata is at hand by now. */
export async function canResolve(session: DnfSession, only: readonly ChosenPackage[]): Promise<boolean> {
  const { local } = session.plan.packages;
  const wanted = await withoutKeptOutGroups(session);
  try {
    // Of two builds the older one is as good an answer.
    await runDnf(session, ['install', ...requested(wanted, local)], { visible: { only, best: false }, cacheOnly: true, attempt: true, read: local });
    return true;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const problems = readDnfFailure(`${error.stdout}\n${error.stderr}`);
    if (problems.length > 0 && problems.every(({ code }) => NO_ANSWER.includes(code))) return false;
    throw await explainDnfFailure(session, error);
  }
}
