import { readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Plan } from '../../src/plan/types.ts';
import type { GuestResult } from '../../src/guest/run-guest.ts';
import type { PackageReasons } from '../../src/usecases/explain-packages.ts';
import type { Inspection } from '../../src/usecases/inspect-artifact.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { openDiskFiles, type DiskFiles } from '../support/disk-files.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { makeCache, testFolder, writeFiles } from '../support/places.ts';
import { CLOUD } from './kickstart/cloud.ts';
import { SERVER } from './kickstart/server.ts';

// Kickstart files built as they stand: the twins of the images, and one that says a little of everything.
const folder = testFolder();
const cwd = CHECKOUT;

const inspect = async (path: string): Promise<Inspection> => {
  const run = await runHew(['inspect', path, '--json']);
  const [found] = [JSON.parse(run.stdout) as Inspection | Inspection[]].flat();
  if (found === undefined) throw new Error(run.stderr);
  return found;
};

const packagesIn = async (path: string): Promise<readonly string[]> => {
  const { packages, rootProblem } = await inspect(path);
  expect(rootProblem).toBeUndefined();
  return packages.map(({ name, evr, arch }) => `${name}-${evr}.${arch}`).toSorted();
};

describe('the twins of the images', () => {
  // The images themselves are built, and started, by tests of their own.
  const resolved = async (image: string): Promise<readonly string[]> => {
    const run = await runHew(['plan', image, '--distro', 'sample', '--resolve', '--json'], { cwd });
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const { reasons } = JSON.parse(run.stdout) as Plan & { readonly reasons: readonly PackageReasons[] };
    return reasons.map(({ name, evr, arch }) => `${name}-${evr}.${arch}`).toSorted();
  };

  it.each([
    ['azure-gen2', 'azure-vm', 'vhd'],
    ['hyperv-gen2', 'hyperv-vm', 'vhdx'],
    ['container-base', 'container-base', 'oci'],
    ['minimal', 'minimal-os', 'vhdx'],
  ])('%s.ks holds the packages of %s', async (kickstart, image, format) => {
    const output = join(folder, kickstart);
    const { artifacts } = await build(`kickstarts/${kickstart}.ks`, output, ['--distro', 'sample', '--format', format], { cwd });
    const held = await packagesIn(artifacts[0]?.path ?? '');
    expect(held).toEqual(await resolved(image));
    expect(held.length).toBeGreaterThan(10);
    // A fixed VHD is 5 GiB.
    rmSync(output, { recursive: true });
  });
});

