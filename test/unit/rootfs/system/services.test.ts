import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ToolError } from '../../../../src/errors.ts';
import { keyfile, networkFile, setNetwork, type NetworkDevice } from '../../../../src/rootfs/system/network.ts';
import { setServices } from '../../../../src/rootfs/system/services.ts';
import { instanceOf, presetFile, withUnitSuffix } from '../../../../src/rootfs/system/units.ts';
import { codesOf, testRoot } from './support.ts';

const SYSTEMD = { 'usr/lib/systemd/systemd': '', 'usr/lib/systemd/system/sshd.service': '', 'usr/lib/systemd/system/multi-user.target': '' };
const reasons = { 'mask-reasons': { off: 'a test' } };

describe('names of units', () => {
  it.each([['sshd', 'sshd.service'], ['a.timer', 'a.timer'], ['getty@tty1', 'getty@tty1.service'], ['org.example.thing', 'org.example.thing.service']])('%s is %s', (name, unit) => {
    expect(withUnitSuffix(name)).toBe(unit);
  });

  it('have a template and an instance', () => {
    expect(instanceOf('getty@tty1.service')).toEqual({ template: 'getty@.service', instance: 'tty1' });
    expect(instanceOf('getty@.service')).toBeUndefined();
    expect(instanceOf('sshd.service')).toBeUndefined();
  });
});

describe('services', () => {
  it('become a preset with one line for all instances of a template', () => {
    expect(presetFile(['b', 'w@1', 'a.socket', 'w@2'], ['c'])).toBe('enable b.service\nenable a.socket\nenable w@.service 1 2\ndisable c.service\n');
  });

  it('are enabled and disabled by systemctl of the tools, which sees the root and nothing else', async () => {
    const { system, ran, root } = testRoot({ ...SYSTEMD, 'etc/systemd/system/own.service': '' }, ({ args }) => (args.includes('is-enabled') ? 'enabled\n' : ''));
    await setServices(system({ services: { enable: ['sshd'], disable: ['own', 'missing'] } }));
    expect(ran.map(({ tool, args }) => [tool, ...args.slice(2)])).toEqual([
      ['systemctl', 'enable', 'sshd.service'], ['systemctl', 'disable', 'own.service'], ['systemctl', 'is-enabled', 'sshd.service'],
    ]);
    for (const { args, view } of ran) expect([args[0], view]).toEqual([`--root=${root}`, { write: [root] }]);
  });

  it('that are masked are links to nothing, also over a unit of /etc', async () => {
    const { system, root } = testRoot({ ...SYSTEMD, 'etc/systemd/system/off.service': 'x' });
    await setServices(system({ services: { mask: ['off'], ...reasons } }));
    expect(readlinkSync(join(root, 'etc/systemd/system/off.service'))).toBe('/dev/null');
    expect(readFileSync(join(root, 'etc/systemd/system-preset/00-hew.preset'), 'utf8')).toBe('disable off.service\n');
  });

  it('that are not there are refused, with those that are near', async () => {
    const failure = await setServices(testRoot(SYSTEMD).system({ services: { enable: ['sshdx'] } })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unknown-unit', problems: [{ hint: expect.stringContaining('sshd.service') }] });
  });

  it('that no link can enable are told', async () => {
    const { system, notices } = testRoot(SYSTEMD, ({ args }) => (args.includes('is-enabled') ? 'static\n' : ''));
    await setServices(system({ services: { enable: ['sshd'] } }));
    expect(notices.join()).toContain('sshd.service cannot be enabled');
  });

  it('of the definition that no link can enable are refused, since nothing else starts them', async () => {
    const { system } = testRoot({ ...SYSTEMD, 'etc/systemd/system/own.service': '[Service]\n' }, ({ args }) => (args.includes('is-enabled') ? 'static\nstatic\n' : ''));
    const files = [{ path: '/etc/systemd/system/own.service', owner: 'root', group: 'root', mode: 0o644 }];
    const failure = await setServices(system({ services: { enable: ['sshd', 'own'] } }, { files })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unit-without-install', problems: [{ message: expect.stringMatching(/enable`: own\.service /), subject: { items: ['own'] } }] });
  });

  it('are off already where there is no systemd', async () => {
    const { system, ran, root, notices } = testRoot({});
    await setServices(system({ services: { disable: ['a'], mask: ['off'], ...reasons } }));
    expect(ran).toEqual([]);
    expect(readdirSync(join(root, 'etc'))).toEqual([]);
    expect(notices.join()).toContain('a.service, off.service');
  });

  it('come with what other keys need, unless they are said to be off', async () => {
    const units = Object.fromEntries(['firewalld', 'kdump', 'systemd-networkd'].map((name) => [`usr/lib/systemd/system/${name}.service`, '']));
    const asked = { firewall: {}, kdump: {}, network: [{ device: 'link' }] };
    const enabled = async (more: object): Promise<readonly string[]> => {
      const { system, ran } = testRoot({ ...SYSTEMD, ...units }, ({ args }) => (args.includes('is-enabled') ? 'enabled\nenabled\nenabled\n' : ''));
      await setServices(system({ ...asked, ...more }));
      return ran.find(({ args }) => args.includes('enable'))?.args.slice(3) ?? [];
    };
    expect(await enabled({})).toEqual(['firewalld.service', 'kdump.service', 'systemd-networkd.service']);
    expect(await enabled({ services: { disable: ['firewalld'], mask: ['kdump'], 'mask-reasons': { kdump: 'no crash kernel' } } })).toEqual(['systemd-networkd.service']);
  });

  it('that systemctl refuses are a typed error without a path of this machine', async () => {
    const { system, root } = testRoot(SYSTEMD, ({ args }) => {
      const stderr = `Failed: ${args[0]?.replace('--root=', '')}/usr/lib/systemd/system/sshd.service`;
      throw new ToolError({ code: 'tool-failed', message: 'x' }, { commandLine: 'x', stdout: '', stderr, status: 1 });
    });
    const failure = await setServices(system({ services: { enable: ['sshd'] } })).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'service-failed' });
    expect(String(failure)).toContain('Failed: /usr/lib/systemd');
    expect(String(failure)).not.toContain(root);
  });

  it('and the target to boot into are links inside the image', async () => {
    const { system, root, folder } = testRoot(SYSTEMD);
    mkdirSync(join(folder, 'outside'));
    symlinkSync(join(folder, 'outside'), join(root, 'etc/systemd'));
    await setServices(system({ 'default-target': 'multi-user' }));
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
    expect(lstatSync(join(root, folder, 'outside/system/default.target')).isSymbolicLink()).toBe(true);
    expect(await codesOf(setServices(system({ 'default-target': 'none.target' })))).toEqual(['unknown-unit']);
  });
});

