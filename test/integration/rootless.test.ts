import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SidesDiff } from '../../src/diff/diff-sides.ts';
import { hostPaths } from '../../src/host/paths.ts';
import { treePath } from '../../src/host/tools-tree.ts';
import type { BuildResult } from '../../src/build/build-image.ts';
import { preparedCache, sampleFolder } from '../support/checkout.ts';
import { build, failureOf, runHew, type HewOptions } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { unexplainedPaths, VM_BASE } from '../support/owned.ts';
import { limitedImage } from '../support/limited-network.ts';
import { clockOf, lingerProgram, lookAtClocks, timesOf } from '../support/lingering.ts';
import { copyHew } from '../support/ordinary-user.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { readTar } from '../support/tar.ts';

const folder = testFolder();
const WITH_IDS = 'hew-test-ids';
const WITHOUT_IDS = 'hew-test-none';
const FEW_IDS = 'hew-test-few';
const USER_IDS = 'hew-test-no-groups';
/** Where an ordinary user may go: the checkout and the cache of whoever runs the tests may be closed to others. */
const open = mkdtempSync('/var/tmp/hew-rootless-');
const program = join(open, 'hew/bin/run.js');

const quiet = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const otherPath = (name: string): string => join(open, 'programs', name);

/** All programs of this machine but one. */
function makePath(name: string, missing: string): void {
  const path = otherPath(name);
  mkdirSync(path, { recursive: true });
  for (const folder of ['/usr/bin', '/usr/sbin']) {
    for (const entry of readdirSync(folder)) if (!existsSync(join(path, entry))) symlinkSync(join(folder, entry), join(path, entry));
  }
  unlinkSync(join(path, missing));
}

const removeUsers = (): void => {
  for (const name of [WITH_IDS, WITHOUT_IDS, FEW_IDS, USER_IDS]) {
    try {
      quiet('userdel', '--force', name);
    } catch {
      // It was not there.
    }
  }
};

beforeAll(() => {
  if (process.getuid?.() !== 0) throw new Error('this test makes users, so it has to run as root');
  removeUsers();
  quiet('useradd', '--no-create-home', '--home-dir', join(open, WITH_IDS), WITH_IDS);
  quiet('useradd', '--no-create-home', '--home-dir', join(open, WITHOUT_IDS), WITHOUT_IDS);
  quiet('usermod', '--add-subuids', '700000-765535', '--add-subgids', '700000-765535', WITH_IDS);
  for (const user of [FEW_IDS, USER_IDS]) quiet('useradd', '--no-create-home', '--home-dir', join(open, user), user);
  quiet('sh', '-c', `sed -i -E '/^(${WITHOUT_IDS}|${FEW_IDS}|${USER_IDS}):/d' /etc/subuid /etc/subgid`);
  quiet('usermod', '--add-subuids', '600000-600999', '--add-subgids', '600000-600999', FEW_IDS);
  quiet('usermod', '--add-subuids', '610000-675535', USER_IDS);
  chmodSync(open, 0o755);
  for (const missing of ['newuidmap', 'newgidmap', 'unshare']) makePath(`without-${missing}`, missing);
  // What AppArmor does on Ubuntu, which is not in every kernel: the namespace is made, and refuses all else.
  const fake = '#!/bin/sh\ncase "$*" in *--mount*) echo "unshare: unshare failed: Operation not permitted" >&2; exit 1;; esac\nexec /usr/bin/unshare "$@"\n';
  chmodSync(writeFiles(otherPath('without-unshare'), { unshare: fake }), 0o755);
  // Tools and packages are read only: a copy that anyone may read stands for what each user would make once.
  copyHew(join(open, 'hew'));
  writeFiles(open, {
    'azure.toml': `name = "azure"\nversion = "4.0"\nextends = ["${join(open, 'hew/images/azure-vm.toml')}"]\n[[outputs]]\nformat = "vhdx"\n`,
    'small.toml': `name = "small"\nversion = "1"\nextends = ["wsl"]\n[packages]\ninstall = ["filesystem", "bash", "release-wsl"]\n${['oci', 'tar', 'wsl'].map((format) => `[[outputs]]\nformat = "${format}"\n`).join('')}`,
  });
  writeFiles(join(open, 'lingering'), {
    'linger.py': lingerProgram(),
    'image.toml': definition(['filesystem', 'bash', 'coreutils', 'python3'], `[[outputs]]\nformat = "tar"\ncompression = "none"\nfile-name = "root"
[[scripts]]\nrun = "linger.py"\nargs = ["${clockOf('root')}"]\n${lookAtClocks(['root'])}`),
  });
  for (const user of [WITH_IDS, WITHOUT_IDS]) {
    const cache = join(open, user, 'cache');
    const tree = treePath(hostPaths().cache);
    mkdirSync(join(cache, 'tools'), { recursive: true });
    // The link that finds the tree, and the tree.
    quiet('cp', '-a', '--link', join(preparedCache(), 'tools', basename(tree)), realpathSync(tree), join(cache, 'tools'));
    mkdirSync(join(cache, 'sample/current'), { recursive: true });
    for (const part of ['keys', 'repos']) cpSync(join(sampleFolder(), part), join(cache, 'sample/current', part), { recursive: true });
    quiet('chmod', '-R', 'a+rX', join(cache, 'sample'));
    quiet('chown', user, join(open, user), cache);
  }
});

