import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build, runHew } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { readTar, type TarEntry } from '../support/tar.ts';

const folder = testFolder();
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsQ0yHqk3dYd0Fj1jv6KpQm5V1v0yq8vQ1d2e3f4a5b someone@example.org';
const TAR = '[[outputs]]\nformat = "tar"\ncompression = "none"\nfile-name = "root"\n';

const BASE = ['filesystem', 'setup', 'bash', 'coreutils', 'glibc', 'tzdata'];

const CONTAINER = definition(BASE, `
[system]
hostname = "box.example.org"
timezone = "Europe/Paris"
utc-clock = false
locale = "C.UTF-8"
root-ssh-keys = ["${KEY}"]
allow-plain-text-passwords = "a test"
[[system.groups]]
name = "crew"
gid = 2000
[[system.users]]
name = "azl"
groups = ["wheel", "crew"]
comment = "Azure Linux"
password = "correct horse"
ssh-keys = ["${KEY}"]
[[system.users]]
name = "second"
shell = "/usr/sbin/nologin"
[[files]]
path = "/srv/data/greeting"
source = "files/greeting.bin"
owner = "azl"
group = "crew"
mode = "0640"
[[scripts]]
name = "inside"
content = """
set -e
test "$(cat /srv/data/greeting | wc -c)" = 6
test "$1" = one
test "$WORD" = "two words"
test ! -e /work
test "$(wc -l < /proc/net/dev)" = 3
echo told; echo warned >&2; echo again
id -un azl > /srv/data/who
"""
args = ["one"]
env = ["WORD=two words"]
log = "/var/log/inside.log"
[[scripts]]
name = "outside"
in = "build"
run = "files/outside.sh"
[[scripts]]
name = "may fail"
content = "exit 7"
on-failure = "ignore"
reason = "a test"
${TAR}`);

const OUTSIDE = `#!/bin/bash -e
[[ $0 == /run/hew-script ]]
echo built > "$HEW_ROOT/srv/data/built"
cat /mnt/sysimage/srv/data/built > /mnt/sysroot/srv/data/again
chroot /mnt/sysimage /bin/bash -c 'echo chrooted > /srv/data/chrooted; echo gone > /dev/null; echo gone > /tmp/x'
# The tools are the builder's, and cannot be changed.
! touch /usr/bin/planted 2> /dev/null
`;

const SYSTEM = definition([
  ...BASE, 'systemd', 'systemd-networkd', 'systemd-resolved', 'openssh-server', 'chrony', 'firewalld', 'util-linux', 'kbd', 'shadow-utils',
], `
[system]
default-target = "multi-user.target"
time-servers = ["time.example.org", "192.0.2.1"]
keymap = "de"
[system.services]
enable = ["sshd", "own", "worker@a", "worker@b.service"]
disable = ["systemd-resolved", "not-there"]
mask = ["systemd-homed"]
mask-reasons = { systemd-homed = "a test" }
[[system.network]]
device = "link"
[[system.network]]
device = "eth1"
method = "static"
addresses = ["192.0.2.7/24", "2001:db8::7/64"]
gateway = "192.0.2.1"
nameservers = ["192.0.2.53"]
[[system.network]]
device = "eth2"
ipv6 = false
automatic-dns = false
default-route = false
mtu = 9000
search-domains = ["example.org"]
[system.firewall]
services = ["ssh", "own"]
ports = ["8443/tcp"]
trust = ["eth1"]
[[files]]
path = "/etc/systemd/system/own.service"
content = "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\nAlias=mine.service\\nAlso=own.timer\\n"
[[files]]
path = "/etc/firewalld/services/own.xml"
content = '<service><port protocol="tcp" port="4433"/></service>'
[[files]]
path = "/etc/systemd/system/own.timer"
content = "[Timer]\\nOnBootSec=1\\n[Install]\\nWantedBy=timers.target\\n"
[[files]]
path = "/etc/systemd/system/worker@.service"
content = "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\n"
[[scripts]]
content = "ssh-keygen -A; test -n \\"$(ls /etc/ssh/ssh_host_*)\\""
${TAR}`);

