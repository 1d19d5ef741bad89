import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import type { VerifyReport } from '../../src/platforms/verify-image.ts';
import type { Inspection } from '../../src/usecases/inspect-artifact.ts';
import { build, runHew } from '../support/hew.ts';
import { makeCache, testFolder, writeFiles } from '../support/places.ts';
import { runTool } from './disk/tools.ts';

// Formats that clouds and Vagrant import, of one machine: opened again, held against the rules of their platforms. That
// equal disks give equal files of them: disk/make-disk.test.ts; that machines have equal disks: joined.test.ts.
const folder = testFolder();
const cache = makeCache(folder);
/** Milliseconds for a build on a machine that is not its own. */
const BUILD = 900_000;

const definition = writeFiles(folder, { 'cloud.toml': `
name = "cloud"
version = "1"
extends = ["vm"]
distro = "sample"
[packages]
install = ["release-basic", "cloud-init", "cloud-utils-growpart", "openssh-server"]
[system.services]
enable = ["sshd", "cloud-init-local", "cloud-init-network", "cloud-config", "cloud-final"]
[[files]]
path = "/etc/cloud/cloud.cfg.d/91-clouds.cfg"
content = "datasource_list: [ Ec2, GCE, NoCloud ]\\n"
[disk]
size = "minimal"
[[outputs]]
format = "vmdk"
verify = ["qemu", "aws"]
[[outputs]]
format = "gce"
[[outputs]]
format = "vagrant"
` });

const pathOf = ({ artifacts }: BuildResult, format: string): string => artifacts.find((artifact) => artifact.format === format)?.path ?? '';

async function json<T>(args: readonly string[]): Promise<readonly T[]> {
  const run = await runHew([...args, '--json']);
  const values = JSON.parse(run.stdout) as readonly T[];
  expect(values.length, run.stderr).toBe(1);
  return values;
}

const failed = async (artifact: string, platform: string): Promise<readonly string[]> =>
  (await json<VerifyReport>(['verify', artifact, '--for', platform])).flatMap(({ results }) => results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id));

describe('formats of clouds and of Vagrant', () => {
  it('hold the rules of their platforms, and are opened again', async () => {
    const made = await build(definition, join(folder, 'made'), ['--no-cache'], { env: { HEW_CACHE: cache } });
    expect(made.artifacts.map(({ name }) => name)).toEqual(['cloud-1.vmdk', 'cloud-1.tar.gz', 'cloud-1.box']);
    expect(made.rules.map(({ artifact, platform, passed }) => [artifact, platform, passed.length > 5])).toEqual([
      ['cloud-1.vmdk', 'qemu', true], ['cloud-1.vmdk', 'aws', true], ['cloud-1.tar.gz', 'gcp', true], ['cloud-1.box', 'qemu', true],
    ]);
    expect(await failed(pathOf(made, 'vmdk'), 'aws')).toEqual([]);
    expect(await failed(pathOf(made, 'gce'), 'gcp')).toEqual([]);
    expect(await failed(pathOf(made, 'vagrant'), 'qemu')).toEqual([]);
    expect(await failed(pathOf(made, 'vmdk'), 'gcp')).toContain('gcp.format');
    for (const format of ['vmdk', 'gce', 'vagrant']) {
      const [inspection] = await json<Inspection>(['inspect', pathOf(made, format)]);
      expect(inspection?.disk?.partitions.map(({ filesystem }) => filesystem?.type), format).toEqual(['vfat', 'ext4']);
      expect(inspection?.packages.length, format).toBeGreaterThan(50);
    }
    await opensElsewhere(made);
  }, BUILD);
});

/** What other programs make of the files: qemu-img of the disks, tar of the archives. */
async function opensElsewhere(result: BuildResult): Promise<void> {
  const work = join(folder, 'elsewhere');
  writeFiles(work, { 'empty': '' });
  const vmdk = join(work, 'cloud-1.vmdk');
  copyFileSync(pathOf(result, 'vmdk'), vmdk);
  expect(JSON.parse(await runTool(['qemu-img', 'check', '--output=json', vmdk], work))).toMatchObject({ 'check-errors': 0 });
  const info = JSON.parse(await runTool(['qemu-img', 'info', '--output=json', vmdk], work)) as Record<string, unknown>;
  expect(info).toMatchObject({ format: 'vmdk', 'format-specific': { data: { 'create-type': 'streamOptimized' } } });
  const gce = join(work, 'gce.tar.gz');
  copyFileSync(pathOf(result, 'gce'), gce);
  await runTool(['tar', '--extract', `--file=${gce}`, `--directory=${work}`], work);
  // One disk in three clothes.
  const compared = await runTool(['qemu-img', 'compare', '-f', 'vmdk', '-F', 'raw', vmdk, join(work, 'disk.raw')], work);
  expect(compared).toContain('identical');
  const box = join(work, 'sample.box');
  copyFileSync(pathOf(result, 'vagrant'), box);
  await runTool(['tar', '--extract', `--file=${box}`, `--directory=${work}`], work);
  expect(await runTool(['qemu-img', 'compare', '-f', 'qcow2', '-F', 'raw', join(work, 'box.img'), join(work, 'disk.raw')], work)).toContain('identical');
  const size = Number(info['virtual-size']);
  expect(size % 2 ** 30).toBe(0);
  expect(JSON.parse(await runTool(['cat', join(work, 'metadata.json')], work))).toEqual({ provider: 'libvirt', format: 'qcow2', virtual_size: size / 2 ** 30 });
}
