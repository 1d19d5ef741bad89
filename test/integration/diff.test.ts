import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, linkSync, lutimesSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { SidesDiff } from '../../src/diff/diff-sides.ts';
import { sampleFolder } from '../support/checkout.ts';
import { build, failureOf, runHew, type HewRun } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { makeDisk } from './verify/disks.ts';

// One image in two states, as lock, root, OCI layout, archive and tar.
const folder = testFolder();
const at = (name: string): string => join(folder, name);
const env = { HEW_CACHE: makeCache(folder) };

const repository = (id: string): { id: string; url: string; keys: readonly string[] } =>
  ({ id, url: `file://${join(sampleFolder(), 'repos', id, 'x86_64')}`, keys: [sampleKey()] });

const files = (mode: string, owner: string, content: string): string => `
[[files]]
path = "/srv/greeting"
content = "${content}\\n"
mode = "${mode}"
owner = "${owner}"
[[outputs]]
format = "oci"
file-name = "image"
[outputs.config]
cmd = ["/bin/${owner === 'root' ? 'bash' : 'sh'}"]
[[outputs]]
format = "tar"
file-name = "image"
compression = "gzip"
`;

beforeAll(async () => {
  writeFiles(folder, {
    'old/test.toml': definition(['filesystem', 'bash', 'sample-hello', 'shadow-utils', 'tzdata'], files('0640', 'root', 'hello'), './old.toml'),
    'old/old.toml': distribution([repository('base')]),
    'new/test.toml': `${definition(['filesystem', 'bash', 'sample-hello', 'shadow-utils', 'grep'], files('0755', 'daemon', 'good bye'), './new.toml')}\n[hardware]\nlevel = "v2"\n`,
    'new/new.toml': distribution([repository('base'), repository('updates')]),
  });
  for (const state of ['old', 'new']) {
    await build(at(`${state}/test.toml`), at(`${state}/out`), ['--keep-root'], { env });
    const lock = await runHew(['lock', at(`${state}/test.toml`)], { env });
    expect(lock.status, lock.stderr).toBe(0);
  }
});

const run = (a: string, b: string, ...more: string[]): Promise<HewRun> => runHew(['diff', a, b, ...more], { env, cwd: folder });

const diff = async (a: string, b: string): Promise<SidesDiff> => {
  const { status, stdout, stderr } = await run(a, b, '--json', '--exit-code');
  expect(stdout, stderr).toMatch(/^\{\n {2}"from"/);
  const answer = JSON.parse(stdout) as SidesDiff;
  expect(status, `${stdout}\n${stderr}`).toBe(answer.same ? 0 : 1);
  return answer;
};

const packagesOf = ({ images }: SidesDiff): readonly string[] =>
  images.flatMap(({ diff: { packages } }) => packages.map(({ kind, name, from, to }) => `${kind} ${name} ${from?.evr ?? '·'} ${to?.evr ?? '·'}`));

const filesOf = ({ images }: SidesDiff): readonly string[] =>
  images.flatMap(({ diff: one }) => (one.files ?? []).map(({ kind, path, aspects, to, from }) => `${kind} ${path} ${aspects.join()} ${to?.package ?? from?.package ?? '·'}`));

const gaps = ({ images }: SidesDiff): readonly string[] =>
  images.flatMap(({ diff: { notCompared } }) => notCompared.map(({ part, unknownTo }) => `${part} ${unknownTo}`));

describe('two OCI images', () => {
  it('differ in packages, files, modes, owners, configuration and level', async () => {
    const found = await diff('old/out/image.oci', 'new/out/image-v2.oci');
    const moved = packagesOf(found);
    expect(moved).toContain('upgraded sample-hello 1.0-1.sample 1.1-1.sample');
    expect(moved.filter((row) => / (?:grep|tzdata) /.test(row))).toEqual([expect.stringMatching(/^added grep · /), expect.stringMatching(/^removed tzdata .* ·$/)]);
    const [image] = found.images;
    expect(image?.diff.level).toEqual({ from: 'x86_64-baseline', to: 'x86_64-v2' });
    const greeting = image?.diff.files?.find(({ path }) => path === '/srv/greeting');
    expect(greeting).toMatchObject({ aspects: ['content', 'mode', 'owner'], from: { mode: 0o640, owner: 0, size: 6 }, to: { mode: 0o755, size: 9 } });
    expect(filesOf(found)).toContain('added /usr/bin/grep  grep');
    expect(image?.diff.configuration).toContainEqual({ key: 'oci.config.Cmd', from: '["/bin/bash"]', to: '["/bin/sh"]' });
    expect(image?.diff.notCompared).toEqual([]);
    const bytes = (image?.diff.packages ?? []).reduce((sum, row) => sum + row.bytes, 0);
    expect(bytes).toBe((image?.diff.size?.to ?? 0) - (image?.diff.size?.from ?? 0));
  });

  it('read as lines, the larger package first; other ways round everything is turned', async () => {
    const { stdout, status } = await run('new/out/image-v2.oci', 'old/out/image.oci');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^new\/out\/image-v2\.oci → old\/out\/image\.oci\n\nLevel\n {2}x86_64-v2 → x86_64-baseline\n/);
    expect(stdout).toMatch(/ {2}↓ {2}sample-hello +1\.1-1\.sample\.x86_64 → 1\.0-1\.sample\.x86_64 .* downgraded\n/);
    expect(stdout.indexOf('  +  tzdata')).toBeLessThan(stdout.indexOf('  ↓  sample-hello'));
    expect(stdout).toMatch(/in the packages above: .*added/);
    expect(stdout).toMatch(/ {2}~ {2}\/srv\/greeting +content -3 B, mode 0755 → 0640, owner \d+ → 0\n/);
    expect(stdout).not.toContain('/usr/share/zoneinfo/UTC');
    expect((await run('new/out/image-v2.oci', 'old/out/image.oci', '--all')).stdout).toContain('/usr/share/zoneinfo/UTC');
  });

  it('do not differ from themselves', async () => {
    const { stdout, status } = await run('old/out/image.oci', 'old/out/image.oci', '--exit-code');
    expect([status, stdout]).toEqual([0, 'old/out/image.oci and old/out/image.oci do not differ\n']);
  });
});

