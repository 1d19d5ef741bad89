import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { loadAllRules, loadRules } from '../../../src/platforms/rules.ts';
import { PLATFORMS } from '../../../src/platforms/rows.ts';
import type { Rule } from '../../../src/verify/rules/rule.ts';
import { verifyImage } from '../../../src/platforms/verify-image.ts';
import { describeVerify } from '../../../src/cli/describe-verify.ts';
import { BROKEN } from './broken.ts';
import type { FileFact, ImageFacts } from '../../../src/verify/facts.ts';
import { fileAt } from '../../../src/verify/read/files.ts';
import { GOOD, link, shim, text, type Sample } from './samples.ts';

const PLATFORM_RULES = await loadAllRules();

describe('the table of rules', () => {
  it('has a good and a broken image for every rule, and no others', () => {
    expect(Object.keys(BROKEN).toSorted()).toEqual(PLATFORM_RULES.map(({ id }) => id).toSorted());
    for (const { breaks } of Object.values(BROKEN)) expect(breaks.length).toBeGreaterThan(0);
  });

  it('has ids that are unique, and says what to do and who asks for it', () => {
    expect(new Set(PLATFORM_RULES.map(({ id }) => id)).size).toBe(PLATFORM_RULES.length);
    for (const { id, remedy, source, title } of PLATFORM_RULES) {
      expect(id).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect([remedy, title].every((sentence) => sentence.length > 10), id).toBe(true);
      expect(source, id).toMatch(/https:\/\/|Specification/);
    }
  });
});

