import { lstatSync, readFileSync, readlinkSync, symlinkSync, existsSync, readdirSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { kdumpArguments, firewallArguments, setSecurity } from '../../../../src/rootfs/system/security.ts';
import { checkRequirements, REQUIREMENTS } from '../../../../src/rootfs/system/requirements.ts';
import { parseLayout, writeSystemSettings } from '../../../../src/rootfs/system/settings.ts';
import { resetIdentity } from '../../../../src/rootfs/system/reset-identity.ts';
import { selinuxConfig, setSelinuxMode, labelRoot } from '../../../../src/rootfs/system/selinux.ts';
import { chronyFile, setTimeServers } from '../../../../src/rootfs/system/time-servers.ts';
import { ToolError } from '../../../../src/errors.ts';
import { codesOf, testRoot } from './support.ts';

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');

describe('settings', () => {
  it('are one file each', async () => {
    const { system, root, notices } = testRoot({ 'usr/share/zoneinfo/Europe/Paris': '', 'usr/lib/kbd/keymaps/xkb/de.map.gz': '', 'usr/lib/locale/fr_FR.utf8/LC_TIME': '' });
    await writeSystemSettings(system({
      hostname: 'box', locale: 'fr_FR.UTF-8', keymap: 'de', 'keyboard-layouts': ['us', 'de (nodeadkeys)'], timezone: 'Europe/Paris', 'utc-clock': false,
    }));
    expect(read(root, 'etc/hostname')).toBe('box\n');
    expect(read(root, 'etc/locale.conf')).toBe('LANG=fr_FR.UTF-8\n');
    expect(read(root, 'etc/vconsole.conf')).toBe('KEYMAP=de\nXKBLAYOUT=us,de\nXKBVARIANT=,nodeadkeys\n');
    expect(read(root, 'etc/X11/xorg.conf.d/00-keyboard.conf')).toContain('Option "XkbLayout" "us,de"');
    expect(readlinkSync(join(root, 'etc/localtime'))).toBe('../usr/share/zoneinfo/Europe/Paris');
    expect(read(root, 'etc/adjtime')).toBe('0.0 0 0.0\n0\nLOCAL\n');
    expect(notices).toEqual([]);
  });

  it('that the image has no data for are refused or told', async () => {
    const { system, notices } = testRoot({ 'usr/lib/kbd/keymaps/us.map': '' });
    expect(await codesOf(writeSystemSettings(system({ timezone: 'Mars/Olympus' })))).toEqual(['unknown-timezone']);
    expect(await codesOf(writeSystemSettings(system({ keymap: 'klingon' })))).toEqual(['unknown-keymap']);
    await writeSystemSettings(system({ locale: 'de_DE.UTF-8', timezone: 'UTC', keymap: 'us' }));
    expect(notices.join()).toContain('glibc-langpack-de');
  });

  it('never go through a link out of the image', async () => {
    const { system, root, folder } = testRoot({});
    mkdirSync(join(folder, 'outside'));
    symlinkSync(join(folder, 'outside/hostname'), join(root, 'etc/hostname'));
    symlinkSync(join(folder, 'outside'), join(root, 'etc/X11'));
    await writeSystemSettings(system({ hostname: 'box', 'keyboard-layouts': ['us'] }));
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
    expect(lstatSync(join(root, 'etc/hostname')).isFile()).toBe(true);
  });

  it('reads layouts with variants', () => {
    expect(parseLayout('de (nodeadkeys)')).toEqual({ layout: 'de', variant: 'nodeadkeys' });
    expect(parseLayout('us')).toEqual({ layout: 'us', variant: '' });
  });
});

describe('requirements', () => {
  const asked = {
    services: { enable: ['sshd'] }, 'default-target': 'multi-user.target', 'time-servers': ['a'], network: [{ device: 'eth0' }],
    firewall: {}, authselect: ['local'], kdump: {}, fips: true,
  };

  it('are refused all at once, each by its key', async () => {
    const failure = await checkRequirements(testRoot({}).system(asked)).catch((error: unknown) => error as Error);
    for (const { key } of REQUIREMENTS) expect(String(failure)).toContain(`\`system.${key}\``);
    expect(await codesOf(checkRequirements(testRoot({}).system(asked)))).toHaveLength(REQUIREMENTS.length);
  });

  it('hold where one of the programs is there, and where nothing is asked', async () => {
    const content = Object.fromEntries(REQUIREMENTS.map(({ paths }) => [(paths.at(-1) ?? '').slice(1), '']));
    expect(await codesOf(checkRequirements(testRoot(content).system(asked)))).toEqual([]);
    expect(await codesOf(checkRequirements(testRoot({}).system({ firewall: { enabled: false }, kdump: { enabled: false } })))).toEqual([]);
  });
});

describe('time servers', () => {
  it('take the place of those of chrony.conf', () => {
    expect(chronyFile('# own\npool 2.example.org iburst\ndriftfile /x\n', ['a', 'b'])).toBe('server a iburst\nserver b iburst\n# own\ndriftfile /x\n');
  });

  it('go to systemd-timesyncd where there is no chrony', async () => {
    const { system, root } = testRoot({});
    await setTimeServers(system({ 'time-servers': ['a', 'b'] }));
    expect(read(root, 'etc/systemd/timesyncd.conf.d/10-hew.conf')).toBe('[Time]\nNTP=a b\n');
  });
});

describe('security', () => {
  it('calls firewalld’s own program once a kind of option', () => {
    expect(firewallArguments({ enabled: true, services: ['ssh'], ports: ['80/tcp'], trust: ['eth1'] })).toEqual([
      ['--add-service=ssh'], ['--add-port=80/tcp'], ['--zone=trusted', '--add-interface=eth1'],
    ]);
  });

  it('runs programs of the image inside the image', async () => {
    const { system, ran, root } = testRoot({});
    await setSecurity(system({ authselect: ['sssd', 'with-mkhomedir'], firewall: { ports: ['1/tcp'] } }));
    expect(ran.map(({ tool, args, view }) => [tool, args, view])).toEqual([
      ['firewall-offline-cmd', ['--add-port=1/tcp'], { root }],
      ['authselect', ['select', 'sssd', 'with-mkhomedir', '--force'], { root }],
    ]);
  });

  it('says which setting a program of the image refused', async () => {
    const { system } = testRoot({}, () => {
      throw new ToolError({ code: 'tool-failed', message: 'x' }, { commandLine: 'x', stdout: '', stderr: 'no such profile', status: 2 });
    });
    const failure = await setSecurity(system({ authselect: ['none'] })).catch((error: unknown) => error as Error);
    expect(String(failure)).toContain('`system.authselect`');
  });

  it('links the policy FIPS', async () => {
    const { system, root } = testRoot({ 'usr/share/crypto-policies/FIPS/openssl.txt': '', 'usr/share/crypto-policies/FIPS/nss.txt': '' });
    await setSecurity(system({ fips: true }));
    expect(read(root, 'etc/crypto-policies/config')).toBe('FIPS\n');
    expect(readlinkSync(join(root, 'etc/crypto-policies/back-ends/nss.config'))).toBe('/usr/share/crypto-policies/FIPS/nss.txt');
  });

  it('asks the kernel to reserve memory', () => {
    expect(kdumpArguments({ kdump: { enabled: true, reserve: '256' } })).toEqual(['crashkernel=256M']);
    expect(kdumpArguments({ kdump: { enabled: true, reserve: 'auto' } })[0]).toMatch(/^crashkernel=1G-4G:/);
    expect(kdumpArguments({ kdump: { enabled: false, reserve: 'auto' } })).toEqual([]);
  });
});

describe('SELinux', () => {
  const POLICY = { 'etc/selinux/config': '# own\nSELINUX=permissive\nSELINUXTYPE=mls\n', 'etc/selinux/mls/contexts/files/file_contexts': '' };

  it('sets the mode and keeps the rest of the file', async () => {
    const { system, root } = testRoot(POLICY);
    await setSelinuxMode(system({ selinux: 'enforcing' }));
    expect(read(root, 'etc/selinux/config')).toBe('# own\nSELINUX=enforcing\nSELINUXTYPE=mls\n');
    expect(selinuxConfig('A=1', 'disabled')).toBe('A=1\nSELINUX=disabled\n');
  });

  it('needs a policy', async () => {
    expect(await codesOf(setSelinuxMode(testRoot({}).system({ selinux: 'permissive' })))).toEqual(['needs-package']);
    expect(await codesOf(setSelinuxMode(testRoot({}).system({ selinux: 'disabled' })))).toEqual([]);
  });

  it('labels by the policy that the image names', async () => {
    const { system, root, ran } = testRoot(POLICY);
    const { host, plan, notice } = system();
    expect(await labelRoot(host, plan, root, notice)).toBe('labelled');
    expect(ran[0]).toMatchObject({ tool: 'setfiles', view: { write: [root], labels: true } });
    expect(ran[0]?.args.slice(-2)).toEqual([join(root, 'etc/selinux/mls/contexts/files/file_contexts'), root]);
  });

  it('leaves it to the first boot where labels cannot be set, and says so', async () => {
    const { system, root, notices } = testRoot(POLICY, () => {
      throw new ToolError({ code: 'tool-failed', message: 'x' }, { commandLine: 'x', stdout: '', stderr: 'Operation not supported', status: 255 });
    });
    const { host, plan, notice } = system();
    expect(await labelRoot(host, plan, root, notice)).toBe('at-first-boot');
    expect(existsSync(join(root, '.autorelabel'))).toBe(true);
    expect(notices.join()).toContain('Operation not supported');
  });

  it('does nothing without a policy', async () => {
    const { system, root, ran } = testRoot({});
    const { host, plan, notice } = system();
    expect(await labelRoot(host, plan, root, notice)).toBe('no-policy');
    expect(ran).toEqual([]);
  });
});

describe('sealing', () => {
  it('takes host keys out, and only those', async () => {
    const { system, root } = testRoot({ 'etc/ssh/ssh_host_rsa_key': '', 'etc/ssh/ssh_host_rsa_key.pub': '', 'etc/ssh/sshd_config': '', 'usr/lib/systemd/systemd': '', 'etc/machine-id': 'abc\n' });
    await resetIdentity(system());
    expect(readdirSync(join(root, 'etc/ssh'))).toEqual(['sshd_config']);
    expect(read(root, 'etc/machine-id')).toBe('');
  });

  it('does not follow a link to the builder’s keys', async () => {
    const { system, root, folder } = testRoot({});
    mkdirSync(join(folder, 'ssh'));
    symlinkSync(join(folder, 'ssh'), join(root, 'etc/ssh'));
    symlinkSync('ssh_host_x_key', join(folder, 'ssh/ssh_host_y_key'));
    await resetIdentity(system());
    expect(readdirSync(join(folder, 'ssh'))).toEqual(['ssh_host_y_key']);
  });
});