describe('one image of several kinds', () => {
  it.each([
    ['out/image-v2.oci', 'out/image-v2.oci.tar', []],
    ['out/test-1.root', 'out/image-v2.oci.tar', ['container from']],
    ['out/test-1.root', 'out/image-v2.tar.gz', []],
    ['out/image-v2.oci', 'out/image-v2.tar.gz', ['container to']],
    ['test.lock.yaml', 'out/image-v2.oci', ['files from', 'settings from', 'container from', 'sizes both']],
  ])('%s is %s', async (a, b, notCompared) => {
    const found = await diff(join('new', a), join('new', b));
    expect(gaps(found)).toEqual(notCompared);
    expect([packagesOf(found), filesOf(found), found.images.map(({ diff: { configuration } }) => configuration)]).toEqual([[], [], [[]]]);
  });

  it('tells what a lock and an image of other packages differ in', async () => {
    const found = await diff('old/test.lock.yaml', 'new/out/image-v2.oci');
    expect(packagesOf(found)).toContain('upgraded sample-hello 1.0-1.sample 1.1-1.sample');
    expect((await run('old/test.lock.yaml', 'new/out/image-v2.oci')).stdout).toMatch(/\nNot compared\n {2}files: old\/test\.lock\.yaml does not say\n/);
  });
});

describe('two locks', () => {
  it('differ in packages and their sizes', async () => {
    const found = await diff('old/test.lock.yaml', 'new/test.lock.yaml');
    expect(packagesOf(found)).toEqual(expect.arrayContaining([
      'upgraded sample-hello 1.0-1.sample 1.1-1.sample', expect.stringMatching(/^added grep /), expect.stringMatching(/^removed tzdata /),
    ]));
    expect(found.images[0]?.diff.packages.find(({ name }) => name === 'tzdata')?.bytes).toBeLessThan(0);
    expect(gaps(found)).toEqual([]);
    expect((await diff('old/test.lock.yaml', 'old/test.lock.yaml')).same).toBe(true);
  });

  it('that are damaged are refused with their place', async () => {
    writeFileSync(at('broken.lock.yaml'), readFileSync(at('old/test.lock.yaml'), 'utf8').replace('repo_id: base', 'repo_id: [1]'));
    const error = failureOf(await run('old/test.lock.yaml', 'broken.lock.yaml', '--json'));
    expect(error.problems[0]?.place?.line).toBeGreaterThan(1);
  });
});