describe('files that rules read', () => {
  it('are those that are gathered: no rule reads another, or goes round what checks that', () => {
    expect(() => fileAt({ files: [] }, '/etc/motd')).toThrow(/no row of INTERESTS has/);
    const source = join(import.meta.dirname, '../../../src');
    const files = ['verify/rules', ...PLATFORMS.map((platform) => `platforms/${platform}`)]
      .flatMap((folder) => readdirSync(join(source, folder)).map((name) => join(source, folder, name)));
    for (const file of files) expect(readFileSync(file, 'utf8'), file).not.toMatch(/root\.files|\(\{[^(){}\n]*\bfiles\b/);
  });
});

describe('a good image', () => {
  const outcome = (id: string, ...files: readonly FileFact[]): unknown => {
    const { root }: ImageFacts = GOOD.azure;
    const facts = { ...GOOD.azure, root: root && { ...root, files: [...root.files.filter(({ path }) => !files.some((file) => file.path === path)), ...files] } };
    return PLATFORM_RULES.find((rule) => rule.id === id)?.check(facts);
  };
  const good = { outcome: 'pass' };

  it.each([
    ['a history that leads to the null device', 'generalised.history', [link('/root/.bash_history', '/dev/null')]],
    ['an id of D-Bus that is a link to the other', 'generalised.machine-id', [{ ...link('/var/lib/dbus/machine-id', '/etc/machine-id'), leadsTo: { kind: 'file', size: 0 }, text: '' }]],
    ['a resolv.conf that names the stub of systemd-resolved', 'generalised.resolv-conf', [{ ...link('/etc/resolv.conf', '../usr/lib/systemd/resolv.conf'), text: 'nameserver 127.0.0.53\n' }]],
    ['accounts of cloud-init without a password', 'generalised.passwords', [text('/etc/cloud/cloud.cfg', 'users: [default]\nchpasswd: {expire: false}\nsystem_info:\n  default_user: {name: azl, lock_passwd: true, passwd: "!"}\n')]],
    ['a user record without a password', 'generalised.passwords', [text('/usr/lib/userdb/eve.user', '{"userName":"eve","uid":60001,"locked":true}')]],
    ['settings of zram that an empty file hides', 'azure.no-zram', [text('/usr/lib/systemd/zram-generator.conf', '[zram0]\n'), text('/etc/systemd/zram-generator.conf', '')]],
    ['a masked swap unit', 'azure.no-swap', [text('/usr/lib/systemd/system/a.swap', '[Swap]\n'), link('/etc/systemd/system/a.swap', '/dev/null')]],
    ['a condition that the image fulfils', 'azure.sshd', [text('/etc/systemd/system/sshd.service.d/a.conf', '[Unit]\nConditionPathExists=!/etc/never\nConditionPathExists=/etc/machine-id\n')]],
    ['conditions that a later drop-in takes back', 'azure.sshd', [text('/usr/lib/systemd/system/sshd.service.d/a.conf', '[Unit]\nConditionPathExists=/never\n'), text('/etc/systemd/system/sshd.service.d/b.conf', '[Unit]\nConditionPathExists=\n')]],
    ['the datasources of Azure Linux itself', 'azure.datasource', [text('/etc/cloud/cloud.cfg.d/99.cfg', 'datasource_list: [ Azure, NoCloud, None ]\n')]],
    ['an interval in minutes, for all that match', 'azure.client-alive', [text('/etc/ssh/sshd_config', 'Match all\nClientAliveInterval 2m\n')]],
  ] as const)('has %s', (_, id, files) => {
    expect(outcome(id, ...files)).toMatchObject(good);
  });
});

describe('a first loader that nobody signed', () => {
  const judge = async (secureBoot: 'required' | 'if-signed' | 'off' | undefined): Promise<readonly unknown[]> => {
    const { boot } = GOOD.azure;
    const facts: ImageFacts = { ...GOOD.azure, boot: boot && { ...boot, removable: { ...shim, signatures: [] } }, expected: { secureBoot } };
    return (await verifyImage(facts, 'azure')).results.filter(({ id }) => id === 'azure.secure-boot').map(({ outcome, severity, detail }) => [outcome, severity, detail]);
  };

  it('is an error where signatures are required, and a warning where nobody says', async () => {
    expect(await judge('required')).toEqual([['fail', 'error', 'EFI/BOOT/BOOTX64.EFI is not signed']]);
    expect(await judge(undefined)).toEqual([['fail', 'warning', 'EFI/BOOT/BOOTX64.EFI is not signed']]);
  });

  it('is said and not held against an image that is signed only if its distribution is, nor against one that asks for nothing', async () => {
    expect(await judge('if-signed')).toEqual([['not-applicable', 'warning', expect.stringContaining('does not start it: EFI/BOOT/BOOTX64.EFI is not signed')]]);
    expect(await judge('off')).toEqual([['not-applicable', 'warning', 'boot.secure-boot is "off"']]);
  });
});

describe.each(PLATFORM_RULES.map((rule): [string, Rule] => [rule.id, rule]))('%s', (id, rule) => {
  const broken = BROKEN[id];
  if (broken === undefined) throw new Error(`${id} has no row in broken.ts`);
  const { sample, breaks } = broken;

  it('is a rule of the platform of its sample, and passes on it', async () => {
    expect(await loadRules(sample)).toContain(rule);
    expect(rule.check(GOOD[sample])).toMatchObject({ outcome: 'pass' });
  });

  it.each(breaks.map((change, index) => [index + 1, change] as const))('fails on a broken image (%i)', (_, change) => {
    const finding = rule.check(change(GOOD[sample]));
    expect(finding.outcome).toBe('fail');
    expect(finding.detail).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('verifyImage', () => {
  it.each(PLATFORMS)('passes a good image for %s without a warning', async (platform) => {
    const report = await verifyImage(GOOD[platform satisfies Sample], platform);
    expect(report.results.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(report.passed).toBe(true);
  });

  it('fails by errors alone, and tells them before warnings', async () => {
    const warned = await verifyImage(BROKEN['azure.quiet']?.breaks[0]?.(GOOD.azure) ?? GOOD.azure, 'azure');
    expect(warned.passed).toBe(true);
    const damaged = BROKEN['azure.vhd-checksum']?.breaks[0]?.(BROKEN['azure.quiet']?.breaks[0]?.(GOOD.azure) ?? GOOD.azure) ?? GOOD.azure;
    const failed = await verifyImage(damaged, 'azure');
    expect(failed.passed).toBe(false);
    const lines = describeVerify(failed);
    expect(lines[0]).toBe('azure-vm.vhd for azure: FAILED');
    expect(lines.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim().split(':')[0])).toEqual([
      'FAILED azure.vhd-checksum', 'warning azure.quiet', expect.stringMatching(/^\d+ rules passed, 1 failed, 1 warning, /),
    ]);
    expect(lines[3]).toContain('remedy: ');
  });

  const withFiles = (facts: ImageFacts, files: readonly FileFact[]): ImageFacts => ({ ...facts, root: facts.root && { ...facts.root, files } });

  it('asks for no configuration of a GRUB that a package left beside another loader', async () => {
    const facts = withFiles(GOOD.qemu, []);
    const outcome = async (one: ImageFacts): Promise<unknown> => (await verifyImage(one, 'qemu')).results.find(({ id }) => id === 'system.grub-config')?.outcome;
    expect(await outcome(facts)).toBe('fail');
    expect(await outcome({ ...facts, boot: facts.boot && { ...facts.boot, removable: { ...shim, name: 'systemd-boot' } } })).toBe('not-applicable');
  });

  it('warns of swap, and refuses it for Azure alone', async () => {
    const told = async (sample: 'azure' | 'hyperv' | 'qemu'): Promise<unknown> =>
      (await verifyImage(withFiles(GOOD[sample], [text('/etc/fstab', '/swapfile none swap defaults 0 0\n')]), sample)).results
        .filter(({ id, outcome }) => id.endsWith('.no-swap') && outcome === 'fail').map(({ id, severity }) => [id, severity]);
    expect(await told('azure')).toEqual([['azure.no-swap', 'error']]);
    expect(await told('hyperv')).toEqual([['disk.no-swap', 'warning']]);
    expect(await told('qemu')).toEqual([['disk.no-swap', 'warning']]);
  });

  it('does not take a tar for a disk, nor a disk for a container', async () => {
    for (const [sample, platform, id] of [['wsl', 'azure', 'azure.vhd-format'], ['oci', 'qemu', 'disk.partition-table'], ['qemu', 'oci', 'oci.layout'], ['oci', 'wsl', 'wsl.archive']] as const) {
      const report = await verifyImage(GOOD[sample], platform);
      expect(report.passed).toBe(false);
      expect(report.results.find((result) => result.id === id)?.outcome).toBe('fail');
    }
  });
});
