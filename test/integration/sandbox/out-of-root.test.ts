import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { failureOf, runHew, type HewRun } from '../../support/hew.ts';
import { tracesIn } from '../../support/leftovers.ts';
import { makeOrdinaryUser } from '../../support/ordinary-user.ts';
import { copyRepository, hostilePackages, makePackages, publish, SCRIPTLETS, type MadePackage } from '../../support/packages.ts';
import { definition, distribution, machineFolder, makeCache, sampleKey, writeFiles } from '../../support/places.ts';

// Packages leave links, pipes and devices where hew reads and writes next, and programs that do so when hew runs them.
// What they reach for belongs to the ordinary user, so that permissions protect it from neither of the two who build.
const user = makeOrdinaryUser('hew-test-walls', 900_000);
const folder = join(user.home, 'walls');
const machine = machineFolder();
// In /tmp itself: dnf5 finds a folder of that name in its own sandbox, and leaves the link as it is.
const secret = join(tmpdir(), `hew-test-secret-${process.pid}`);
const KERNEL = `9.9-hew-test-${process.pid}`;
const UP = '../'.repeat(12);

/** Indexes modules as kmod does; one of them is then listed by a path that leads out of every folder, and a text is a link. */
const DEPMOD = `#!/usr/bin/python3
import glob, os, re, shutil, subprocess, sys
subprocess.run(['depmod', *sys.argv[1:]], executable='/usr/bin/kmod', check=True)
for index in glob.glob('/usr/lib/modules/*/modules.dep'):
    found = re.search(r'(?m)^(kernel/\\S*/virtio_blk\\.ko[^:\\s]*):', open(index).read())
    if found and os.access(index, os.W_OK):
        os.makedirs('${machine}', exist_ok=True)
        shutil.copy(os.path.dirname(index) + '/' + found[1], '${machine}')
        text = open(index).read().replace(found[1] + ':', '${UP}${machine.slice(1)}/' + os.path.basename(found[1]) + ':')
        open(index, 'w').write(text)
for made in glob.glob('/run/hew/lib/modules/*/modules.alias'):
    os.unlink(made)
    os.symlink('${machine}/secret', made)
`;

/** Makes an initrd, and links where hew writes next. It takes long enough for another process to write a file. */
const DRACUT = `#!/bin/bash
for made; do :; done
echo initrd > "$made"
for name in os-release loader.conf grub-embedded.cfg grub-redirect.cfg; do ln -s ${machine}/secret "\${made%/*}/$name"; done
sleep 2
`;

const MKIMAGE = `#!/bin/bash
for word; do case "$word" in --output=*) head -c 2000 /dev/zero > "\${word#*=}";; esac; done
`;

const PROGRAM = '%attr(0755,root,root)';
/** All that a disk of the boot attack needs: hew runs the first two, and reads the others. */
const BOOT: Partial<MadePackage> = {
  files: {
    '/usr/libexec/test/dracut': DRACUT, '/usr/bin/grub2-mkimage': MKIMAGE,
    [`/usr/lib/modules/${KERNEL}/vmlinuz`]: 'kernel', [`/usr/lib/modules/${KERNEL}/modules.dep`]: 'none:\n', '/usr/lib/grub/i386-pc/boot.img': 'x'.repeat(512),
  },
  attributes: { '/usr/libexec/test/dracut': PROGRAM, '/usr/bin/grub2-mkimage': PROGRAM },
};

interface Attack {
  readonly command: string;
  readonly more?: Partial<MadePackage>;
  /** Of the image, besides those that all need. */
  readonly packages?: readonly string[];
  /** What is made of them; default: a tar. */
  readonly output?: string;
}

const DISK = (boot: string, mount: string): string => `[boot]\n${boot}\n[disk]\nsize = "1GiB"
[[disk.partitions]]\nmount = "${mount}"\nfilesystem = "${mount === '/boot' ? 'ext4' : 'vfat'}"\nsize = "100MiB"
[[disk.partitions]]\nmount = "/"\nfilesystem = "ext4"\n[[outputs]]\nformat = "raw"\n`;

const ATTACKS: Readonly<Record<string, Attack>> = {
  // rpm itself does not read that one: the build gets past it.
  pipe: { command: 'rm -f /etc/shadow; mkfifo /etc/shadow' },
  origin: { command: `mkdir -p /usr/lib/sysimage/libdnf5; ln -sfn ${secret} /usr/lib/sysimage/libdnf5/nevras.toml` },
  database: { command: `cp -a /usr/lib/sysimage/rpm /usr/lib/sysimage/kept; rm -rf /usr/lib/sysimage/rpm; ln -sfn ${machine} /usr/lib/sysimage/rpm` },
  modules: {
    command: 'rm -f /usr/sbin/depmod; cp -p /usr/libexec/test/depmod /usr/sbin/depmod; for one in /usr/lib/modules/*/modules.dep; do one=${one%/*}; depmod -a ${one##*/}; done',
    more: { files: { '/usr/libexec/test/depmod': DEPMOD }, attributes: { '/usr/libexec/test/depmod': PROGRAM }, preamble: ['Requires(post): kmod', 'Requires(post): kernel'] },
    packages: ['e2fsprogs', 'kernel', 'kmod', 'systemd', 'systemd-udev', 'release-basic'],
    output: DISK('loader = "uki"\ninitrd = "systemd"', '/boot/efi'),
  },
  boot: {
    command: `cp -p /usr/libexec/test/dracut /usr/bin/dracut; cp -a /var /srv/var; rm -rf /var /boot; mkdir -p ${machine}/tmp; ln -s ${machine} /var; ln -s ${machine} /boot`,
    more: BOOT,
    packages: ['release-basic'],
    output: DISK('firmware = "bios"\nloader = "grub2"\ninitrd = "dracut"', '/boot'),
  },
};
const TAR = '[[outputs]]\nformat = "tar"\ncompression = "none"\n';

