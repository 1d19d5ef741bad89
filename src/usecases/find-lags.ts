import { CancelledError, HewError } from '../errors.ts';
import type { Lag } from '../isa/lag.ts';
import type { Level } from '../isa/levels.ts';
import { isAboveBaseline } from '../isa/repositories.ts';
import type { Host } from '../host/port.ts';
import { openDnfSession, reportLags } from '../packages/dnf5/index.ts';
import type { Plan, Target } from '../plan/types.ts';
import { redactText } from '../redact.ts';

/** What repositories say about the levels of a plan. */
export interface LagReport {
  readonly lags: readonly Lag[];
  /** Targets whose repositories could not be read. */
  readonly unknown: readonly { readonly arch: Target['arch']; readonly level: Level; readonly reason: string }[];
}

/**
 * Packages whose builds for a target's level are older than other builds, in any repository of the plan. Reads metadata
 * only. A repository that cannot be read, without tools, network or key, is part of the answer and not an error.
 */
export async function lagsOfPlan(host: Host, plan: Plan): Promise<LagReport> {
  const [lags, unknown]: [Lag[], LagReport['unknown'][number][]] = [[], []];
  for (const target of plan.targets.filter(({ arch, level }) => isAboveBaseline({ architecture: arch, level }, plan.distribution))) {
    try {
      lags.push(...(await reportLags(await openDnfSession(host, plan, target))).lags);
    } catch (error) {
      if (!(error instanceof HewError) || error instanceof CancelledError) throw error;
      const reason = error.problems.map(({ message }) => redactText(message)).join('; ');
      unknown.push({ arch: target.arch, level: target.level, reason });
    }
  }
  return { lags, unknown };
}