describe('two roots', () => {
  it('differ in what was changed by hand, and in nothing else', async () => {
    const [before, after] = [at('old/out/test-1.root'), at('changed.root')];
    // Everything but extended attributes.
    execFileSync('cp', ['--recursive', '--no-dereference', '--preserve=mode,ownership,links', before, after]);
    const inside = (path: string): string => join(after, path);
    chmodSync(inside('etc/passwd'), 0o666);
    chownSync(inside('usr/bin/bash'), 7, 8);
    rmSync(inside('srv/greeting'));
    linkSync(inside('etc/group'), inside('etc/group2'));
    symlinkSync('nowhere', inside('srv/a\nb'));
    execFileSync('mkfifo', ['-m', '600', inside('srv/pipe')]);
    lutimesSync(inside('etc/shells'), 1, 1);
    const found = filesOf(await diff('old/out/test-1.root', 'changed.root'));
    expect(found.filter((row) => !row.includes('attributes'))).toEqual([
      'added /etc/group2  ·', expect.stringMatching(/^changed \/etc\/passwd mode /), 'added /srv/a\nb  ·', 'removed /srv/greeting  ·', 'added /srv/pipe  ·',
      'changed /usr/bin/bash owner,group bash',
    ]);
    expect(found).toContain('changed /usr/bin/newuidmap attributes shadow-utils');
    expect((await run('old/out/test-1.root', 'changed.root')).stdout).toMatch(/\/usr\/bin\/newuidmap +security\.capability 0x[0-9a-f]+ → none +shadow-utils\n/);
  });
});

describe('two disks', () => {
  it('differ in files, boot, partitions and file systems, whatever the format', async () => {
    const ext4 = await makeDisk(folder, 'ext4.raw');
    const xfs = await makeDisk(folder, 'xfs.raw', { filesystem: 'xfs', files: { 'etc/motd': 'hi\n' }, commandLine: 'quiet' });
    const [image] = (await diff(ext4, xfs)).images;
    expect(image?.diff.files?.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['changed /boot/efi/loader/entries/tiny.conf', 'changed /etc/fstab', 'added /etc/motd']);
    expect(image?.diff.configuration.map(({ key }) => key)).toEqual([
      'boot.entry.ESP:loader/entries/tiny.conf', 'disk.partition.1.uuid', 'disk.partition.2.filesystem', 'disk.partition.2.size', 'disk.partition.2.uuid', 'disk.size', 'fstab./',
    ]);
  });

  it.each(['ext4', 'xfs', 'btrfs', 'erofs'])('keep every bit of a mode: %s', async (filesystem) => {
    const modes = { 'tmp/x': 0o4755, 'tmp/a b"c/x': 0o6751, 'tmp/a b"c': 0o3770, tmp: 0o1777 };
    const name = `modes-${filesystem}.raw`;
    await makeDisk(folder, name, { filesystem, modes, files: { 'tmp/x': '', 'tmp/a b"c/x': '' } });
    expect(filesOf(await diff(`${name}-parts/root`, name))).toEqual([]);
    const other = await makeDisk(folder, `other-${filesystem}.raw`, { filesystem, modes: { ...modes, 'tmp/x': 0o755 }, files: { 'tmp/x': '', 'tmp/a b"c/x': '' } });
    expect(filesOf(await diff(name, other))).toEqual(['changed /tmp/x mode ·']);
  });

  it('and a root are compared in what both have', async () => {
    const found = await diff('old/out/test-1.root', 'ext4.raw');
    expect(gaps(found)).toEqual(expect.arrayContaining(['packages to', 'attributes to', 'disk from']));
    expect(filesOf(found)).toContain('removed /usr/bin/bash  bash');
    expect(filesOf(found).filter((row) => row.includes('/boot/efi'))).toEqual([]);
  });
});

describe('what cannot be compared', () => {
  it.each([
    ['nowhere', 'artifact-not-found'],
    ['old/old.toml', 'artifact-unknown'],
  ])('%s is refused', async (path, code) => {
    const result = await run('old/out/image.oci', path, '--json');
    expect([result.status, failureOf(result).code]).toEqual([1, code]);
  });

  it('leaves nothing behind', async () => {
    expect(await settledTraces([folder])).toEqual(NO_TRACES);
  });
});
