import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SidesDiff } from '../../src/diff/diff-sides.ts';
import { hostPaths } from '../../src/host/paths.ts';
import { treePath } from '../../src/host/tools-tree.ts';
import type { BuildResult } from '../../src/usecases/build.ts';
import { CHECKOUT, preparedCache, sampleFolder } from '../support/checkout.ts';
import { build, failureOf, runHew, type HewOptions } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const WITH_IDS = 'hew-test-ids';
const WITHOUT_IDS = 'hew-test-none';
/** Where an ordinary user may go: the checkout and the cache of whoever runs the tests may be closed to others. */
const open = mkdtempSync('/var/tmp/hew-rootless-');
const program = join(open, 'hew/bin/dev.js');

const quiet = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const removeUsers = (): void => {
  for (const name of [WITH_IDS, WITHOUT_IDS]) {
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
  quiet('sh', '-c', `sed -i '/^${WITHOUT_IDS}:/d' /etc/subuid /etc/subgid`);
  chmodSync(open, 0o755);
  // Tools and packages are read only: a copy that anyone may read stands for what each user would make once.
  mkdirSync(join(open, 'hew'));
  for (const name of ['bin', 'src', 'images', 'profiles', 'package.json', 'node_modules']) {
    quiet('cp', '-r', '--reflink=auto', '--preserve=links', join(CHECKOUT, name), join(open, 'hew', name));
  }
  writeFiles(open, {
    'azure.toml': `name = "azure"\nversion = "4.0"\nextends = ["${join(open, 'hew/images/azure-vm.toml')}"]\n[[outputs]]\nformat = "vhdx"\n`,
    'small.toml': `name = "small"\nversion = "1"\nextends = ["wsl"]\n[packages]\ninstall = ["filesystem", "bash", "release-wsl"]\n${['oci', 'tar', 'wsl'].map((format) => `[[outputs]]\nformat = "${format}"\n`).join('')}`,
  });
  for (const user of [WITH_IDS, WITHOUT_IDS]) {
    const cache = join(open, user, 'cache');
    const tree = treePath(hostPaths().cache);
    mkdirSync(join(cache, 'tools'), { recursive: true });
    quiet('cp', '-a', '--link', join(preparedCache(), 'tools', tree.slice(tree.lastIndexOf('/') + 1)), join(cache, 'tools'));
    mkdirSync(join(cache, 'sample/current'), { recursive: true });
    for (const part of ['keys', 'repos']) cpSync(join(sampleFolder(), part), join(cache, 'sample/current', part), { recursive: true });
    quiet('chmod', '-R', 'a+rX', join(cache, 'sample'), join(open, 'hew'));
    quiet('chown', user, join(open, user), cache);
  }
});

afterAll(() => {
  removeUsers();
  rmSync(open, { recursive: true, force: true });
});

/** The two disks and the root that they were made of hold the same, each in what it can. */
async function expectSameContent(output: string): Promise<void> {
  const [root, qcow2, raw] = ['root', 'qcow2', 'raw'].map((ending) => join(output, `vm-base-4.0.${ending}`));
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
    ['vm-base', ['qcow2', 'raw']],
    ['azure', ['hyperv-script', 'vhd', 'vhdx']],
    ['small', ['oci', 'oci-archive', 'tar', 'wsl']],
  ])('with subordinate ids builds the same %s as root, at other times and places, with cold and warm caches', async (name, formats) => {
    const image = IMAGES[name] ?? name;
    const env = { HEW_CACHE: makeCache(folder, `${name}-cache`) };
    const sums = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ format, sha256 }) => `${format} ${sha256}`).toSorted();
    const args = ['--distro', 'sample'];
    const cold = await build(image, join(folder, `${name}-cold`), args, { program, env });
    expect(cold.artifacts.map(({ format }) => format).toSorted()).toEqual(formats);
    // What a person's shell brings along is no input, nor is what an earlier build left.
    const shell = { TZ: 'Asia/Kathmandu', LANG: 'de_CH.UTF-8', LC_ALL: 'de_CH.UTF-8', HOSTNAME: 'other', USER: 'someone' };
    const umask = ['sh', '-c', 'umask 077; exec "$@"', 'sh'];
    const warm = await build(image, join(folder, `elsewhere/${name} warm`), [...args, '--keep-root'], { program, cwd: folder, before: umask, env: { ...env, ...shell } });
    expect(sums(warm)).toEqual(sums(cold));
    const user = as(WITH_IDS);
    const byUser = await build(image, join(open, WITH_IDS, name), args, { ...user, before: [...(user.before ?? []), ...umask], env: { ...user.env, ...shell } });
    expect(sums(byUser)).toEqual(sums(cold));
    if (name === 'vm-base') await expectSameContent(join(folder, `elsewhere/${name} warm`));
  });

  it('may keep a root on disk, and nothing of it stays', async () => {
    const options = as(WITH_IDS);
    await build('container-distroless-base', join(open, WITH_IDS, 'disk-out'), ['--distro', 'sample', '--no-cache'], {
      ...options, env: { ...options.env, HEW_WORKSPACE: 'disk' },
    });
    expect(await settledTraces([join(open, WITH_IDS, 'cache')])).toEqual(NO_TRACES);
  });

  it('without subordinate ids is told so, and what to do', async () => {
    const run = await runHew(['build', 'container-base', '--distro', 'sample', '--json', '-o', join(open, WITHOUT_IDS, 'out')], as(WITHOUT_IDS));
    const error = failureOf(run);
    expect([error.code, run.status]).toEqual(['no-subordinate-ids', 1]);
    expect(error.problems[0]?.hint).toContain(`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${WITHOUT_IDS}`);
    expect(await settledTraces([join(open, WITHOUT_IDS)])).toEqual(NO_TRACES);
  });
});