describe('a kickstart file that says a little of everything, as VHDX', () => {
  let files: DiskFiles;
  let inspection: Inspection;
  const text = (path: string): string => readFileSync(join(files.root, path), 'utf8');
  const link = (path: string): string => readlinkSync(join(files.root, path));

  beforeAll(async () => {
    const file = writeFiles(folder, { 'server/server.ks': SERVER });
    const { artifacts, image, version } = await build(file, join(folder, 'server'), ['--distro', 'sample', '--format', 'vhdx']);
    expect([image, version, artifacts.map(({ format }) => format)]).toEqual(['server', '1', ['vhdx', 'hyperv-script']]);
    const path = artifacts[0]?.path ?? '';
    inspection = await inspect(path);
    files = await openDiskFiles(path);
  });

  it('has its partitions, file systems and labels, and mounts them', () => {
    const partitions = inspection.disk?.partitions.map(({ mount, size, filesystem }) => [mount, size / 2 ** 20, filesystem?.type, filesystem?.label]);
    expect(partitions).toEqual([
      ['/boot/efi', 120, 'vfat', 'ESP'], ['/srv', 320, 'xfs', 'data'], ['none', 64, 'swap', ''], ['/', 4096, 'ext4', ''],
    ]);
    expect(text('etc/fstab')).toMatch(/ \/srv xfs noatime 0 0\n/);
  });

  it('starts with its arguments and its timeout', async () => {
    expect(inspection.boot?.entries[0]?.commandLine).toMatch(/ console=ttyS0 quiet audit=0$/);
    expect(await files.esp('loader/loader.conf')).toContain('timeout 7\n');
  });

  it('has its name, language, keyboard, clock and time servers', () => {
    expect(text('etc/hostname')).toBe('box.example.org\n');
    expect(text('etc/locale.conf')).toBe('LANG=C.UTF-8\n');
    expect(text('etc/vconsole.conf')).toBe('KEYMAP=us\nXKBLAYOUT=us,de\nXKBVARIANT=,nodeadkeys\n');
    expect(link('etc/localtime')).toBe('../usr/share/zoneinfo/Europe/Paris');
    expect(text('etc/chrony/chrony.conf')).toMatch(/^server time\.example\.org iburst\n/);
  });

  it('has its network', () => {
    const file = text('etc/systemd/network/00-eth7.network');
    expect(file).toContain('Name=eth7');
    expect(file).toContain('Address=192.0.2.7/24\nGateway=192.0.2.1\nDNS=192.0.2.53\n');
  });

  it('has its accounts, groups, keys and locks', () => {
    expect(text('etc/passwd')).toMatch(/^ada:x:1234:1234:Ada L:\/home\/ada:\/bin\/bash$/m);
    expect(text('etc/group')).toMatch(/^wheel:x:10:ada$/m);
    expect(text('etc/group')).toMatch(/^crew:x:2100:ada$/m);
    expect(text('etc/shadow')).toMatch(/^root:\$6\$0123456789abcdef\$/m);
    expect(text('etc/shadow')).toMatch(/^ada:!:/m);
    expect(text('home/ada/.ssh/authorized_keys')).toMatch(/^ssh-ed25519 AAAA\S+ ada@example\.org\n$/);
    expect(statSync(join(files.root, 'home/ada/.ssh')).mode & 0o777).toBe(0o700);
  });

  it('has its services, target and firewall', () => {
    const preset = text('etc/systemd/system-preset/00-hew.preset').split('\n');
    expect(preset).toEqual(expect.arrayContaining(['enable sshd.service', 'enable chronyd.service', 'disable systemd-resolved.service']));
    expect(link('etc/systemd/system/multi-user.target.wants/sshd.service')).toMatch(/sshd\.service$/);
    expect(link('etc/systemd/system/default.target')).toMatch(/multi-user\.target$/);
    expect(text('etc/firewalld/zones/public.xml')).toContain('<service name="ssh"/>');
    expect(text('etc/firewalld/zones/public.xml')).toContain('port="8443"');
  });

  it('has its packages: @core, another group, single ones, and none that is kept out', () => {
    const names = inspection.packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['kernel', 'openssh-server', 'firewalld', 'file', 'chrony', 'rsync']));
    expect(names.filter((name) => ['tree', 'zram-generator-defaults', 'jq'].includes(name))).toEqual([]);
  });

  it('was changed by its scripts inside and outside, in their order', () => {
    expect(text('root/post.log')).toBe('inside as root\n');
    expect(text('root/ada')).toContain('uid=1234(ada)');
    expect(text('root/outside.log')).toBe('outside\n');
    expect(text('root/seen-outside')).toBe('box.example.org\n');
    expect(text('root/bash')).toMatch(/^\d+\n$/);
    // As large as a script may write: it filled what it took for the disk, and went on.
    expect(Number(text('root/zeros'))).toBe(2 ** 31);
  });
});

describe('a cloud image’s kickstart, built from another distribution', () => {
  it('boots whole, with what it asks for', async () => {
    writeFiles(folder, Object.fromEntries(Object.entries(CLOUD).map(([name, content]) => [`cloud/${name}`, content])));
    const { artifacts, packages } = await build(join(folder, 'cloud/cloud.toml'), join(folder, 'cloud'));
    const names = packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['kernel-core', 'cloud-init', 'openssh-server']));
    expect(names.filter((name) => ['kernel', 'firewalld', 'zram-generator-defaults'].includes(name))).toEqual([]);
    const { disk } = await inspect(artifacts[0]?.path ?? '');
    const MIB = 2 ** 20;
    expect(disk?.partitions.map(({ mount, start, size, filesystem }) => [mount, start / MIB, size / MIB, filesystem?.type, filesystem?.label])).toEqual([
      [undefined, 1, 1, undefined, undefined], ['/boot/efi', 2, 200, 'vfat', 'ESP'], ['/boot', 202, 512, 'xfs', 'boot'], ['/', 714, 2357, 'xfs', ''],
    ]);
    // Under emulation, and on a machine that others use.
    const run = await runHew(['boot', artifacts[0]?.path ?? '', '--timeout', '480', '--json']);
    expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
    const { report } = JSON.parse(run.stdout) as GuestResult;
    expect(report).toMatchObject({ state: 'running', failedUnits: [] });
    expect(report?.commandLine).toContain('no_timer_check net.ifnames=0 console=tty1 console=ttyS0,115200n8');
    expect(report?.rootBytes).toBeGreaterThan(2 ** 30);
  });
});