const env = { HEW_CACHE: '' };
const unpack = async (name: string): Promise<readonly TarEntry[]> => {
  await build(join(folder, `${name}.toml`), join(folder, name), [], { env });
  return readTar(readFileSync(join(folder, name, 'root.tar')));
};
const lookIn = (entries: readonly TarEntry[]) => (path: string): TarEntry => {
  const found = entries.find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path} in the image`);
  return found;
};

beforeAll(() => {
  env.HEW_CACHE = makeCache(folder);
  writeFiles(folder, { 'container.toml': CONTAINER, 'system.toml': SYSTEM, 'files/outside.sh': OUTSIDE, 'files/greeting.bin': 'hello\n' });
});

describe('a container', () => {
  let entry: (path: string) => TarEntry;
  const text = (path: string): string => entry(path).content.toString();

  beforeAll(async () => {
    entry = lookIn(await unpack('container'));
  });

  it('has its settings', () => {
    expect(text('etc/hostname')).toBe('box.example.org\n');
    expect(entry('etc/localtime').link).toBe('../usr/share/zoneinfo/Europe/Paris');
    expect(text('etc/adjtime')).toContain('LOCAL');
  });

  it('has its accounts, without a program that makes any', () => {
    expect(text('etc/passwd')).toMatch(/^azl:x:1000:1000:Azure Linux:\/home\/azl:\/bin\/bash$/m);
    expect(text('etc/passwd')).toMatch(/^second:x:1001:1001::\/home\/second:\/usr\/sbin\/nologin$/m);
    expect(text('etc/group')).toMatch(/^crew:x:2000:azl$/m);
    expect(text('etc/group')).toMatch(/^wheel:x:10:(?:.*,)?azl$/m);
    expect(text('etc/shadow')).toMatch(/^azl:\$6\$[0-9a-f]{16}\$[./0-9A-Za-z]{86}:\d+:0:99999:7:::$/m);
    expect(text('etc/shadow')).toMatch(/^second:!:/m);
    expect(text('etc/shadow')).toMatch(/^root:[!*]/m);
    expect(entry('etc/shadow').mode & 0o7777).toBe(0);
    expect(text('etc/shadow')).not.toContain('correct horse');
    // Days since 1970: of the content, so that another day gives the same bytes.
    const manifest = readFileSync(join(folder, 'container/test-1.evidence/manifest.json'), 'utf8');
    const { sourceDateEpoch } = JSON.parse(manifest) as { sourceDateEpoch: number };
    const days = text('etc/shadow').trim().split('\n').map((line) => Number(line.split(':')[2] ?? ''));
    expect(new Set(days)).toEqual(new Set([0, Math.floor(sourceDateEpoch / 86_400)]));
  });

  it('has their homes and keys, closed to others', () => {
    expect(entry('home/azl')).toMatchObject({ mode: 0o700, uid: 1000, gid: 1000 });
    expect(entry('home/azl/.ssh')).toMatchObject({ mode: 0o700, uid: 1000, gid: 1000 });
    expect(entry('home/azl/.ssh/authorized_keys')).toMatchObject({ mode: 0o600, uid: 1000, gid: 1000 });
    expect(text('home/azl/.ssh/authorized_keys')).toBe(`${KEY}\n`);
    expect(entry('root/.ssh/authorized_keys')).toMatchObject({ mode: 0o600, uid: 0, gid: 0 });
  });

  it('has its files, owned by accounts of the image', () => {
    expect(entry('srv/data')).toMatchObject({ mode: 0o755, uid: 0 });
    expect(entry('srv/data/greeting')).toMatchObject({ mode: 0o640, uid: 1000, gid: 2000 });
  });

  it('was changed by its scripts, and only there', () => {
    expect(text('srv/data/who')).toBe('azl\n');
    expect(text('var/log/inside.log')).toBe('told\nwarned\nagain\n');
    expect(text('srv/data/again')).toBe('built\n');
    expect(text('srv/data/chrooted')).toBe('chrooted\n');
    expect(() => entry('run/hew-script')).toThrow('no run/hew-script');
    expect(() => entry('mnt/sysimage')).toThrow('no mnt/sysimage');
  });

  it('is the same a second time, the hash of the password too', async () => {
    const again = join(folder, 'again');
    await build(join(folder, 'container.toml'), again, ['--no-cache'], { env });
    expect(readFileSync(join(again, 'root.tar')).equals(readFileSync(join(folder, 'container/root.tar')))).toBe(true);
  });

  it('tells that a failure was ignored', async () => {
    const run = await runHew(['build', join(folder, 'container.toml'), '--output', join(folder, 'told'), '--no-cache'], { env });
    expect(run.status).toBe(0);
    expect(run.stdout + run.stderr).toContain('script may fail ended with status 7, which the definition ignores');
  });
});

describe('an image with systemd', () => {
  let entries: readonly TarEntry[];
  const text = (path: string): string => lookIn(entries)(path).content.toString();
  const link = (path: string): string => lookIn(entries)(`etc/systemd/system/${path}`).link;

  beforeAll(async () => {
    entries = await unpack('system');
  });

  it('enables units by preset and by the links that systemctl makes', () => {
    expect(text('etc/systemd/system-preset/00-hew.preset').split('\n')).toEqual(expect.arrayContaining([
      'enable sshd.service', 'enable worker@.service a b', 'disable systemd-resolved.service', 'disable systemd-homed.service',
    ]));
    expect(link('multi-user.target.wants/sshd.service')).toMatch(/\/systemd\/system\/sshd\.service$/);
    expect(link('multi-user.target.wants/own.service')).toMatch(/own\.service$/);
    expect(link('mine.service')).toMatch(/own\.service$/);
    expect(link('timers.target.wants/own.timer')).toMatch(/own\.timer$/);
    expect(link('multi-user.target.wants/worker@a.service')).toMatch(/worker@\.service$/);
    expect(link('multi-user.target.wants/worker@b.service')).toMatch(/worker@\.service$/);
  });

  it('masks, disables, and boots to its target', () => {
    expect(link('systemd-homed.service')).toBe('/dev/null');
    expect(link('default.target')).toBe('/usr/lib/systemd/system/multi-user.target');
    expect(entries.filter(({ path }) => path.includes('.wants/systemd-resolved'))).toEqual([]);
  });

  it('has its network, with what runs it', () => {
    expect(text('etc/systemd/network/10-link.network')).toContain('Type=ether');
    expect(text('etc/systemd/network/00-eth1.network')).toContain('Address=2001:db8::7/64\nGateway=192.0.2.1\nDNS=192.0.2.53\n');
    expect(text('etc/systemd/network/01-eth2.network')).toContain('[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nDomains=example.org\n');
    expect(link('multi-user.target.wants/systemd-networkd.service')).toMatch(/systemd-networkd\.service$/);
  });

  it('asks its own time servers', () => {
    const file = entries.find(({ path }) => /^etc\/chrony(?:\/chrony)?\.conf$/.test(path))?.content.toString() ?? '';
    expect(file.match(/^(?:server|pool) .*$/gm)).toEqual(['server time.example.org iburst', 'server 192.0.2.1 iburst']);
  });

  it('has its firewall, as firewalld itself writes it', () => {
    expect(text('etc/firewalld/zones/public.xml')).toContain('port="8443"');
    expect(text('etc/firewalld/zones/public.xml')).toContain('<service name="own"/>');
    expect(text('etc/firewalld/zones/trusted.xml')).toContain('eth1');
    expect(link('multi-user.target.wants/firewalld.service')).toMatch(/firewalld\.service$/);
  });

  it('has nothing that must be each machine’s own', () => {
    expect(entries.filter(({ path }) => path.startsWith('etc/ssh/ssh_host_'))).toEqual([]);
    expect(lookIn(entries)('etc/machine-id')).toMatchObject({ mode: 0o444 });
    expect(text('etc/machine-id')).toBe('');
  });
});

const failures: readonly (readonly [string, string, readonly string[], string])[] = [
  ['a service without systemd', 'service-without-systemd', [], '[system.services]\nenable = ["sshd"]'],
  ['a firewall without firewalld', 'needs-package', [], '[system.firewall]\nservices = ["ssh"]'],
  ['SELinux without a policy', 'needs-package', [], '[system]\nselinux = "enforcing"'],
  ['a unit that is not there', 'unknown-unit', ['systemd'], '[system.services]\nenable = ["nginx"]'],
  ['a script that fails', 'script-failed', [], '[[scripts]]\nname = "broken"\ncontent = "echo the reason >&2; exit 3"'],
  ['a script that reaches for the network', 'script-failed', [], '[[scripts]]\ncontent = "exec 3<> /dev/tcp/192.0.2.1/80"\ninterpreter = "/bin/bash"'],
  ['an interpreter that is not there', 'interpreter-missing', [], '[[scripts]]\ncontent = "#!/usr/bin/perl\\n"'],
  ['a source that is not there', 'source-missing', [], '[[files]]\npath = "/a"\nsource = "files/none"'],
  ['an owner that is not there', 'unknown-account', [], '[[files]]\npath = "/a"\ncontent = ""\nowner = "nobody-here"'],
];

describe('what cannot be is refused', () => {
  it.each(failures)('%s: %s', async (what, code, packages, more) => {
    const name = `failure-${what.replaceAll(' ', '-')}.toml`;
    writeFiles(folder, { [name]: definition([...BASE, ...packages], `${more}\n${TAR}`) });
    const { error } = await failBuild(folder, join(folder, name), { args: ['--no-cache'] });
    expect(error.code, JSON.stringify(error)).toBe(code);
    expect(error.problems[0]?.hint).toBeTruthy();
    expect(error.problems[0]?.place?.file).toContain(name);
  });
});
