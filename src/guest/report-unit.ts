import { parseOsRelease } from '../boot/os-release.ts';
import { REPORT_PORT } from './qemu-arguments.ts';
import { ISA } from '../isa/rows.ts';

/** The report of a guest that has started everything. */
export interface GuestReport {
  /** What `systemctl is-system-running` printed: `running`, `degraded`, `maintenance` … */
  readonly state: string;
  readonly failedUnits: readonly string[];
  /** Result and last lines of the journal of each failed unit. */
  readonly failures: readonly string[];
  /** `uname -r`. */
  readonly kernel: string;
  /** os-release(5), by key. */
  readonly os: Readonly<Record<string, string>>;
  /** From the start of the kernel until systemd had started everything; undefined until then. */
  readonly bootSeconds: number | undefined;
  /** Highest psABI level according to the loader of the guest. */
  readonly levels: readonly string[];
  /** Size of the root file system, which shows whether it has grown. */
  readonly rootBytes: number | undefined;
  readonly commandLine: string;
  readonly secureBoot: boolean | undefined;
  readonly hostname: string;
  /** Accounts that have an authorized_keys. */
  readonly keyHolders: readonly string[];
}

const BEGIN = '----- hew report -----';
const END = '----- hew end -----';

/**
 * Units that systemd makes from credentials (systemd.system-credentials(7), since 256). One waits until everything has
 * started, reports and switches the machine off. The image is not changed.
 */
export function reportCredentials(): Readonly<Record<string, string>> {
  return {
    'systemd.extra-unit.hew-report.service': SERVICE,
    'systemd.unit-dropin.basic.target': '[Unit]\nWants=hew-report.service\n',
  };
}

const tell = (key: string, command: string): string => `echo "== ${key}"; ${command};`;

const FAILED = 'systemctl list-units --failed --plain --no-legend --no-pager';

/** One shell line: systemd would interpret `%` and `$`, so both are doubled. */
const SCRIPT = [
  'exec 3>&1 >/dev/virtio-ports/PORT 2>/dev/null || exec >/dev/ttyS0 2>/dev/null;',
  // Waits for the end of the boot, of which this unit is not a part.
  'state=$(systemctl is-system-running --wait);',
  `echo "${BEGIN}";`,
  tell('state', 'echo "$state"'),
  tell('failed', FAILED),
  tell('failures', `${FAILED} | while read -r unit rest; do systemctl status --no-pager --lines=8 --full "$unit"; done`),
  tell('kernel', 'uname -r'),
  tell('os', 'cat /etc/os-release'),
  tell('times', 'systemctl show --property=FinishTimestampMonotonic'),
  tell('levels', `for loader in ${ISA.x86_64.loader}; do "$loader" --help; done`),
  tell('root', 'df --block-size=1 --output=size /'),
  tell('cmdline', 'cat /proc/cmdline'),
  tell('secure-boot', 'od -An -t u1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'),
  tell('hostname', 'uname -n'),
  tell('keys', 'for file in /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys; do test -s "$file" && stat -c %U "$file"; done'),
  `echo "${END}";`,
  'systemctl poweroff --no-block',
].join(' ').replaceAll('PORT', REPORT_PORT);

const SERVICE = `[Unit]
Description=Report of hew boot
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target

[Service]
# "simple": the boot ends without waiting for it.
Type=simple
ExecStart=/bin/sh -c '${SCRIPT.replaceAll('%', '%%').replaceAll('$', () => '$$')}'
`;

/** Reads the output of the report unit; undefined until it is complete. */
export function parseReport(text: string): GuestReport | undefined {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) return undefined;
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.slice(begin, end).split(/\r?\n/)) {
    const name = /^== (\S+)$/.exec(line)?.[1];
    if (name === undefined) lines.push(line);
    else sections.set(name, (lines = []));
  }
  const section = (name: string): readonly string[] => (sections.get(name) ?? []).filter((line) => line.trim() !== '');
  const [rootSize] = section('root').slice(1);
  return {
    state: section('state')[0] ?? 'unknown',
    failedUnits: section('failed').flatMap((line) => /[\w@\\:.-]+\.\w+/.exec(line)?.[0] ?? []),
    failures: section('failures'),
    kernel: section('kernel')[0] ?? '',
    os: parseOsRelease(section('os').join('\n')),
    bootSeconds: secondsOf(section('times')),
    levels: section('levels').flatMap((line) => /^\s+(x86-64-v\d)\s.*supported/.exec(line)?.[1] ?? []),
    rootBytes: rootSize === undefined ? undefined : Number(rootSize),
    commandLine: section('cmdline')[0] ?? '',
    secureBoot: section('secure-boot')[0] === undefined ? undefined : /\b1$/.test(section('secure-boot')[0] ?? ''),
    hostname: section('hostname')[0] ?? '',
    keyHolders: section('keys'),
  };
}

/** Microseconds since the kernel started, by systemd's own clock. */
function secondsOf(lines: readonly string[]): number | undefined {
  const [finish = '0'] = lines.flatMap((line) => /^FinishTimestampMonotonic=(\d+)$/.exec(line)?.[1] ?? []);
  return finish === '0' ? undefined : Number(finish) / 1e6;
}
