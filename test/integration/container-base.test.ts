import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { build, runHew } from '../support/hew.ts';
import { CONTAINER_BASE, unexplainedPaths } from '../support/owned.ts';
import { readLayout, type OciImage } from '../support/oci.ts';
import { makeCache, testFolder } from '../support/places.ts';
import { readTar, type TarEntry } from '../support/tar.ts';
import { runTestTool } from '../support/test-tools.ts';

const folder = testFolder();
const output = join(folder, 'out');
const layout = join(output, 'container-base-4.0.oci');
const rootfs = join(folder, 'bundle/rootfs');
let env: { HEW_CACHE: string };
let unexplained: Awaited<ReturnType<typeof unexplainedPaths>>;
let result: BuildResult;
let image: OciImage;
let entries: readonly TarEntry[];

const entry = (path: string): TarEntry | undefined => entries.find((one) => one.path === path);

beforeAll(async () => {
  env = { HEW_CACHE: makeCache(folder) };
  result = await build('container-base', output, ['--distro', 'sample'], { env });
  const [only, ...others] = readLayout(layout).images;
  if (only === undefined || others.length > 0) throw new Error('not one image in the layout');
  image = only;
  entries = readTar(image.layers[0] ?? Buffer.alloc(0));
  await runTestTool(['umoci', 'unpack', '--image', `${layout}:4.0`, join(folder, 'bundle')], { read: [output], write: [folder] });
  unexplained = await unexplainedPaths(rootfs, CONTAINER_BASE);
});

