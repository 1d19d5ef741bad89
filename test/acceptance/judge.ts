import type { ErrorReport } from '../../src/cli/print-error.ts';
import { hostCodes } from '../../src/errors/host.ts';
import type { Outcome } from './outcome.ts';
import type { Probe } from './probe.ts';

/** Codes of failures that a mirror can cause. */
const FROM_MIRROR: readonly string[] = ['repository-unreachable', 'key-unreachable', 'package-not-fetched', 'metadata-older'];
/** Codes of failures that this machine causes. */
const FROM_MACHINE: readonly string[] = [...Object.keys(hostCodes), 'certificate-missing', 'builder-below-target', 'emulation-unavailable'];

type Failure = Pick<ErrorReport['error'], 'code' | 'message'>;

/**
 * Whose fault a failed stage is. What a mirror can cause is its own only if the addresses that were asked again bear it
 * out: one that refuses is wrong in the distribution's file, and where all answer it is hew that did not come through.
 * A list of mirrors that answers proves nothing of the mirrors that it names.
 */
export function judgeFailure({ code, message }: Failure, probes: readonly Probe[]): Outcome {
  const why = `${code}: ${message}`;
  if (FROM_MACHINE.includes(code)) return { kind: 'not-here', why };
  if (!FROM_MIRROR.includes(code)) return { kind: 'fault', why };
  const probed = judgeProbes(probes);
  if (probed !== undefined) return probed;
  const lists = probes.some(({ list }) => list);
  return lists || probes.length === 0 || code === 'metadata-older' ? { kind: 'no-mirror', why } : { kind: 'fault', why };
}

/** What the addresses alone tell: undefined where all of them answer. */
export function judgeProbes(probes: readonly Probe[]): Outcome | undefined {
  const refused = probes.find(({ found }) => found === 'refuses');
  if (refused !== undefined) return { kind: 'fault', why: `${refused.url} answers with ${refused.why ?? 'an error'}` };
  const silent = probes.find(({ found }) => found === 'silent');
  return silent && { kind: 'no-mirror', why: `${silent.url} does not answer: ${silent.why ?? ''}` };
}
