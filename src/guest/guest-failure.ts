import { HewError } from '../errors.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { LEVEL_TOO_HIGH } from './read-console.ts';
import type { GuestReport } from './report-unit.ts';
import type { GuestResult } from './run-guest.ts';

/** Whether a guest is healthy: it started everything, no unit failed, and Secure Boot is on where it is enforced. */
export const isHealthy = ({ outcome, report, firmware }: GuestResult): boolean =>
  outcome === 'settled' && report?.state === 'running' && (firmware !== 'uefi-secure-boot' || report.secureBoot === true);

/** Why a guest is not healthy, with the end of its console; undefined for a healthy one. */
export function guestFailure(result: GuestResult, image: string): HewError | undefined {
  if (isHealthy(result)) return undefined;
  const { outcome, report, line, seconds, console: tail } = result;
  const { code, message, hints } = report === undefined ? MESSAGES[outcome] : judgeReport(report);
  return new HewError({
    code,
    message: `${image} ${message}${line === undefined ? '' : ` (${line.trim()})`} after ${seconds.toFixed(0)} s`,
    hint: [...hints, ...tail].join('\n'),
  });
}

interface Judgement {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hints: readonly string[];
}

/** A guest that sent a report and is not healthy. */
function judgeReport({ state, failedUnits, failures }: GuestReport): Judgement {
  if (state === 'running') {
    return {
      code: 'guest-insecure',
      message: 'started, and reports that Secure Boot is off although the firmware enforces it',
      hints: ['do not trust its report: look at /sys/firmware/efi/efivars in the image'],
    };
  }
  return {
    code: 'guest-degraded',
    message: `came up ${state}${failedUnits.length > 0 ? `: ${failedUnits.join(', ')} failed` : ''}`,
    hints: [...(failures.some((line) => LEVEL_TOO_HIGH.test(line)) ? [HIGHER_LEVEL] : []), ...failures],
  };
}

const HIGHER_LEVEL = 'programs of the image need a higher level than this processor has: choose it with --cpu, or build the image for --level baseline';

const MESSAGES: Readonly<Record<GuestResult['outcome'], Judgement>> = {
  'settled': { code: 'guest-settled', message: 'started everything and sent no report', hints: [] },
  'ended': { code: 'guest-ended', message: 'switched itself off before it had started everything', hints: [] },
  'timeout': {
    code: 'guest-timeout',
    message: 'did not start everything in time',
    hints: ['raise --timeout; without KVM a boot takes about ten times as long'],
  },
  'login': { code: 'guest-login', message: 'shows a login prompt, and its systemd is too old to send a report (256 is needed)', hints: [] },
  'refused': {
    code: 'guest-refused',
    message: 'was refused by the firmware: its first loader is not signed by a key that Secure Boot trusts',
    hints: ['build it with the signed shim, GRUB and kernel of the distribution, as the profile `secure-boot` does, or boot it without --secure-boot'],
  },
  'refused-by-shim': {
    code: 'guest-refused-by-shim',
    message: 'was refused by shim: the next loader or kernel is not signed by a key that shim trusts',
    hints: ['`hew inspect` shows who signed what; GRUB and kernel must come from the same distribution as shim'],
  },
  'level-too-high': { code: 'guest-level-too-high', message: 'cannot run on this processor', hints: [HIGHER_LEVEL] },
  'nothing-to-boot': {
    code: 'guest-nothing-to-boot',
    message: 'has nothing that the firmware can start', hints: ['see `hew inspect` for its partitions and loaders'],
  },
  'panic': { code: 'guest-panic', message: 'ended in a kernel panic', hints: [] },
  'emergency': { code: 'guest-emergency', message: 'ended in emergency mode', hints: [] },
};
