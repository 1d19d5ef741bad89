import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatPlace } from '../../../src/errors.ts';
import { DEFINITION_RULES } from '../../../src/definition/rules.ts';
import { HEAD, OCI } from './memory.ts';
import { load, problemsOf } from './helpers.ts';

const HASH = '$6$saltsalt$abcdefghijklmnopqrstuvwxyz0123456789';
const ESP = '[[disk.partitions]]\nmount = "/boot/efi"\n';
const ROOT = '[[disk.partitions]]\nmount = "/"\n';
const RAW = '[[outputs]]\nformat = "raw"\n';
const VHD = '[[outputs]]\nformat = "vhd"\n';
const user = (lines: string): string => `${OCI}[[system.users]]\nname = "u"\n${lines}`;
const file = (lines: string): string => `${OCI}[[files]]\npath = "/etc/x"\n${lines}`;
const repository = (lines: string): string => `${OCI}[[repositories]]\nid = "r"\n${lines}`;
const GOOD = 'baseurl = "https://a.invalid"\ngpgkey = ["k.asc"]\n';
const device = (name: string, lines: string): string => `${OCI}[[system.network]]\ndevice = "${name}"\n${lines}`;
const OWN = (name: string, lines: string): string => `${OCI}[system]\n${name} = ${lines}\n`;

