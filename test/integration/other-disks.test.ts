import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { GuestResult } from '../../src/guest/run-guest.ts';
import type { BuildResult } from '../../src/build/build-image.ts';
import type { Inspection } from '../../src/usecases/inspect-artifact.ts';
import { build, runHew } from '../support/hew.ts';
import { PATIENCE } from '../support/patience.ts';
import { makeCache, testFolder, writeFiles } from '../support/places.ts';

// What a disk may be besides what hew's own images are: for a BIOS, of other file systems, in several parts, with
// dracut's initrd. Each is built whole by `hew build` and booted, all at once: a guest without KVM keeps little more
// than one core busy.
const folder = testFolder();
const cache = makeCache(folder);
/** Milliseconds for three of them, on a machine that is not their own. */
const BOOTS = 1_200_000;

const image = (name: string, profile: string, packages: string, rest: string): string => writeFiles(folder, { [`${name}.toml`]: `
name = "${name}"
version = "1"
extends = ["${profile}"]
distro = "sample"
[packages]
install = ["release-basic", ${packages}]
[system]
kernel-cmdline = ["${PATIENCE}"]
${rest}` });

const made = (definition: string, output: string): Promise<BuildResult> =>
  build(definition, join(folder, output), ['--no-cache'], { env: { HEW_CACHE: cache } });

const fileOf = ({ artifacts: [artifact] }: BuildResult): string => artifact?.path ?? '';

async function running(file: string, args: readonly string[] = []): Promise<GuestResult & { readonly commands: string }> {
  const run = await runHew(['boot', file, '--timeout', '900', '--json', '--verbose', ...args]);
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  const result = JSON.parse(run.stdout) as GuestResult;
  expect(result.report).toMatchObject({ state: 'running', failedUnits: [] });
  return { ...result, commands: run.stderr };
}

async function inspect(file: string): Promise<Inspection> {
  const run = await runHew(['inspect', file, '--json']);
  const [found] = JSON.parse(run.stdout) as Inspection[];
  if (found === undefined) throw new Error(run.stderr);
  return found;
}

const partitionsOf = ({ disk }: Inspection) => disk?.partitions.map(({ mount, filesystem }) => `${mount ?? ''} ${filesystem?.type ?? ''}`.trim());

describe.concurrent('a machine of generation 1: BIOS, GRUB, XFS, /boot and /home apart, dracut', () => {
  it('is the same twice and boots whole on a baseline processor', async () => {
    const definition = image('gen1', 'hyperv', '"grub2-pc", "grub2-pc-modules", "grub2-tools", "dracut", "xfsprogs"', `
[[overrides]]
replace = ["boot", 'disk.partitions."/".filesystem']
remove = ["partition:/boot/efi"]
reason = "A machine of generation 1 has a BIOS."
[boot]
firmware = "bios"
loader = "grub2"
initrd = "dracut"
[disk]
size = "3GiB"
[[disk.partitions]]
mount = "/boot"
filesystem = "xfs"
size = "512MiB"
[[disk.partitions]]
mount = "/home"
filesystem = "ext4"
size = "64MiB"
[[disk.partitions]]
mount = "/"
filesystem = "xfs"
[[outputs]]
format = "vhdx"
`);
    const [first, second] = [await made(definition, 'gen1'), await made(definition, 'gen1-again')];
    expect(second.artifacts.map(({ sha256 }) => sha256)).toEqual(first.artifacts.map(({ sha256 }) => sha256));
    expect(first.artifacts.map(({ format }) => format)).toEqual(['vhdx', 'hyperv-script']);
    const found = await inspect(fileOf(first));
    expect(found.disk?.firmware).toEqual(['BIOS']);
    expect(partitionsOf(found)).toEqual(['', '/ xfs', '/boot xfs', '/home ext4']);
    const { cpu, report, commands } = await running(fileOf(first), ['--cpu', 'baseline']);
    expect(commands).toContain('ide-hd,');
    expect(cpu).toBe('qemu64');
    expect(report?.levels).toEqual([]);
  }, BOOTS);
});

describe.concurrent('btrfs with subvolumes', () => {
  it('boots whole', async () => {
    const file = fileOf(await made(image('btrfs', 'vm', '"btrfs-progs"', `
[[overrides]]
replace = ['disk.partitions."/".filesystem']
reason = "It has snapshots."
[disk]
size = "1GiB"
[[disk.partitions]]
mount = "/"
filesystem = "btrfs"
subvolumes = [{ name = "@", mount = "/" }, { name = "@home", mount = "/home" }]
[[outputs]]
format = "qcow2"
`), 'btrfs'));
    expect(partitionsOf(await inspect(file))).toEqual(['/boot/efi vfat', '/ btrfs']);
    const { report } = await running(file, ['--cpu', 'baseline']);
    expect(report?.commandLine).toContain('rootflags=subvol=@');
  }, BOOTS);
});

describe.concurrent('EROFS, which nothing can write', () => {
  it('boots whole with a /var beside it', async () => {
    const file = fileOf(await made(image('erofs', 'vm', '"erofs-utils"', `
[[overrides]]
replace = ['disk.partitions."/".filesystem']
reason = "Nothing may change it."
[[disk.partitions]]
mount = "/"
filesystem = "erofs"
[[disk.partitions]]
mount = "/var"
filesystem = "ext4"
size = "128MiB"
[[outputs]]
format = "raw"
`), 'erofs'));
    expect(partitionsOf(await inspect(file))).toEqual(['/boot/efi vfat', '/ erofs', '/var ext4']);
    const { report } = await running(file, ['--cpu', 'baseline']);
    expect(report?.commandLine).toMatch(/^root=UUID=\S+ ro /);
  }, BOOTS);

  it('is refused where nothing could keep a state, and says what would do', async () => {
    const definition = image('erofs-alone', 'vm', '"erofs-utils"', `
[[overrides]]
replace = ['disk.partitions."/".filesystem']
reason = "Nothing may change it."
[[disk.partitions]]
mount = "/"
filesystem = "erofs"
[[outputs]]
format = "raw"
`);
    const run = await runHew(['check', definition]);
    expect(run.status).toBe(2);
    expect(`${run.stdout}${run.stderr}`).toMatch(/`\/` is read-only and nothing is mounted at \/var[^]*systemd\.volatile=state/);
  });
});
