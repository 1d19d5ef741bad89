import { HewError, type Problem } from '../../errors.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import type { System } from './context.ts';
import { ARCHITECTURES, ISA } from '../../isa/rows.ts';

type Settings = System['settings'];

/** A key of `system` that needs a program of the image. */
interface Requirement {
  readonly key: string;
  readonly asked: (settings: Settings) => boolean;
  /** One of these must be in the image. */
  readonly paths: readonly string[];
  /** Packages that have it. */
  readonly packages: string;
  readonly code: ErrorCode;
}

export const SYSTEMD = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'];
export const CHRONY = ['/usr/sbin/chronyd', '/usr/bin/chronyd'];
export const TIMESYNCD = ['/usr/lib/systemd/systemd-timesyncd'];
export const NETWORK_MANAGER = ['/usr/sbin/NetworkManager', '/usr/bin/NetworkManager'];
export const NETWORKD = ['/usr/lib/systemd/systemd-networkd'];
export const FIPS_POLICY = '/usr/share/crypto-policies/FIPS';
const FIPS_PROVIDERS = ['lib64', 'lib', ...ARCHITECTURES.map((arch) => `lib/${ISA[arch].names.multiarch}`)].flatMap((folder) =>
  ['fips', 'symcryptprovider'].map((name) => `/usr/${folder}/ossl-modules/${name}.so`));
const NETWORK = [...NETWORK_MANAGER, ...NETWORKD];
const KDUMP = ['/usr/bin/kdumpctl', '/usr/sbin/kdumpctl'];
const WITHOUT_SYSTEMD = 'service-without-systemd';

const row = (
  key: string,
  asked: Requirement['asked'],
  paths: readonly string[],
  packages: string,
  code: ErrorCode = 'needs-package',
): Requirement => ({ key, asked, paths, packages, code });

export const REQUIREMENTS: readonly Requirement[] = [
  row('services.enable', ({ services }) => services.enable.length > 0, SYSTEMD, 'systemd', WITHOUT_SYSTEMD),
  row('default-target', (system) => system['default-target'] !== undefined, SYSTEMD, 'systemd', WITHOUT_SYSTEMD),
  row('time-servers', (system) => system['time-servers'].length > 0, [...CHRONY, ...TIMESYNCD], 'chrony'),
  row('network', ({ network }) => network.length > 0, NETWORK, 'systemd-networkd or NetworkManager'),
  row('firewall', ({ firewall }) => firewall?.enabled === true, ['/usr/bin/firewall-offline-cmd'], 'firewalld'),
  row('authselect', ({ authselect }) => authselect !== undefined, ['/usr/bin/authselect'], 'authselect'),
  row('kdump', ({ kdump }) => kdump?.enabled === true, KDUMP, 'kdump-utils'),
  row('fips', ({ fips }) => fips, FIPS_PROVIDERS, 'openssl-fips-provider or SymCrypt-OpenSSL'),
];

/**
 * Refuses, before anything is written, all keys for which the image has no program: a setting that nothing reads would
 * be silently ignored.
 */
export async function checkRequirements(system: System): Promise<void> {
  const problems: Problem[] = [];
  for (const { key, asked, paths, packages, code } of REQUIREMENTS) {
    if (!asked(system.settings) || (await system.find(paths)) !== undefined) continue;
    problems.push({
      code,
      message: `\`system.${key}\` needs ${packages}, which is not in the image`,
      subject: { kind: 'key', name: `system.${key}` },
      place: { file: system.plan.image.file },
      hint: `add ${packages} to packages.install, or leave the key out`,
    });
  }
  if (problems.length > 0) throw new HewError(problems);
}