let cache: string;
const outputOf = (attack: string, way: string, who: string): string => join(folder, `out-${attack}-${way}-${who}`);
const buildWith = (attack: string, way: string, who: string): Promise<HewRun> => {
  const output = outputOf(attack, way, who);
  user.makeFolder(output);
  const options = who === 'root' ? { env: { HEW_CACHE: cache } } : user.options();
  return runHew(['build', join(folder, `${attack}-${way}.toml`), '--output', output, '--no-cache', '--json'], options);
};

beforeAll(async () => {
  mkdirSync(folder);
  const repository = copyRepository(join(folder, 'repository'));
  await makePackages(repository, Object.entries(ATTACKS).flatMap(([attack, { command, more }]) => hostilePackages(attack, command, more)));
  await publish(repository);
  cache = makeCache(folder);
  cpSync(sampleKey(), join(folder, 'key'));
  writeFiles(folder, {
    'distro.toml': distribution([{ id: 'base', url: `file://${repository}`, keys: [join(folder, 'key')] }]),
    ...Object.fromEntries(Object.entries(ATTACKS).flatMap(([attack, { packages = [], output = TAR }]) => SCRIPTLETS.map((way) =>
      [`${attack}-${way}.toml`, definition(['filesystem', 'bash', 'coreutils', 'python3', 'util-linux', ...packages, `test-${attack}-${way}`], output, './distro.toml')
        .replace('"container"', '"base"')]))),
  });
  execFileSync('chmod', ['-R', 'a+rX', folder]);
});
afterAll(() => rmSync(secret, { force: true }));

beforeEach(() => {
  rmSync(machine, { recursive: true });
  writeFiles(machine, { secret: 'of the machine', 'tmp/kept': 'kept' });
  writeFileSync(secret, 'of the machine', { mode: 0o600 });
  execFileSync('chown', ['-R', user.name, machine, secret]);
});

/** What the packages reached for is as it was, and nothing of it is in the image. */
function expectUntouched(attack: string, way: string, who: string, more: readonly string[] = []): void {
  expect(readFileSync(secret, 'utf8')).toBe('of the machine');
  expect(readFileSync(join(machine, 'secret'), 'utf8')).toBe('of the machine');
  expect((readdirSync(machine, { recursive: true }) as string[]).sort()).toEqual(['secret', 'tmp', 'tmp/kept', ...more].sort());
  const output = outputOf(attack, way, who);
  for (const name of existsSync(output) ? readdirSync(output).filter((one) => /\.(?:tar|raw)$/.test(one)) : []) {
    expect(readFileSync(join(output, name)).includes('of the machine')).toBe(false);
  }
}

// Another user's builds differ in who may do what, and not in how a scriptlet is run.
describe.each([...SCRIPTLETS.map((way) => [way, 'root'] as const), ['post', 'an ordinary user'] as const])('what a package does by %s where %s builds', (way, who) => {
  it('does not hold a build by a pipe in the place of /etc/shadow', async () => {
    const run = await buildWith('pipe', way, who);
    expect(run.status).toBe(1);
    expect(failureOf(run)).toMatchObject({ code: 'not-a-file', problems: [{ message: '/etc/shadow of the image is not a plain file' }] });
  }, 120_000);

  it('does not have hew read or write what a link in the place of nevras.toml leads to', async () => {
    const run = await buildWith('origin', way, who);
    // Whether rpm gets past it is its own affair.
    expect([0, 1], run.stdout + run.stderr).toContain(run.status);
    expectUntouched('origin', way, who);
  }, 120_000);

  it('does not have rpm work in a folder of the machine that the database is a link to', async () => {
    const run = await buildWith('database', way, who);
    expect(run.status).toBe(1);
    expectUntouched('database', way, who);
  }, 120_000);

  it('does not bring files of the machine into an initrd, nor modules of the image out of it', async () => {
    const run = await buildWith('modules', way, who);
    expect(failureOf(run), run.stderr).toMatchObject({ code: 'not-a-file', message: expect.stringContaining('modules.alias of the image is not a plain file') });
    expectUntouched('modules', way, who);
  }, 120_000);

  it('does not have hew write through links of a program that it ran, nor clean up and make folders where links of the image lead', async () => {
    const watch = setInterval(() => {
      if (tracesIn([KERNEL]).processes.length > 0) writeFileSync(join(machine, 'tmp/of-another-process'), 'kept');
    }, 100);
    const run = await buildWith('boot', way, who).finally(() => clearInterval(watch));
    // The disk is made, and then judged by what it lacks.
    expect(failureOf(run), run.stderr).toMatchObject({ code: 'rule-broken', message: expect.stringContaining(`${KERNEL}/vmlinuz is no kernel`) });
    expectUntouched('boot', way, who, ['tmp/of-another-process']);
  }, 120_000);
});