describe('the OCI layout', () => {
  it('keeps to the image specification, down to every digest and DiffID', () => {
    expect(image.manifest.layers.map(({ mediaType }) => mediaType)).toEqual(['application/vnd.oci.image.layer.v1.tar+zstd']);
    expect(image.descriptor.platform).toEqual({ architecture: 'amd64', os: 'linux' });
    expect(image.descriptor.annotations).toEqual({ 'org.opencontainers.image.ref.name': '4.0' });
  });

  it('has the configuration that the definition asks for, and no user that it does not', () => {
    expect(image.config.config).toEqual({
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'],
      Cmd: ['/bin/bash'],
    });
    expect(image.config.config).not.toHaveProperty('User');
  });

  it('is annotated with what it is, dated by its newest package', () => {
    const newest = Math.max(...result.packages.map(({ buildTime }) => buildTime));
    const created = new Date(newest * 1000).toISOString().replace('.000Z', 'Z');
    expect(image.config.created).toBe(created);
    expect(image.manifest.annotations).toEqual({
      'org.opencontainers.image.created': created,
      'org.opencontainers.image.title': 'container-base',
      'org.opencontainers.image.version': '4.0',
      'org.opencontainers.image.description': 'Azure Linux container base',
    });
    expect(Math.max(...entries.map(({ mtime }) => mtime))).toBeLessThanOrEqual(newest);
  });

  it('holds what tar cannot carry into a container: no device, no socket, no absolute hard link, numbers for owners', () => {
    expect(entries.filter(({ type }) => type === 'other')).toEqual([]);
    expect(entries.filter(({ type, link }) => type === 'hard link' && link.startsWith('/'))).toEqual([]);
    expect(entries.filter(({ path }) => path.startsWith('/') || path.split('/').includes('..'))).toEqual([]);
    expect(entries.filter(({ owner, group }) => owner !== '' || group !== '')).toEqual([]);
    expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length);
  });

  it('is what skopeo copies, as a folder and as one file, without a change of digest', async () => {
    const copy = async (from: string, to: string): Promise<string> =>
      runTestTool(['skopeo', '--insecure-policy', 'copy', '--preserve-digests', from, to], { read: [output], write: [folder] });
    await copy(`oci:${layout}:4.0`, `dir:${join(folder, 'dir')}`);
    await copy(`oci-archive:${layout}.tar:4.0`, `oci:${join(folder, 'copy')}:4.0`);
    expect(readFileSync(join(folder, 'dir/manifest.json'), 'utf8')).toBe(JSON.stringify(image.manifest));
    expect(readLayout(join(folder, 'copy')).images.map(({ descriptor }) => descriptor.digest)).toEqual([image.descriptor.digest]);
  });

  it('is described by the result of the build', () => {
    expect(result).toMatchObject({ image: 'container-base', version: '4.0', level: 'baseline' });
    const archive = result.artifacts.find(({ format }) => format === 'oci-archive');
    expect(archive).toMatchObject({ path: `${layout}.tar`, size: statSync(`${layout}.tar`).size });
    expect(result.artifacts.find(({ format }) => format === 'oci')?.path).toBe(layout);
    expect(readdirSync(output).sort()).toEqual(expect.arrayContaining(['container-base-4.0.oci', 'container-base-4.0.oci.tar']));
    expect(readdirSync(output).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('the root, unpacked by umoci', () => {
  it('runs programs', async () => {
    const inside = (script: string): Promise<string> =>
      runTestTool(['chroot', rootfs, '/bin/bash', '-c', script], { write: [folder] });
    expect(await inside('. /etc/os-release; echo "$ID $VERSION_ID $VARIANT_ID"')).toBe('sample 4.0 container');
    expect(await inside('echo $((6 * 7)); getent passwd root')).toBe('42\nroot:x:0:0:Super User:/root:/bin/bash');
  });

  it('is what its packages say: rpm -Va finds nothing to tell', async () => {
    const verify = ['rpm', `--root=${rootfs}`, '--dbpath=/usr/lib/sysimage/rpm', '--verify', '--all'];
    await expect(runTestTool(verify, { write: [folder] })).resolves.toBe('');
  });

  it('has a package list that dnf5 and scanners can read', async () => {
    const list = await runTestTool(
      ['rpm', `--root=${rootfs}`, '--dbpath=/usr/lib/sysimage/rpm', '-qa', '--queryformat=%{NAME}\n'],
      { write: [folder] },
    );
    expect(list.split('\n').sort()).toEqual(result.packages.map(({ name }) => name).sort());
    const origins = readFileSync(join(rootfs, 'usr/lib/sysimage/libdnf5/nevras.toml'), 'utf8');
    expect(origins).not.toContain('stored_transaction');
    expect(origins).toContain('sample-base');
  });

  it('says what image it is', () => {
    expect(readFileSync(join(rootfs, 'etc/hew-release'), 'utf8')).toBe(
      'IMAGE_ID=container-base\nIMAGE_VERSION=4.0\nARCHITECTURE=x86_64\nMICROARCHITECTURE_LEVEL=baseline\nDISTRIBUTION="Sample Linux 4.0"\n',
    );
  });
});

describe('nothing else got in', () => {
  it('every path belongs to a package, or has its reason', () => {
    expect(unexplained).toEqual({ paths: [], reasons: [] });
  });

  it('a file that slipped in would show', async () => {
    writeFileSync(join(rootfs, 'usr/bin/slipped-in'), '');
    symlinkSync('bash', join(rootfs, 'etc/slipped-in'));
    const { paths } = await unexplainedPaths(rootfs, CONTAINER_BASE);
    for (const path of ['usr/bin/slipped-in', 'etc/slipped-in']) rmSync(join(rootfs, path));
    expect(paths.filter((path) => path.includes('slipped-in'))).toEqual(['/etc/slipped-in -> bash', '/usr/bin/slipped-in']);
  });
});

describe('nothing is left over', () => {
  it('in folders that only a running system fills', () => {
    const fillable = ['run', 'tmp', 'var/tmp', 'var/log', 'var/cache', 'proc', 'sys', 'dev'];
    const below = entries.filter(({ path, type }) => type !== 'folder' && fillable.some((one) => path.startsWith(`${one}/`)));
    expect(below.map(({ path }) => path)).toEqual([]);
  });

  it('of package managers and account tools', () => {
    const traces = /(\.rpm\.lock|rpmdb\.sqlite-(shm|wal)|\.pwd\.lock|transaction_history|system-repo\.lock|etc\/(passwd|group|shadow|gshadow)-)$/;
    expect(entries.map(({ path }) => path).filter((path) => traces.test(path))).toEqual([]);
  });

  it('of the builder', () => {
    expect(existsSync(join(rootfs, 'etc/resolv.conf'))).toBe(false);
    const machineId = entry('etc/machine-id');
    expect(machineId?.content.length ?? 0).toBe(0);
    const own = [env.HEW_CACHE, folder, '/root/.cache'];
    const telling = entries.filter(({ path, content, link }) => own.some((one) => path.includes(one.slice(1)) || link.includes(one) || content.includes(one)));
    expect(telling.map(({ path }) => path)).toEqual([]);
  });
});

describe('minimal means minimal', () => {
  it('every package was asked for or is needed by another one, and hew says by which', async () => {
    const run = await runHew(['plan', 'container-base', '--distro', 'sample', '--resolve', '--json'], { env });
    const { reasons } = JSON.parse(run.stdout) as {
      reasons: readonly { name: string; reason: string; neededBy: readonly string[] }[];
    };
    expect(reasons.map(({ name }) => name).sort()).toEqual(result.packages.map(({ name }) => name).sort());
    expect(reasons.filter(({ reason, neededBy }) => reason !== 'asked' && neededBy.length === 0)).toEqual([]);
    expect(reasons.filter(({ reason }) => reason === 'asked').map(({ name }) => name).sort()).toEqual(
      ['bash', 'filesystem', 'openssl-fips-provider', 'sample-release-container', 'sample-repos'],
    );
  });

  it('plan --why tells of one package', async () => {
    const run = await runHew(['plan', 'container-base', '--distro', 'sample', '--why', 'glibc'], { env });
    expect(run.stdout).toMatch(/^glibc-2\S+\s+sample-base\s+dependency\s+needed by .*\bbash\b/);
    const other = await runHew(['plan', 'container-base', '--distro', 'sample', '--why', 'glibcc'], { env });
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('did you mean `glibc`');
  });

  it('no documentation, only the languages asked for, no kernel', () => {
    const files = entries.filter(({ type }) => type !== 'folder').map(({ path }) => path);
    expect(files.filter((path) => /^usr\/share\/(man|doc|info|gtk-doc)\//.test(path))).toEqual([]);
    expect(files.filter((path) => /^usr\/share\/locale\/.*\.mo$/.test(path))).toEqual([]);
    const locales = files.flatMap((path) => /^usr\/lib\/locale\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(locales)]).toEqual(['C.utf8']);
    expect(files.filter((path) => /^(boot|usr\/lib\/modules|usr\/lib\/firmware)\//.test(path))).toEqual([]);
  });
});
