import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

import type { AuditReport } from '../../src/isa/audit-report.ts';
import type { BuildResult } from '../../src/build/build-image.ts';
import { sampleFolder } from '../support/checkout.ts';
import { failBuild } from '../support/failures.ts';
import { build, runHew } from '../support/hew.ts';
import { copyRepository, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

// The sample distribution has four packages twice. sample-hello and libsample are equal, sample-fast is newer for v3,
// and sample-crypt has a security fix that only the baseline build has yet.
const TWINS = ['bash', 'filesystem', 'sample-hello', 'sample-crypt', 'sample-fast'];
const folder = testFolder();
const models = { sample: 'x86_64', 'sample-labelled': 'x86_64_v3' } as const;

const evrs = (result: BuildResult, level = 'v3'): Record<string, string> =>
  Object.fromEntries(result.packages
    .filter(({ name, level: own }) => own === level && /sample-(hello|crypt|fast)|libsample/.test(name))
    .map(({ name, evr, arch }) => [name, `${evr.replace('.sample', '')} ${arch}`]));

describe.each(Object.entries(models))('packages by level from %s', (distro, arch) => {
  let cache = '';
  let file = '';
  beforeAll(() => {
    cache = makeCache(folder, `cache-${distro}`);
    file = writeFiles(join(folder, distro), { 'test.toml': definition(TWINS, '', distro) });
  });

  it('takes baseline builds for a baseline target', async () => {
    const result = await build(file, join(folder, distro, 'baseline'), [], { env: { HEW_CACHE: cache } });
    expect(evrs(result, 'baseline')).toEqual({
      libsample: '1.0-1 x86_64', 'sample-crypt': '1.2-2 x86_64', 'sample-fast': '2.0-1 x86_64', 'sample-hello': '1.0-1 x86_64',
    });
    expect(result.audit[0]?.highest).toBe('baseline');
  });

  it('takes the newest for v3, and the v3 build between equals', async () => {
    const result = await build(file, join(folder, distro, 'v3'), ['--level', 'v3'], { env: { HEW_CACHE: cache } });
    expect(evrs(result)).toEqual({
      libsample: `1.0-1 ${arch}`, 'sample-crypt': '1.2-2 x86_64', 'sample-fast': `2.1-1 ${arch}`, 'sample-hello': `1.0-1 ${arch}`,
    });
    expect(result.audit[0]).toMatchObject({ declared: 'v3', highest: 'v3' });
    expect(result.audit[0]?.packages).toMatch(/^3 of \d+ packages are v3/);
    expect(result.artifacts.map(({ name }) => name)).toEqual(['test-1-v3.oci', 'test-1-v3.oci.tar']);
  });

  it('says in the build and in the plan which package lags behind', async () => {
    const run = await runHew(['build', file, '--level', 'v3', '--output', join(folder, distro, 'said')], { env: { HEW_CACHE: cache } });
    expect(run.stderr).toMatch(/! sample-crypt 1\.2-2\.sample for x86-64 is newer than 1\.2-1\.sample for x86-64-v3/);
    const plan = await runHew(['plan', file, '--level', 'v3', '--json'], { env: { HEW_CACHE: cache } });
    const { lags } = JSON.parse(plan.stdout) as { lags: { name: string }[] };
    expect(lags.map(({ name }) => name)).toEqual(['sample-crypt']);
  });
});

describe('one definition, two levels', () => {
  it('builds both into one index and shares what is the same', async () => {
    const output = join(folder, 'both');
    const file = writeFiles(folder, { 'both.toml': definition(TWINS, '[hardware]\nlevel = ["baseline", "v3"]') });
    const result = await build(file, output, [], { env: { HEW_CACHE: makeCache(folder, 'cache-both') } });
    const layout = join(output, 'test-1.oci');
    const read = <T>(path: string): T => JSON.parse(readFileSync(join(layout, path), 'utf8')) as T;
    const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
    type Index = { manifests: { digest: string; mediaType: string; platform?: object }[] };
    const [top] = read<Index>('index.json').manifests;
    const { manifests } = read<Index>(blob(top?.digest ?? ''));
    expect(manifests.map(({ platform }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'amd64', os: 'linux', variant: 'v3' },
    ]);
    const layers = manifests.map(({ digest }) => read<{ layers: { digest: string; size: number }[] }>(blob(digest)).layers);
    expect(layers[0]?.[0]).toEqual(layers[1]?.[0]);
    expect(layers[0]?.[1]?.digest).not.toBe(layers[1]?.[1]?.digest);
    const [common = 0, rest = 0] = layers[1]?.map(({ size }) => size) ?? [];
    expect(rest).toBeLessThan(common / 4);
    expect(result.level).toBe('baseline+v3');
    // What the layers unpack to is what was audited.
    const audit = await runHew(['audit', layout, '--json'], { env: { HEW_CACHE: makeCache(folder, 'cache-audit') } });
    const reports = JSON.parse(audit.stdout) as AuditReport[];
    expect(reports.map(({ declared, highest, passed }) => [declared, highest, passed])).toEqual([
      ['baseline', 'baseline', true], ['v3', 'v3', true],
    ]);
  });
});

describe('files above the declared level', () => {
  it('fail a baseline build, their package named', async () => {
    const repository = await publish(copyRepository(join(folder, 'mislabelled'), (name) => !/^(sample-hello|libsample)-/.test(name)));
    cpSync(join(sampleFolder(), 'repos/base/x86_64_v3/sample-hello-1.0-1.sample.x86_64.rpm'), join(repository, 'sample-hello-1.0-1.sample.x86_64.rpm'));
    cpSync(join(sampleFolder(), 'repos/base/x86_64_v3/libsample-1.0-1.sample.x86_64.rpm'), join(repository, 'libsample-1.0-1.sample.x86_64.rpm'));
    await publish(repository);
    const file = writeFiles(folder, {
      'smuggled.toml': definition(['bash', 'filesystem', 'sample-hello'], '', './mislabelled.toml'),
      'mislabelled.toml': distribution([{ id: 'mislabelled', url: `file://${repository}`, keys: [sampleKey()] }]),
    });
    const { error, status } = await failBuild(folder, file);
    expect([error.code, status]).toEqual(['audit-above-level', 1]);
    expect(error.problems.map(({ message }) => message).join('\n')).toMatch(/\/usr\/bin\/sample-hello.*sample-hello.*v3/s);
  });

  it('fail it also when the definition itself copies them in', async () => {
    const root = join(folder, 'sample-v3', 'test-1.root');
    const v3 = writeFiles(join(folder, 'sample-v3'), { 'test.toml': definition(['filesystem', 'sample-hello']) });
    await build(v3, join(folder, 'sample-v3'), ['--level', 'v3', '--keep-root'], { env: { HEW_CACHE: makeCache(folder, 'cache-copied') } });
    cpSync(join(root, 'usr/bin/sample-hello'), join(folder, 'tool'));
    const file = writeFiles(folder, { 'copied.toml': definition(['bash', 'filesystem'], '[[files]]\npath = "/usr/local/bin/tool"\nsource = "tool"\nmode = "0755"') });
    const { error } = await failBuild(folder, file);
    expect(error.code).toBe('audit-above-level');
    expect(error.message).toContain('/usr/local/bin/tool');
  });
});

describe('a repository of the level that is down', () => {
  const down = 'http://127.0.0.1:9/repo';
  const withLevel = (missing: string): string => {
    const more = `[hardware]\nlevel = "v3"\nmissing-level = "${missing}"`;
    return writeFiles(join(folder, `down-${missing}`), {
      'test.toml': definition(['bash', 'filesystem', 'sample-hello'], more, './down.toml'),
      'down.toml': distribution([
        { id: 'base', url: `file://${sampleFolder()}/repos/base/x86_64`, keys: [sampleKey()] },
      ]) + `[[repositories]]\nid = "base-v3"\nbaseurl = "${down}"\ngpgkey = ["${sampleKey()}"]\nlevel = "v3"\n`,
    });
  };

  it('fails the build', async () => {
    const { error } = await failBuild(folder, withLevel('fail'));
    expect(error.code).toBe('repository-unreachable');
    expect(error.message).toContain('base-v3');
  });

  it('gives way to baseline packages where the definition allows it, and says so', async () => {
    const run = await runHew(['build', withLevel('baseline'), '--output', join(folder, 'fell-back')], { env: { HEW_CACHE: makeCache(folder, 'cache-down') } });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/! base-v3: .*could not be reached.*baseline packages are used instead/);
  });
});