afterAll(() => {
  removeUsers();
  rmSync(open, { recursive: true, force: true });
});

/** The two disks and the root that they were made of hold the same, each in what it can. */
async function expectSameContent(output: string): Promise<void> {
  const [root, qcow2, raw] = ['root', 'qcow2', 'raw'].map((ending) => join(output, `qemu-vm-4.0.${ending}`));
  for (const [a, b, settings] of [[qcow2, raw, ['disk.format']], [root, qcow2, []]] as const) {
    const run = await runHew(['diff', a ?? '', b ?? '', '--json']);
    const [image] = (JSON.parse(run.stdout) as SidesDiff).images;
    expect([image?.diff.packages, image?.diff.files, image?.diff.configuration.map(({ key }) => key)], run.stderr).toEqual([[], [], settings]);
  }
}

/** Definitions that an ordinary user may read. */
const IMAGES: Readonly<Record<string, string>> = { azure: join(open, 'azure.toml'), small: join(open, 'small.toml') };

const as = (user: string): HewOptions => ({
  program,
  cwd: '/',
  before: ['runuser', '-u', user, '--'],
  env: { HOME: join(open, user), HEW_CACHE: join(open, user, 'cache') },
});

interface Lack {
  readonly user: string;
  readonly before?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: string;
  readonly says: RegExp;
  readonly hint: RegExp;
}