/** A rule's id, what breaks it and nothing else (after the head of three lines), and where the problem stands. */
const BROKEN: readonly (readonly [string, string, string])[] = [
  ['no-output', '', '1:1'],
  ['name-too-long', OCI, '1:8'],
  ['oci-environment', `${OCI}[outputs.config]\nenv = ["A=1", "B=1", "A=2"]\n`, '7:22'],
  ['oci-user', `${OCI}[outputs.config]\nuser = "a b"\n`, '7:8'],
  ['oci-command', `${OCI}[outputs.config]\ncmd = []\n`, '7:7'],
  ['install-and-exclude', `${OCI}[packages]\ninstall = ["man-db"]\nexclude = ["man-*"]\n`, '8:12'],
  ['package-name', `${OCI}[packages]\ninstall = ["a b"]\n`, '7:12'],
  ['package-name', `${OCI}[packages]\ninstall = ["-vim"]\n`, '7:12'],
  ['remove-and-install', `${OCI}[packages]\ninstall = ["bash"]\nremove-after-install = ["bash"]\n`, '8:25'],
  ['local-rpm', `${OCI}[packages]\nlocal = ["a.deb"]\n`, '7:10'],
  ['local-rpm-twice', `${OCI}[packages]\nlocal = ["a.rpm", "b/a.rpm"]\n`, '7:19'],
  ['level-without-meaning', `${OCI}[hardware]\narch = "aarch64"\nlevel = "v3"\n`, '8:9'],
  ['level-twice', `${OCI}[hardware]\nlevel = ["v3", "v3"]\n`, '7:9'],
  ['service-contradiction', `${OCI}[system.services]\nenable = ["sshd"]\ndisable = ["sshd.service"]\n`, '8:12'],
  ['mask-reason', `${OCI}[system.services]\nmask = ["sshd"]\n`, '7:9'],
  ['account-twice', user('[[system.users]]\nname = "u"\n'), '9:8'],
  ['root-user', `${OCI}[[system.users]]\nname = "root"\n`, '6:1'],
  ['id-twice', user('uid = 7\n[[system.users]]\nname = "v"\nuid = 7\n'), '11:7'],
  ['timezone-name', OWN('timezone', '"Europe/Berln"'), '7:12'],
  ['kernel-argument', OWN('kernel-cmdline', '["quiet splash"]'), '7:19'],
  ['fips-argument', OWN('kernel-cmdline', '["fips=1"]'), '7:19'],
  ['root-argument', OWN('kernel-cmdline', '["quiet", "root=/dev/sda1"]'), '7:28'],
  ['root-argument', `${OCI}[system.kernel-cmdline-by-arch]\naarch64 = ["root=LABEL=x"]\n`, '7:12'],
  ['network-device', device('a b', ''), '7:10'],
  ['network-device', device('eth0:1', ''), '7:10'],
  ['network-address', device('eth0', 'method = "static"\naddresses = ["192.0.2.7"]\n'), '9:14'],
  ['network-address', device('eth0', 'method = "static"\naddresses = ["192.0.2.7/24", "2001:db8::7/129"]\n'), '9:30'],
  ['network-address', device('eth0', 'gateway = "192.0.2.300"\n'), '8:11'],
  ['network-address', device('eth0', 'method = "static"\naddresses = ["192.0.2.7/24", "2001:db8::7/64"]\ngateway = "192.0.3.1"\n'), '10:11'],
  ['network-address', device('eth0', 'nameservers = ["192.0.2.53", "dns.corp"]\n'), '8:30'],
  ['network-address', device('eth0', 'search-domains = ["a.example b.example"]\n'), '8:19'],
  ['network-contradiction', device('eth0', 'method = "none"\naddresses = ["192.0.2.7/24"]\n'), '8:10'],
  ['network-contradiction', device('eth0', 'method = "dhcp"\naddresses = ["192.0.2.7/24"]\n'), '8:10'],
  ['network-contradiction', device('eth0', 'ipv6 = false\naddresses = ["2001:db8::7/64"]\n'), '8:8'],
  ['network-contradiction', device('eth0', 'mtu = 1000\naddresses = ["2001:db8::7/64"]\n'), '8:7'],
  ['static-address', `${OCI}[[system.network]]\ndevice = "eth0"\nmethod = "static"\n`, '6:1'],
  ['plain-text-password', user('password = "hunter2"\n'), '8:12'],
  ['plain-text-password', OWN('root-password', '""'), '7:17'],
  ['plain-text-password', OWN('root-password', '"$6$x"'), '7:17'],
  ['weak-password-hash', user('password = "$1$saltsalt$abcdefghijkl"\n'), '8:12'],
  ['private-key', file('content = """\n-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"""\n'), '8:11'],
  ['private-key', user('ssh-keys = ["-----BEGIN RSA PRIVATE KEY-----"]\n'), '8:13'],
  ['private-key', `${OCI}[[scripts]]\ncontent = "echo -----BEGIN PGP PRIVATE KEY BLOCK-----"\n`, '7:11'],
  ['ssh-key', user('ssh-keys = ["hello"]\n'), '8:13'],
  ['leaves-folder', file('source = "../../etc/shadow"\n'), '8:10'],
  ['leaves-folder', file('source = "a/../../x"\n'), '8:10'],
  ['leaves-folder', file('source = "/etc/shadow"\n'), '8:10'],
  ['leaves-folder', `${OCI}[[scripts]]\nrun = ".."\n`, '7:7'],
  ['file-content', file(''), '6:1'],
  ['file-content', file('content = ""\nsource = "x"\n'), '6:1'],
  ['file-mode', file('content = ""\nmode = "0666"\n'), '9:8'],
  ['file-mode', file('content = ""\nmode = "4755"\n'), '9:8'],
  ['file-mode', file('link = "y"\nmode = "0644"\n'), '9:8'],
  ['file-not-kept', `${OCI}[[files]]\npath = "/run/x"\ncontent = ""\n`, '7:8'],
  ['file-not-kept', `${OCI}[[files]]\npath = "//run//x"\ncontent = ""\n`, '7:8'],
  ['file-not-kept', `${OCI}[[files]]\npath = "/var/run/x"\ncontent = ""\n`, '7:8'],
  ['file-not-kept', `${OCI}[[files]]\npath = "/tmp/x"\ncontent = ""\n`, '7:8'],
  ['file-not-kept', `${OCI}[[files]]\npath = "/etc/machine-id"\ncontent = ""\n`, '7:8'],
  ['file-not-kept', `${OCI}[[files]]\npath = "/etc/ssh/ssh_host_rsa_key.pub"\ncontent = ""\n`, '7:8'],
  ['file-not-kept', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}[[files]]\npath = "/etc/fstab"\ncontent = ""\n`, '13:8'],
  ['file-not-kept', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}[[files]]\npath = "/etc/kernel/cmdline"\ncontent = ""\n`, '13:8'],
  ['file-twice', file('content = ""\n[[files]]\npath = "/etc//x"\ncontent = ""\n'), '10:8'],
  ['script-content', `${OCI}[[scripts]]\n`, '6:1'],
  ['script-reason', `${OCI}[[scripts]]\nrun = "x"\nnetwork = true\n`, '8:11'],
  ['script-reason', `${OCI}[[scripts]]\nrun = "x"\non-failure = "ignore"\n`, '8:14'],
  ['output-twice', `${OCI}${OCI}`, '7:10'],
  ['compression-level', `${OCI}compression = "gzip"\ncompression-level = 9\n`, '7:21'],
  ['compression-level', `${OCI}compression-level = 0\n`, '6:21'],
  ['compression-level', `${OCI}compression = "none"\ncompression-level = 1\n`, '7:21'],
  ['compression-level', `[[outputs]]\nformat = "tar"\ncompression = "xz"\ncompression-level = 10\n`, '7:21'],
  ['compression-level', `[[outputs]]\nformat = "wsl"\ncompression-level = 4\n`, '6:21'],
  ['boot-missing', `${RAW}[disk]\n${ROOT}${ESP}`, '4:1'],
  ['boot-unused', `${OCI}[boot]\n`, '6:1'],
  ['one-root', `${RAW}[boot]\n[disk]\n${ESP}`, '7:1'],
  ['mount-twice', `${RAW}[boot]\n[disk]\n${ROOT}${ESP}${ROOT}`, '13:9'],
  ['mount-point', `${RAW}[boot]\n[disk]\n${ROOT}${ESP}[[disk.partitions]]\nmount = "/etc"\n`, '13:9'],
  ['mount-point', `${RAW}[boot]\n[disk]\n${ROOT}${ESP}[[disk.partitions]]\nmount = "/lib64"\n`, '13:9'],
  ['mount-point', `${RAW}[boot]\n[disk]\n${ROOT}${ESP}[[disk.partitions]]\nmount = "/var/"\n`, '13:9'],
  ['mount-point', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}filesystem = "btrfs"\n[[disk.partitions.subvolumes]]\nname = "p"\nmount = "/proc"\n`, '15:9'],
  ['esp-missing', `${RAW}[boot]\n[disk]\n${ROOT}`, '7:1'],
  ['root-filesystem', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}filesystem = "vfat"\n`, '12:14'],
  ['swap-refused', `${VHD}[boot]\n[disk]\n${ESP}${ROOT}[[disk.partitions]]\nmount = "swap"\n`, '12:1'],
  ['rest-twice', `${RAW}[boot]\n[disk]\n${ESP}size = "rest"\n${ROOT}size = "rest"\n`, '13:8'],
  ['disk-too-small', `${RAW}[boot]\n[disk]\nsize = "1GiB"\n${ESP}size = "200MiB"\n${ROOT}size = "900MiB"\n`, '8:8'],
  ['disk-size-unit', `${RAW.replace('"raw"', '"gce"')}[boot]\n[disk]\nsize = "5500MiB"\n${ESP}${ROOT}`, '8:8'],
  ['subvolumes', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}[[disk.partitions.subvolumes]]\nname = "h"\nmount = "/home"\n`, '12:1'],
  ['loader-and-firmware', `${RAW}[boot]\nfirmware = "bios"\nloader = "uki"\n[disk]\n${ROOT}`, '8:10'],
  ['read-only-root', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}filesystem = "erofs"\n`, '11:9'],
  ['read-only-root', `${RAW}[system]\nkernel-cmdline = ["systemd.volatile=no"]\n[boot]\n[disk]\n${ESP}${ROOT}options = ["ro"]\n`, '13:9'],
  ['boot-filesystem', `${RAW}[boot]\nloader = "grub2"\n[disk]\n${ESP}${ROOT}filesystem = "erofs"\n[[disk.partitions]]\nmount = "/var"\n`, '13:14'],
  ['btrfs-checksum', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}filesystem = "btrfs"\nmkfs-options = ["-m", "single", "--csum", "xxhash"]\n`, '13:16'],
  ['btrfs-checksum', `${RAW}[boot]\n[disk]\n${ESP}${ROOT}filesystem = "btrfs"\nmkfs-options = ["--csum=sha256"]\n`, '13:16'],
  ['secure-boot-and-firmware', `${RAW}[boot]\nfirmware = "bios"\nloader = "grub2"\nsecure-boot = "required"\n[disk]\n${ROOT}`, '9:15'],
  ['secure-boot-and-loader', `${RAW}[boot]\nloader = "systemd-boot"\nsecure-boot = "required"\n[disk]\n${ESP}${ROOT}`, '7:10'],
  ['secure-boot-and-loader', `${RAW}[boot]\nloader = "uki"\nsecure-boot = "required"\n[disk]\n${ESP}${ROOT}`, '7:10'],
  ['repository-source', repository('gpgkey = ["k"]\n'), '6:1'],
  ['repository-source', repository(`${GOOD}metalink = "https://b.invalid"\n`), '10:12'],
  ['repository-url', repository('baseurl = "/srv/x"\ngpgkey = ["k"]\n'), '8:11'],
  ['signature-check-off', repository(`${GOOD}gpgcheck = false\n`), '10:12'],
  ['signature-check-off', repository(`${GOOD}repo_gpgcheck = false\n`), '10:17'],
  ['key-missing', repository('baseurl = "https://a.invalid"\n'), '6:1'],
  ['key-insecure', repository('baseurl = "https://a.invalid"\ngpgkey = ["http://a.invalid/k"]\n'), '9:11'],
  ['arch-twice', `${OCI}[hardware]\narch = ["x86_64", "x86_64"]\n`, '7:8'],
  ['repository-id', `${OCI}[[repositories]]\nid = "main"\n${GOOD}`, '7:6'],
  ['repository-twice', `${repository(GOOD)}[[repositories]]\nid = "r"\n${GOOD}`, '11:6'],
];

/** Merging makes one of two equal names, so a single file has them only where nothing was merged. */
const headOf = (id: string): string => (id === 'name-too-long' ? HEAD.replace('web', 'w'.repeat(140)) : HEAD);

const codesOf = async (text: string): Promise<readonly string[]> => problemsOf({ 'images/web.toml': text }).then((problems) => problems.map(({ code }) => code), () => []);

describe('rules', () => {
  it.each(BROKEN)('%s', async (id, body, place) => {
    const problems = await problemsOf({ 'images/web.toml': headOf(id) + body });
    expect(problems.map(({ code, place: found }) => [code, found === undefined ? '' : formatPlace(found)])).toEqual([[id, `images/web.toml:${place}`]]);
    expect(problems[0]?.hint).toMatch(/./);
  });

  it.each(BROKEN)('%s: TOML of a hint parses, and mends what it is to be added to', async (id, body) => {
    for (const { code, hint = '' } of await problemsOf({ 'images/web.toml': headOf(id) + body })) {
      const [, lead = '', block = ''] = /^([^\n]*)\n(\[.*)$/s.exec(hint) ?? [];
      const pasted = `${headOf(id)}${body}${block.replaceAll('…', 'a reason')}\n`;
      const left = await codesOf(pasted);
      expect(left.filter((one) => one.endsWith('-syntax') || (lead.endsWith('add:') && one === code))).toEqual([]);
    }
  });

  it('image-incomplete tells each key that an image needs', async () => {
    const problems = await problemsOf({ 'images/web.toml': OCI });
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['image-incomplete', 'an image needs `name`'], ['image-incomplete', 'an image needs `version`'], ['image-incomplete', 'an image needs `distro`'],
    ]);
  });

  it('are each broken by an example above', () => {
    const tried = new Set([...BROKEN.map(([id]) => id), 'image-incomplete']);
    expect(DEFINITION_RULES.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
    expect(new Set(DEFINITION_RULES.map(({ id }) => id)).size).toBe(DEFINITION_RULES.length);
  });

  it.each(['ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB', 'command="a b",no-pty ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTI= me', 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1'])(
    'take the public key %s', async (key) => {
      expect((await load({ 'images/web.toml': `${HEAD}${OWN('root-ssh-keys', `['${key}']`)}` })).definition.system['root-ssh-keys']).toEqual([key]);
    });

  it('take addresses that a device can have', async () => {
    const lines = [
      'method = "static"', 'addresses = ["192.0.2.7/24", "2001:db8::7/64"]', 'gateway = "fe80::1"', 'nameservers = ["::ffff:192.0.2.53"]', 'search-domains = ["~.", "corp"]',
    ].join('\n');
    expect((await load({ 'images/web.toml': `${HEAD}${device('en*', lines)}` })).definition.system.network[0]?.gateway).toBe('fe80::1');
    const mixed = 'addresses = ["2001:db8::7/64"]\nipv6 = true\n';
    expect((await load({ 'images/web.toml': `${HEAD}${device('00:11:22:aa:bb:cc', mixed)}` })).definition.system.network[0]?.method).toBe('dhcp');
  });

  it('never print a password', async () => {
    const problems = await problemsOf({ 'images/web.toml': `${HEAD}${user('password = "hunter2"\n')}` });
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('hold for a definition that uses everything', async () => {
    const { definition, deviations } = await load({ 'images/web.toml': await readFile(new URL('everything.toml', import.meta.url), 'utf8') });
    expect(definition.outputs.map(({ format }) => format)).toEqual(['oci', 'tar', 'wsl', 'raw', 'qcow2', 'vhd', 'vhdx']);
    expect(definition.system.users).toMatchObject([{ password: HASH, 'ssh-keys': [expect.stringMatching(/^ssh-ed25519 /)] }]);
    expect(deviations.map(({ kind }) => kind)).toEqual(['check-off', 'mask', 'network']);
  });

  it.each([
    ['a partition for /var', '', '[[disk.partitions]]\nmount = "/var"\n'],
    ['a /var in memory', '[system]\nkernel-cmdline = ["systemd.volatile=state"]\n', ''],
  ])('take a read-only root with %s', async (_what, before, after) => {
    const { definition } = await load({ 'images/web.toml': `${HEAD}${RAW}${before}[boot]\n[disk]\n${ESP}${ROOT}filesystem = "erofs"\n${after}` });
    expect(definition.disk?.partitions[1]).toMatchObject({ mount: '/', filesystem: 'erofs' });
  });

  it('take plain-text passwords only with a reason, and list it', async () => {
    const body = `${HEAD}${OWN('root-password', '"lab"')}allow-plain-text-passwords = "A lab machine."\n`;
    expect((await load({ 'images/web.toml': body })).deviations).toMatchObject([{ kind: 'plain-text-password', reason: 'A lab machine.' }]);
  });
});