/** Runs a program of a root, its repositories in sight. */
const inside = async (root: string, repositories: readonly string[], argv: readonly string[]): Promise<string> => {
  const { stdout } = await execa('bwrap', [
    '--unshare-pid', '--unshare-net', '--die-with-parent', '--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin',
    '--bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/cache',
    '--ro-bind', sampleFolder(), '/srv/sample', ...repositories.flatMap((path) => ['--ro-bind', path, path]),
    '--cap-add', 'ALL', '--', ...argv,
  ], { all: true });
  return stdout;
};

// Without plugins: one of them wants createrepo_c in the image.
const DNF_UPGRADE = ['dnf5', '-y', '--refresh', '--setopt=pluginconfpath=/nonexistent', 'upgrade'];

describe('an image that upgrades itself', () => {
  const packages = ['bash', 'filesystem', 'release-container', 'repos', 'dnf5', 'sample-hello'];
  const env = (): { HEW_CACHE: string } => ({ HEW_CACHE: makeCache(folder, `cache-upgrade-${String(Math.random()).slice(2)}`) });

  it('sees newer v3 packages of a repository of their own', async () => {
    const repository = await publish(copyRepository(join(folder, 'own-v3'), () => true, 'repos/base/x86_64_v3'));
    const file = writeFiles(join(folder, 'own'), {
      'test.toml': definition(packages, '[hardware]\nlevel = "v3"', './own.toml'),
      'own.toml': distribution([{ id: 'sample-base', url: `file://${sampleFolder()}/repos/base/x86_64`, keys: [sampleKey()] }])
        + `[[repositories]]\nid = "own-v3"\nbaseurl = "file://${repository}"\ngpgkey = ["${sampleKey()}"]\nlevel = "v3"\n`,
    });
    const output = join(folder, 'own-out');
    const result = await build(file, output, ['--keep-root'], { env: env() });
    expect(result.audit[0]?.upgrades?.works).toBe(true);
    const root = join(output, 'test-1.root');
    expect(await inside(root, [repository], ['sample-hello'])).toContain('1.0 built for x86-64-v3');
    copyRepository(repository, (name) => name.startsWith('sample-hello-1.1'), 'repos/updates/x86_64_v3');
    await publish(repository);
    // The same root without what hew put there, for the difference.
    const forgetful = join(folder, 'own-forgetful');
    cpSync(root, forgetful, { recursive: true, verbatimSymlinks: true });
    rmSync(join(forgetful, 'etc/yum.repos.d/own-v3.repo'));
    expect(await inside(forgetful, [repository], DNF_UPGRADE)).toContain('Nothing to do');
    const audit = await runHew(['audit', forgetful, '--json'], { env: env() });
    expect((JSON.parse(audit.stdout) as AuditReport[])[0]?.passed).toBe(true);
    await inside(root, [repository], DNF_UPGRADE);
    expect(await inside(root, [repository], ['sample-hello'])).toContain('1.1 built for x86-64-v3');
  });

  it('sees newer packages that are labelled x86_64_v3', async () => {
    const repository = await publish(copyRepository(join(folder, 'labelled'), () => true, 'repos/labelled/x86_64'));
    const repositoryFile = ['[labelled]', 'name=labelled', `baseurl=file://${repository}`, 'gpgcheck=1', 'repo_gpgcheck=1',
      'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-sample', ''].join('\\n');
    const file = writeFiles(join(folder, 'label'), {
      'test.toml': definition(packages, `[hardware]\nlevel = "v3"\n[[files]]\npath = "/etc/yum.repos.d/labelled.repo"\ncontent = "${repositoryFile}"`, './label.toml'),
      'label.toml': distribution([{ id: 'labelled', url: `file://${repository}`, keys: [sampleKey()] }]).replace('[package-names]', 'package-arch-labels = true\n[package-names]'),
    });
    const output = join(folder, 'label-out');
    const result = await build(file, output, ['--keep-root'], { env: env() });
    expect(result.audit[0]?.upgrades?.works).toBe(true);
    const root = join(output, 'test-1.root');
    expect(await inside(root, [repository], ['rpm', '-q', '--qf', '%{ARCH}', 'sample-hello'])).toBe('x86_64_v3');
    copyRepository(repository, (name) => name.startsWith('sample-hello-1.1'), 'repos/labelled-updates/x86_64');
    await publish(repository);
    const forgetful = join(folder, 'label-forgetful');
    cpSync(root, forgetful, { recursive: true, verbatimSymlinks: true });
    rmSync(join(forgetful, 'etc/dnf/vars'), { recursive: true });
    expect(await inside(forgetful, [repository], DNF_UPGRADE)).toContain('Nothing to do');
    const audit = await runHew(['audit', forgetful, '--json'], { env: env() });
    const [report] = JSON.parse(audit.stdout) as AuditReport[];
    expect(report?.upgrades?.works).toBe(false);
    expect(report?.upgrades?.reason).toContain('/etc/dnf/vars/arch');
    await inside(root, [repository], DNF_UPGRADE);
    expect(await inside(root, [repository], ['sample-hello'])).toContain('1.1 built for x86-64-v3');
    expect(existsSync(join(root, 'etc/dnf/vars/basearch'))).toBe(true);
  });
});
