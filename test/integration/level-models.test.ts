import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { AuditReport } from '../../src/isa/audit-report.ts';
import { treePath } from '../../src/host/tools-tree.ts';
import { preparedCache, sampleFolder } from '../support/checkout.ts';
import { build, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

// The other two models are in levels.test.ts: repositories of their own, and one repository of labelled packages.
const folder = testFolder();
const UPGRADING = ['bash', 'filesystem', 'release-container', 'repos', 'dnf5'];
const env = (): { HEW_CACHE: string } => ({ HEW_CACHE: makeCache(folder, `cache-${String(Math.random()).slice(2)}`) });

/** Runs a program of a root, with a folder of repositories in sight. */
const inside = async (root: string, repositories: string, argv: readonly string[]): Promise<string> => {
  const { stdout } = await execa('bwrap', [
    '--unshare-pid', '--unshare-net', '--die-with-parent', '--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin',
    '--bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/cache',
    '--ro-bind', sampleFolder(), '/srv/sample', '--ro-bind', repositories, repositories, '--cap-add', 'ALL', '--', ...argv,
  ], { all: true });
  return stdout;
};

const UPGRADE = ['dnf5', '-y', '--refresh', '--setopt=pluginconfpath=/nonexistent', 'upgrade'];

const versionOf = (root: string, repositories: string, name: string): Promise<string> =>
  inside(root, repositories, ['rpm', '-q', '--qf', '%{VERSION} %{ARCH}', name]);

/** The files of an image that name a repository of its distribution to its own dnf5. */
const repositoryFile = (url: string): string => {
  const lines = ['[own]', 'name=own', `baseurl=${url}`, 'gpgcheck=1', 'repo_gpgcheck=1', 'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-sample', ''];
  return `[[files]]\npath = "/etc/yum.repos.d/own.repo"\ncontent = ${JSON.stringify(lines.join('\n'))}\n`;
};

describe('a level that is the base architecture', () => {
  const repositories = join(folder, 'basearch');
  const repository = join(repositories, 'x86_64_v2');
  const tool = (version: string) => ({ name: 'tool', version, arch: 'x86_64_v2', files: { '/usr/share/tool': version }, signer: 'sample' as const });
  let file = '';

  beforeAll(async () => {
    copyRepository(repository);
    await makePackages(repository, [tool('1')]);
    await publish(repository);
    const url = `file://${repositories}/$basearch`;
    file = writeFiles(join(folder, 'basearch-image'), {
      'test.toml': definition([...UPGRADING, 'tool'], repositoryFile(url), './own.toml'),
      'own.toml': distribution([{ id: 'own', url, keys: [sampleKey()] }])
        .replace('level = "v1"\n', '').replace('[package-names]', 'baseline = "v2"\nlevel-model = "basearch"\n[package-names]'),
    });
  });

  it('is in the address, in the labels, and in the image, which upgrades itself', async () => {
    const plan = await runHew(['plan', file, '--json'], { env: env() });
    expect((JSON.parse(plan.stdout) as { targets: readonly object[] }).targets).toMatchObject([{ level: 'v2', vars: { arch: 'x86_64_v2', basearch: 'x86_64_v2' } }]);
    const output = join(folder, 'basearch-out');
    const result = await build(file, output, ['--keep-root'], { env: env() });
    expect(result.level).toBe('v2');
    expect(result.packages.find(({ name }) => name === 'tool')?.arch).toBe('x86_64_v2');
    expect(result.audit[0]).toMatchObject({ declared: 'v2', upgrades: { works: true } });
    const [rootName = ''] = readdirSync(output).filter((name) => name.endsWith('.root'));
    const root = join(output, rootName);
    expect(await versionOf(root, repositories, 'tool')).toBe('1 x86_64_v2');
    await makePackages(repository, [tool('2')]);
    await publish(repository);
    const forgetful = join(folder, 'basearch-forgetful');
    cpSync(root, forgetful, { recursive: true, verbatimSymlinks: true });
    rmSync(join(forgetful, 'etc/dnf/vars'), { recursive: true });
    // Without its variables it looks for x86_64, which is not there.
    expect(await inside(forgetful, repositories, UPGRADE)).toContain('Nothing to do');
    const audit = await runHew(['audit', forgetful, '--json'], { env: env() });
    expect((JSON.parse(audit.stdout) as AuditReport[])[0]?.upgrades).toMatchObject({ works: false });
    await inside(root, repositories, UPGRADE);
    expect(await versionOf(root, repositories, 'tool')).toBe('2 x86_64_v2');
  });
});

describe('libraries below glibc-hwcaps', () => {
  const repositories = join(folder, 'hwcaps');
  const LIBRARY = '/usr/lib64/glibc-hwcaps/x86-64-v3/libtool.so.1';
  let file = '';
  let library = '';

  /** A package and its sub-package, which goes with that build alone. */
  const make = async (version: string): Promise<void> => {
    await makePackages(repositories, [
      { name: 'libtool', version, arch: 'x86_64', files: { '/usr/share/libtool': version }, signer: 'sample' },
      {
        name: 'libtool-x86-64-v3', version, arch: 'x86_64', copies: { [LIBRARY]: library }, signer: 'sample',
        preamble: [`Requires: libtool = ${version}-1`, 'Supplements: (libtool and hwcaps-v3)'],
      },
    ]);
    await publish(repositories);
  };

  beforeAll(async () => {
    // A library that needs x86-64-v3, out of an image of that level.
    const output = join(folder, 'library');
    const source = writeFiles(join(folder, 'library-image'), { 'test.toml': definition(['filesystem', 'sample-hello'], '[hardware]\nlevel = "v3"\n') });
    await build(source, output, ['--keep-root'], { env: env() });
    const [root = ''] = readdirSync(output).filter((name) => name.endsWith('.root'));
    const found = readdirSync(join(output, root, 'usr'), { recursive: true, withFileTypes: true }).find(({ name }) => name === 'libsample.so.1');
    library = join(folder, 'libtool.so.1');
    cpSync(join(found?.parentPath ?? '', 'libsample.so.1'), library);
    copyRepository(repositories);
    await makePackages(repositories, [{ name: 'hwcaps-v3', signer: 'sample' }]);
    await make('1');
    file = writeFiles(join(folder, 'hwcaps-image'), {
      'test.toml': definition([...UPGRADING, 'libtool'], repositoryFile(`file://${repositories}`), './own.toml'),
      'own.toml': distribution([{ id: 'own', url: `file://${repositories}`, keys: [sampleKey()] }])
        .replace('[package-names]', 'level-model = "hwcaps"\n[hwcaps]\npackage = "$name-x86-64-$level"\npattern = "hwcaps-$level"\n[package-names]'),
    });
  });

  const namesOf = (packages: readonly { readonly name: string }[]): readonly string[] =>
    packages.map(({ name }) => name).filter((name) => /libtool|hwcaps/.test(name));

  it('are left out of a baseline image', async () => {
    const result = await build(file, join(folder, 'hwcaps-baseline'), [], { env: env() });
    expect(namesOf(result.packages)).toEqual(['libtool']);
    expect(result.audit[0]?.hwcaps).toEqual([]);
  });

  it('come with a level into an image that any machine runs, in step with their packages, locked and upgraded', async () => {
    const own = env();
    const locked = await runHew(['lock', file, '--level', 'v3', '--json'], { env: own });
    expect(locked.status, locked.stderr).toBe(0);
    const output = join(folder, 'hwcaps-v3');
    const result = await build(file, output, ['--level', 'v3', '--locked', '--keep-root'], { env: env() });
    expect(namesOf(result.packages)).toEqual(['hwcaps-v3', 'libtool', 'libtool-x86-64-v3']);
    expect(result.level).toBe('baseline');
    expect(result.audit[0]).toMatchObject({
      declared: 'baseline', highest: 'baseline', hwcaps: [{ path: '/usr/lib64/glibc-hwcaps/x86-64-v3', level: 'v3', elf: 1 }],
    });
    // A lock of other libraries does not answer the plan.
    const other = await runHew(['build', file, '--locked', '--output', join(folder, 'hwcaps-other'), '--json'], { env: own });
    expect(other.stdout).toContain('below glibc-hwcaps');
    const [root = ''] = readdirSync(output).filter((name) => name.endsWith('.root'));
    await make('2');
    await inside(join(output, root), repositories, UPGRADE);
    expect(await versionOf(join(output, root), repositories, 'libtool-x86-64-v3')).toBe('2 x86_64');
  });
});

describe('a dnf5 that would take the level of its machine', () => {
  /** As one that detects the level does: told of no architecture, it takes that of the machine. */
  const DETECTING = `#!/bin/sh
vars=/nonexistent
for argument; do case "$argument" in --setopt=varsdir=*) vars=\${argument#--setopt=varsdir=} ;; esac; done
test -e "$vars/arch" || set -- --setvar=arch=x86_64_v3 --setvar=basearch=x86_64 "$@"
exec /usr/bin/dnf5.plain "$@"
`;
  let tree = '';
  let cache = '';

  beforeAll(async () => {
    // Of hard links: beside the tree that it is a copy of.
    cache = mkdtempSync(join(preparedCache(), 'test-'));
    const named = treePath(preparedCache());
    const original = realpathSync(named);
    tree = join(cache, 'tools', basename(original));
    mkdirSync(join(cache, 'tools'));
    await execa('cp', ['-al', original, tree]);
    if (basename(named) !== basename(original)) symlinkSync(basename(original), join(cache, 'tools', basename(named)));
    renameSync(join(tree, 'usr/bin/dnf5'), join(tree, 'usr/bin/dnf5.plain'));
    writeFileSync(join(tree, 'usr/bin/dnf5'), DETECTING, { mode: 0o755 });
    symlinkSync(join(sampleFolder(), '..'), join(cache, 'sample'));
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  it('builds a baseline image from a repository of labelled packages', async () => {
    // By itself it takes x86_64_v3: what is asked of hew here is something.
    const { stdout } = await execa('bwrap', [
      '--ro-bind', join(tree, 'usr'), '/usr', ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
      '--ro-bind', join(tree, 'etc'), '/etc', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/var', '--unshare-net', '--', 'dnf5', '--dump-variables',
    ]);
    expect(stdout).toMatch(/^arch = x86_64_v3$/m);
    const file = writeFiles(join(folder, 'v3-machine'), { 'test.toml': definition(['bash', 'filesystem', 'sample-hello', 'sample-fast'], '', 'sample-labelled') });
    const result = await build(file, join(folder, 'v3-machine-out'), [], { env: { HEW_CACHE: cache } });
    expect(new Set(result.packages.map(({ arch }) => arch))).toEqual(new Set(['x86_64', 'noarch']));
    expect(result.audit[0]).toMatchObject({ declared: 'baseline', highest: 'baseline' });
  });
});