describe('an environment', () => {
  it('comes without the groups that are kept out of it', async () => {
    const groups = async (name: string, lines: string): Promise<readonly string[]> => {
      const file = writeFiles(folder, { [`groups/${name}.ks`]: `%packages --exclude-weakdeps\n@^cloud-server-environment\n${lines}%end\n` });
      const run = await runHew(['plan', file, '--distro', 'sample', '--format', 'tar', '--resolve', '--json']);
      expect(run.status, run.stdout + run.stderr).toBe(0);
      const { reasons } = JSON.parse(run.stdout) as { readonly reasons: readonly PackageReasons[] };
      return ['cloud-init', 'man-db', 'rootfiles'].filter((name) => reasons.some((reason) => reason.name === name));
    };
    expect(await groups('whole', '')).toEqual(['cloud-init', 'man-db', 'rootfiles']);
    expect(await groups('no-core', '-@core\n')).toEqual(['cloud-init']);
    expect(await groups('no-cloud', '-@cloud-server\n-rootfiles\n')).toEqual(['man-db']);
  });
});

describe('what the distribution lacks', () => {
  const failure = async (args: readonly string[]): Promise<readonly (readonly [string, string, number | undefined])[]> => {
    const run = await runHew([...args, '--distro', 'sample', '--format', 'tar', '--json']);
    return failureOf(run).problems.map(({ code, place }) => [code, basename(place?.file ?? ''), place?.line]);
  };

  it('is told with its line', async () => {
    const files = {
      'lacks/package.ks': '%include more.ks\n', 'lacks/more.ks': '%packages --nocore\nbash\nno-such-package\n%end\n',
      'lacks/unit.ks': 'lang C.UTF-8\nservices --enabled=systemd-networkd,nope\n%packages --nocore\nfilesystem\nsystemd-networkd\n%end\n',
    };
    writeFiles(folder, files);
    expect(await failure(['plan', join(folder, 'lacks/package.ks'), '--resolve'])).toEqual([['package-not-found', 'more.ks', 3]]);
    expect(await failure(['build', join(folder, 'lacks/unit.ks'), '-o', join(folder, 'lacks/out')])).toEqual([['unknown-unit', 'unit.ks', 2]]);
  });
});

describe('what needs a reason', () => {
  const env = { HEW_CACHE: '' };
  beforeAll(() => {
    env.HEW_CACHE = makeCache(folder);
    writeFiles(folder, {
      'plain/plain.ks': 'lang C.UTF-8\nrootpw --plaintext "correct horse"\n%include /tmp/packages.ks\n%post --erroronfail\nwc -l < /proc/net/dev > /srv/net\n%end\n',
      'plain/packages.ks': '%packages --nocore --excludedocs --exclude-weakdeps --inst-langs=C.utf8\nbash\ncoreutils\nfilesystem\nsetup\n%end\n',
    });
  });
  const plan = (more: readonly string[]) =>
    runHew(['plan', join(folder, 'plain/plain.ks'), '--distro', 'sample', '--format', 'tar', '--json', ...more], { env });
  const include = ['--include', `/tmp/packages.ks=${join(folder, 'plain/packages.ks')}`];

  it('is refused at its line, and passes with the reason, told among the deviations', async () => {
    const refused = await plan(include);
    expect(refused.status).toBe(2);
    expect(refused.stdout).toContain('plain text');
    const network = ['--set', 'kickstart-network=it looks at interfaces'];
    const passed = await plan([...include, '--set', 'system.allow-plain-text-passwords=a test', ...network]);
    expect(passed.status, passed.stdout).toBe(0);
    const { deviations, configuration } = JSON.parse(passed.stdout) as Plan;
    expect(deviations.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['network', 'it looks at interfaces'], ['plain-text-password', 'a test'],
    ]);
    expect(configuration.scripts.map((script) => script.network)).toEqual([true]);
  });

  it('is not in the image: a password becomes a hash, and without a reason a script sees no network', async () => {
    const args = ['--distro', 'sample', '--format', 'tar', ...include, '--set', 'system.allow-plain-text-passwords=a test', '--keep-root'];
    await build(join(folder, 'plain/plain.ks'), join(folder, 'plain-out'), args, { env });
    const root = join(folder, 'plain-out/plain-1.root');
    expect(readFileSync(join(root, 'etc/shadow'), 'utf8')).toMatch(/^root:\$6\$/m);
    // Two lines of headings, and the loopback device.
    expect(readFileSync(join(root, 'srv/net'), 'utf8').trim()).toBe('3');
  });
});