const device = (fields: Partial<NetworkDevice>): NetworkDevice => ({
  device: 'eth0', method: 'dhcp', addresses: [], nameservers: [], 'search-domains': [], 'automatic-dns': true, 'default-route': true,
  ipv4: true, ipv6: true, 'on-boot': true, ...fields,
});

describe('network devices', () => {
  const fixed = device({ method: 'static', addresses: ['192.0.2.7/24', '2001:db8::7/64'], gateway: '192.0.2.1', nameservers: ['192.0.2.53', '2001:db8::53'] });

  it('for systemd-networkd', () => {
    expect(networkFile(device({ device: 'link' }))).toBe('[Match]\nType=ether\nKind=!*\n\n[Network]\nDHCP=yes\n');
    expect(networkFile(device({ device: '00-11-22-AA-BB-CC' }))).toContain('MACAddress=00:11:22:aa:bb:cc\n');
    expect(networkFile(fixed)).toBe(
      '[Match]\nName=eth0\n\n[Network]\nDHCP=no\nAddress=192.0.2.7/24\nAddress=2001:db8::7/64\nGateway=192.0.2.1\nDNS=192.0.2.53\nDNS=2001:db8::53\n',
    );
    expect(networkFile(device({ 'on-boot': false, method: 'none' }))).toContain('[Link]\nActivationPolicy=manual\nRequiredForOnline=no\n');
  });

  it('for NetworkManager', () => {
    expect(keyfile(fixed)).toMatch(new RegExp([
      '^\\[connection\\]\\nid=eth0\\nuuid=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\ntype=ethernet\\nautoconnect=true\\ninterface-name=eth0\\n',
      '\\n\\[ipv4\\]\\nmethod=manual\\naddress1=192.0.2.7/24\\ngateway=192.0.2.1\\ndns=192.0.2.53;\\n',
      '\\n\\[ipv6\\]\\nmethod=manual\\naddress1=2001:db8::7/64\\ndns=2001:db8::53;\\n$',
    ].join('')));
    expect(keyfile(device({ device: 'link' }))).not.toContain('interface-name');
    expect(keyfile(device({ device: '00:11:22:aa:bb:cc' }))).toContain('[ethernet]\nmac-address=00:11:22:AA:BB:CC\n');
  });

  it('that take little from the network, for both', () => {
    const few = device({ ipv6: false, 'automatic-dns': false, 'default-route': false, gateway: '192.0.2.1', mtu: 9000, 'search-domains': ['a.example', 'b.example'] });
    expect(networkFile(few)).toBe([
      '[Match]\nName=eth0\n', '[Link]\nMTUBytes=9000\n',
      '[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nDomains=a.example b.example\n',
      '[DHCPv4]\nUseDNS=no\nUseGateway=no\n', '[DHCPv6]\nUseDNS=no\n', '[IPv6AcceptRA]\nUseDNS=no\nUseGateway=no\n',
    ].join('\n'));
    expect(networkFile(device({ ipv4: false, 'default-route': false }))).toMatch(/DHCP=ipv6\n\n\[DHCPv4\]\nUseGateway=no\n\n\[IPv6AcceptRA\]\nUseGateway=no\n$/);
    expect(keyfile(few).split('\n').slice(7).join('\n')).toBe([
      '[ethernet]\nmtu=9000\n',
      '[ipv4]\nmethod=auto\ndns-search=a.example;b.example;\nignore-auto-dns=true\nnever-default=true\n',
      '[ipv6]\nmethod=disabled\n',
    ].join('\n'));
  });

  it('go to NetworkManager where it is installed, closed to others', async () => {
    const { system, root } = testRoot({ 'usr/sbin/NetworkManager': '', 'usr/lib/systemd/systemd-networkd': '' });
    await setNetwork(system({ network: [{ device: 'eth0' }] }));
    expect(lstatSync(join(root, 'etc/NetworkManager/system-connections/eth0.nmconnection')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, 'etc'))).toEqual(['NetworkManager']);
  });

  it('with name servers need who asks them', async () => {
    const asked = { network: [{ device: 'eth0', nameservers: ['192.0.2.53'] }] };
    expect(await codesOf(setNetwork(testRoot({}).system(asked)))).toEqual(['needs-package']);
    expect(await codesOf(setNetwork(testRoot({ 'usr/lib/systemd/systemd-resolved': '' }).system(asked)))).toEqual([]);
  });

  it('cannot name a file outside the folder', async () => {
    const { system, root } = testRoot({});
    await setNetwork(system({ network: [{ device: '../../x' }] }));
    expect(readdirSync(join(root, 'etc/systemd/network'))).toEqual(['00-..-..-x.network']);
  });

  it('with a name come before those of any wired interface, since networkd uses the first file that matches', async () => {
    const { system, root } = testRoot({});
    await setNetwork(system({ network: ['link', 'en*', 'eth0', '00:11:22:aa:bb:cc'].map((name) => ({ device: name })) }));
    expect(readdirSync(join(root, 'etc/systemd/network')).toSorted()).toEqual([
      '00-eth0.network', '01-00-11-22-aa-bb-cc.network', '02-en-.network', '10-link.network',
    ]);
  });

  it('of any wired interface yield to those with a name in NetworkManager', () => {
    expect(keyfile(device({ device: 'link' }))).toContain('\nautoconnect-priority=-1\n');
    expect(keyfile(device({}))).not.toContain('autoconnect-priority');
  });
});