const LACKS: readonly (readonly [string, Lack])[] = [
  ['no line in /etc/subuid', {
    user: WITHOUT_IDS, code: 'no-subordinate-ids',
    says: /for hew-test-none: \/etc\/subuid gives no range of 65535 ids or more$/,
    hint: /^as root: `usermod --add-subuids (\d+)-(\d+) --add-subgids \1-\2 hew-test-none`$/,
  }],
  ['too few ids', { user: FEW_IDS, code: 'no-subordinate-ids', says: /\/etc\/subuid gives no range/, hint: /usermod/ }],
  ['no line in /etc/subgid', { user: USER_IDS, code: 'no-subordinate-ids', says: /\/etc\/subgid gives no range/, hint: /usermod/ }],
  ['no newuidmap', {
    user: WITH_IDS, env: { PATH: otherPath('without-newuidmap') }, code: 'no-subordinate-ids',
    says: /: newuidmap is not installed$/, hint: /apt-get install uidmap/,
  }],
  ['no newgidmap', {
    user: WITH_IDS, env: { PATH: otherPath('without-newgidmap') }, code: 'no-subordinate-ids',
    says: /: newgidmap is not installed$/, hint: /apt-get install uidmap/,
  }],
  ['a newuidmap without its rights', {
    user: WITH_IDS, before: ['setpriv', '--no-new-privs'], code: 'no-subordinate-ids',
    says: /newuidmap: .*Operation not permitted/, hint: /set-user-ID root/,
  }],
  ['user namespaces that are off', {
    user: WITH_IDS, before: ['unshare', '--user', '--map-current-user', '--keep-caps', 'sh', '-c', 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"', 'sh'], code: 'no-user-namespace',
    says: /does not let hew make a user namespace \(unshare: .*No space left/, hint: /sysctl -w user\.max_user_namespaces/,
  }],
  ['user namespaces in which nothing may be done', {
    user: WITH_IDS, env: { PATH: otherPath('without-unshare') }, code: 'no-user-namespace',
    says: /does not let hew use a user namespace \(unshare: .*not permitted\)$/, hint: /apparmor_restrict_unprivileged_userns=0/,
  }],
];

describe('an ordinary user', () => {
  it('with subordinate ids builds the same bytes as root', async () => {
    const args = ['--distro', 'sample', '--no-cache'];
    const own = join(open, WITH_IDS, 'out');
    const byUser = await build('container-base', own, args, as(WITH_IDS));
    const byRoot = await build('container-base', join(folder, 'root-out'), args, { program, env: { HEW_CACHE: makeCache(folder) } });
    const sums = ({ artifacts }: typeof byUser): readonly string[] => artifacts.map(({ format, sha256 }) => `${format} ${sha256}`);
    expect(sums(byUser)).toEqual(sums(byRoot));
    expect(quiet('stat', '--format=%U', join(own, 'container-base-4.0.oci.tar')).trim()).toBe(WITH_IDS);
    expect(await settledTraces([join(open, WITH_IDS)])).toEqual(NO_TRACES);
  });

  it.each([
    ['qemu-vm', ['qcow2', 'raw'], 'cold and warm'],
    ['azure', ['hyperv-script', 'vhd', 'vhdx'], 'cold'],
    ['small', ['oci', 'oci-archive', 'tar', 'wsl'], 'cold and warm'],
  ])('with subordinate ids builds the same %s as root, at other times and places: %s, with %s caches', async (name, formats, caches) => {
    const image = IMAGES[name] ?? name;
    const env = { HEW_CACHE: makeCache(folder, `${name}-cache`) };
    // The artifacts and all of their evidence but the timings.
    const sums = ({ evidence }: BuildResult): string => readFileSync(evidence.find((path) => path.endsWith('/SHA256SUMS')) ?? '', 'utf8');
    const args = ['--distro', 'sample'];
    const cold = await build(image, join(folder, `${name}-cold`), args, { program, env });
    expect(cold.artifacts.map(({ format }) => format).toSorted()).toEqual(formats);
    for (const { sha256 } of cold.artifacts) expect(sums(cold)).toContain(sha256);
    // What a person's shell brings along is no input, nor is what an earlier build left.
    const shell = { TZ: 'Asia/Kathmandu', LANG: 'de_CH.UTF-8', LC_ALL: 'de_CH.UTF-8', HOSTNAME: 'other', USER: 'someone' };
    const umask = ['sh', '-c', 'umask 077; exec "$@"', 'sh'];
    const user = as(WITH_IDS);
    const others = [
      ...(caches === 'cold' ? [] : [() => build(image, join(folder, `elsewhere/${name} warm`), [...args, '--keep-root'], { program, cwd: folder, before: umask, env: { ...env, ...shell } })]),
      () => build(image, join(open, WITH_IDS, name), args, { ...user, before: [...(user.before ?? []), ...umask], env: { ...user.env, ...shell } }),
    ];
    for (const make of others) expect(sums(await make())).toEqual(sums(cold));
    if (name !== 'qemu-vm') return;
    const kept = join(folder, `elsewhere/${name} warm`);
    // Nothing else got in: every path belongs to a package, or has its reason.
    expect(await unexplainedPaths(join(kept, 'qemu-vm-4.0.root'), VM_BASE)).toEqual({ paths: [], reasons: [] });
    await expectSameContent(kept);
  });

  it('may keep a root on disk, and nothing of it stays', async () => {
    const options = as(WITH_IDS);
    await build('container-distroless-base', join(open, WITH_IDS, 'disk-out'), ['--distro', 'sample', '--no-cache'], {
      ...options, env: { ...options.env, HEW_WORKSPACE: 'disk' },
    });
    expect(await settledTraces([join(open, WITH_IDS, 'cache')])).toEqual(NO_TRACES);
  });

  it('has a sandbox empty too before hew goes on', async () => {
    const output = join(open, WITH_IDS, 'lingering');
    await build(join(open, 'lingering/image.toml'), output, ['--no-cache'], as(WITH_IDS));
    const { began, last } = timesOf(readTar(readFileSync(join(output, 'root.tar'))), 'root');
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(began);
  });

  it('has a script reach what its network lists, and nothing else', async () => {
    const limited = await limitedImage(join(open, 'limited'));
    quiet('chmod', '-R', 'a+rX', join(open, 'limited'));
    const output = join(open, WITH_IDS, 'limited');
    const run = await runHew(['build', limited.file, '--output', output, '--no-cache'], as(WITH_IDS));
    expect(run.status, run.stderr).toBe(0);
    limited.check(readTar(readFileSync(join(output, 'root.tar'))));
    expect(run.stderr).toContain(`! script asks asked for ${limited.refused}, which`);
    expect(await settledTraces([join(open, WITH_IDS)])).toEqual(NO_TRACES);
  });

  it.each(LACKS)('is told what lacks and how to get it: %s', async (_what, { user, before = [], env = {}, code, says, hint }) => {
    const options = as(user);
    const output = join(open, `${user}-lacking`);
    const run = await runHew(['build', 'container-base', '--distro', 'sample', '--json', '-o', output], {
      ...options, before: [...(options.before ?? []), ...before], env: { ...options.env, ...env },
    });
    const error = failureOf(run);
    expect([error.code, run.status, error.problems.length]).toEqual([code, 1, 1]);
    expect(error.message).toMatch(says);
    expect(error.problems[0]?.hint).toMatch(hint);
    expect(existsSync(output)).toBe(false);
    expect(await settledTraces([output])).toEqual(NO_TRACES);
  });

  it('who does what the hint says may build', async () => {
    const options = as(WITHOUT_IDS);
    const args = ['build', 'container-base', '--distro', 'sample', '--json', '-o', join(open, WITHOUT_IDS, 'out')];
    const hint = failureOf(await runHew(args, options)).problems[0]?.hint ?? '';
    const [, command = '', first] = /`(usermod --add-subuids (\d+)-\S+ .*)`/.exec(hint) ?? [];
    // Nobody has these ids yet.
    expect(Number(first)).toBeGreaterThanOrEqual(765_536);
    quiet('sh', '-c', command);
    const run = await runHew(args, options);
    expect(run.status, run.stdout + run.stderr).toBe(0);
  });
});
