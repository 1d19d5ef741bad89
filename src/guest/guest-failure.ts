import { HewError } from '../errors.ts';
import type { GuestResult } from './run-guest.ts';

/** Whether a guest came up whole: it settled, and no unit failed. Pure. */
export const isHealthy = ({ outcome, report }: GuestResult): boolean =>
  outcome === 'settled' && report?.state === 'running';

/** Says what a guest that did not come up whole lacks, with the end of its console. Pure. */
export function guestFailure(result: GuestResult, image: string): HewError | undefined {
  if (isHealthy(result)) return undefined;
  const { outcome, report, line, seconds, console: tail } = result;
  const [message, hint] = report === undefined ? MESSAGES[outcome] : [
    `came up ${report.state}${report.failedUnits.length > 0 ? `: ${report.failedUnits.join(', ')} failed` : ''}`,
    report.failures.join('\n'),
  ];
  return new HewError({
    code: `guest-${outcome === 'settled' ? 'degraded' : outcome}`,
    message: `${image} ${message}${line === undefined ? '' : ` (${line})`} after ${seconds.toFixed(0)} s`,
    hint: hint === '' ? tail.join('\n') : `${hint}\n${tail.join('\n')}`,
  });
}

const MESSAGES: Readonly<Record<GuestResult['outcome'], readonly [message: string, hint: string]>> = {
  'settled': ['settled and told nothing', ''],
  'ended': ['switched itself off before it had come up', ''],
  'timeout': ['did not settle in time', 'give it longer with --timeout; without KVM a boot takes ten times as long'],
  'login': ['shows a login prompt, and its systemd is too old to tell more (256 is needed)', ''],
  'refused': [
    'was refused by the firmware: its first loader is not signed by a key that Secure Boot trusts',
    'use loader = "grub2" with the signed shim',
  ],
  'nothing-to-boot': ['has nothing that the firmware can start', 'see `hew inspect` for its partitions and loaders'],
  'panic': ['ended in a kernel panic', ''],
  'emergency': ['ended in emergency mode', ''],
};
