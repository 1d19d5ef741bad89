import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { build, failureOf, runHew } from '../../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../../support/places.ts';
import { runTool } from '../disk/tools.ts';
import { addMembers, changeLayout, type Parts, type TarMember } from './layouts.ts';
import { failedIds, inspect, verify } from './run.ts';

const folder = testFolder();
let layout = '';

beforeAll(async () => {
  const file = writeFiles(folder, { 'test.toml': definition(['sample-release-container', 'bash', 'filesystem']) });
  const { artifacts } = await build(file, join(folder, 'out'), [], { env: { HEW_CACHE: makeCache(folder) } });
  layout = artifacts.find(({ path }) => statSync(path).isDirectory())?.path ?? '';
});

let copies = 0;
const changed = (change: (parts: Parts) => void, options?: { keepDiffIds: boolean }): string =>
  changeLayout(layout, join(folder, `copy-${(copies += 1)}`), change, options);
const withMembers = (...members: readonly TarMember[]): string =>
  changed(({ layers }) => void (layers[layers.length - 1] = addMembers(layers.at(-1) ?? Buffer.alloc(0), members)));

describe('verify --for oci', () => {
  it('passes what hew built, as a folder, without a warning', async () => {
    const [report, ...more] = await verify(layout, 'oci');
    expect(more).toEqual([]);
    expect(report).toMatchObject({ platform: 'oci', image: 'amd64', passed: true });
    expect(report?.results.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  });

  it('passes a copy whose digests were made anew', async () => {
    expect(await failedIds(changed(() => undefined), 'oci')).toEqual([]);
  });

  it('finds a layer that is not what diff_ids says', async () => {
    const copy = changed(({ layers }) => void (layers[0] = addMembers(layers[0] ?? Buffer.alloc(0), [{ path: './etc/more', content: 'x' }])), { keepDiffIds: true });
    expect(await failedIds(copy, 'oci')).toEqual(['oci.diff-ids']);
  });

  it('finds a device node, without failing to unpack it', async () => {
    expect(await failedIds(withMembers({ path: './dev/null', type: '3' }), 'oci')).toEqual(['oci.special-files']);
  });

  it('finds hard links that are absolute, and paths that leave the root', async () => {
    expect(await failedIds(withMembers({ path: './usr/bin/other', type: '1', link: '/usr/bin/bash' }), 'oci')).toEqual(['oci.hardlinks']);
    expect(await failedIds(withMembers({ path: './usr/bin/other', type: '1', link: './usr/bin/absent' }), 'oci')).toEqual(['oci.hardlinks']);
    expect(await failedIds(withMembers({ path: './../../outside', content: 'x' }), 'oci')).toEqual(['oci.paths']);
  });

  it('finds whiteouts of nothing', async () => {
    expect(await failedIds(withMembers({ path: './etc/.wh.never-there' }), 'oci')).toEqual(['oci.whiteouts']);
  });

  it('finds what must not be in a container', async () => {
    const copy = withMembers(
      { path: './boot/vmlinuz-6.1', content: 'kernel' },
      { path: './usr/lib/modules/6.1/kernel/fs/vfat.ko.xz', content: 'module' },
      { path: './var/cache/libdnf5/base/solv', content: 'x' },
      { path: './var/log/dnf5.log', content: 'x' },
    );
    expect(await failedIds(copy, 'oci')).toEqual(['container.no-kernel', 'container.no-modules', 'container.no-package-cache', 'container.no-package-log']);
    const named = withMembers({ path: './etc/machine-id', content: `${'a'.repeat(32)}\n` });
    expect(await failedIds(named, 'oci')).toEqual(['generalised.machine-id']);
  });

  it('finds faults of the configuration', async () => {
    expect(await failedIds(changed(({ config }) => void (config.created = 'yesterday')), 'oci')).toContain('oci.created');
    expect(await failedIds(changed(({ config }) => void Object.assign(config, { variant: 'v3' })), 'oci')).toEqual(['oci.platform', 'oci.variant']);
    expect(await failedIds(changed(({ config }) => void (config.config['User'] = 'nobody')), 'oci', 'warning')).toEqual(['oci.user']);
    expect(await failedIds(changed(({ manifest }) => void (manifest['annotations'] = {})), 'oci', 'warning')).toEqual(['oci.annotations']);
    expect(await failedIds(changed(({ manifest }) => void (manifest['schemaVersion'] = 1)), 'oci')).toEqual(['oci.manifest']);
  });

  it('finds a bad index, a missing marker, and blobs that are gone or others', async () => {
    const copy = (name: string): string => {
      const path = join(folder, name);
      cpSync(layout, path, { recursive: true });
      return path;
    };
    const index = copy('bad-index');
    writeFileSync(join(index, 'index.json'), '{"schemaVersion": 2, "manifests": [{"digest": "../../etc/passwd"}]}');
    expect(await failedIds(index, 'oci')).toEqual(['oci.index']);
    const [schema, marker, gone] = [copy('schema'), copy('marker'), copy('gone')];
    const parsed = JSON.parse(readFileSync(join(schema, 'index.json'), 'utf8')) as object;
    writeFileSync(join(schema, 'index.json'), JSON.stringify({ ...parsed, schemaVersion: 1 }));
    expect(await failedIds(schema, 'oci')).toEqual(['oci.index']);
    rmSync(join(marker, 'oci-layout'));
    expect(await failedIds(marker, 'oci')).toEqual(['oci.layout']);
    const largest = readdirSync(join(gone, 'blobs/sha256')).map((name) => join(gone, 'blobs/sha256', name)).toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
    truncateSync(largest, statSync(largest).size - 100);
    expect(await failedIds(gone, 'oci')).toEqual(['oci.diff-ids', 'oci.digests']);
    rmSync(largest);
    expect(await failedIds(gone, 'oci')).toEqual(['oci.diff-ids', 'oci.digests']);
    const audit = await runHew(['audit', gone, '--json']);
    expect(failureOf(audit)).toMatchObject({ code: 'oci-invalid' });
  });

  it('inspects it', async () => {
    const [found] = await inspect(layout);
    expect(found).toMatchObject({ format: 'oci', platform: { architecture: 'amd64', os: 'linux' }, level: 'baseline', architecture: 'x86_64', kernels: [] });
    expect(found?.packages.some(({ name }) => name === 'bash')).toBe(true);
    const sizes = found?.packages.map(({ size }) => size) ?? [];
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });
});

describe('verify --for wsl', () => {
  it('finds all that a plain tar lacks', async () => {
    const root = join(folder, 'wsl');
    writeFiles(root, {
      'etc/os-release': 'NAME=Tiny\nID=tiny\nVERSION_ID=1\n', 'etc/wsl.conf': '[boot]\nsystemd=true\n', 'usr/bin/true': '',
      'etc/resolv.conf': 'nameserver 10.0.0.1\n', 'boot/vmlinuz-6': 'kernel',
    });
    await runTool(['tar', '--owner=0', '--group=0', '--mode=u=rw,go=r,a+X', '-C', root, '-czf', join(folder, 'tiny.wsl'), '.'], folder);
    expect(await failedIds(join(folder, 'tiny.wsl'), 'wsl')).toEqual([
      'container.no-kernel', 'generalised.resolv-conf', 'wsl.default-name', 'wsl.distribution-conf', 'wsl.icon',
    ]);
  });
});
