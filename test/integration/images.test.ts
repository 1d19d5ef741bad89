import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { ErrorReport } from '../../src/cli/print-error.ts';
import type { GuestReport } from '../../src/guest/report-unit.ts';
import type { GuestResult } from '../../src/guest/run-guest.ts';
import type { VerifyReport } from '../../src/platforms/verify-image.ts';
import type { BuildResult } from '../../src/build/build-image.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { openDiskFiles } from '../support/disk-files.ts';
import { build, failureOf, runHew, type HewRun } from '../support/hew.ts';
import { testFolder, writeFiles } from '../support/places.ts';
import { readTar } from '../support/tar.ts';

// The images that come with hew, from the sample distribution: built, held against the rules of their platforms, and
// booted. A guest without KVM takes most of a minute to settle, and half as long again with the registers of v3 and v4.
const folder = testFolder();
/** Milliseconds for a test with one boot, on a machine that is not its own. */
const BOOT = 900_000;
/** The same for one with a build alone. */
const BUILD = 600_000;

const make = (image: string, args: readonly string[] = []): Promise<BuildResult> =>
  build(image, join(folder, image), ['--distro', 'sample', ...args], { cwd: process.cwd() });

/** Ids of the rules that fail; `all` tells of warnings too. */
const broken = async (artifact: string, platform: string, all = false): Promise<readonly string[]> => {
  const run = await runHew(['verify', artifact, '--for', platform, '--json']);
  const reports = JSON.parse(run.stdout) as VerifyReport[];
  expect(reports.length, run.stderr).toBeGreaterThan(0);
  return reports.flatMap(({ results }) => results.filter(({ outcome, severity }) => outcome === 'fail' && (all || severity === 'error')).map(({ id }) => id));
};

const boot = (image: string, args: readonly string[]): Promise<HewRun> => runHew(['boot', image, '--timeout', '560', '--json', ...args]);

const booted = async (image: string, args: readonly string[] = []): Promise<GuestReport> => {
  const run = await boot(image, args);
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  const { report } = JSON.parse(run.stdout) as GuestResult;
  if (report === undefined) throw new Error('a guest that came up whole tells of itself');
  return report;
};

/** How a boot fails, which must be for the image and not for hew or the machine. */
const refused = async (image: string, args: readonly string[]): Promise<ErrorReport['error'] & { readonly hint: string }> => {
  const run = await boot(image, args);
  expect(run.status, run.stderr).toBe(1);
  const error = failureOf(run);
  return { ...error, hint: error.problems[0]?.hint ?? '' };
};

const pathOf = ({ artifacts }: BuildResult, name: string): string => {
  const path = artifacts.find((artifact) => artifact.name === name)?.path;
  if (path === undefined) throw new Error(`no ${name} among ${artifacts.map((artifact) => artifact.name).join(', ')}`);
  return path;
};

describe('minimal-os', () => {
  it('is a VHDX that boots to running, with the script that makes a machine of it', async () => {
    const { artifacts, evidence } = await make('minimal-os');
    expect(artifacts.map(({ format }) => format)).toEqual(['vhdx', 'hyperv-script']);
    expect(evidence.map((path) => path.split('/').at(-1))).toContain('sbom.spdx.json');
    const path = artifacts[0]?.path ?? '';
    expect(await broken(path, 'hyperv', true)).toEqual(['hyperv.daemons']);
    const report = await booted(path, ['--cpu', 'baseline']);
    expect(report).toMatchObject({ state: 'running', failedUnits: [] });
    // Firmware that knows no Secure Boot has no variable for it.
    expect(report.secureBoot).toBeUndefined();
  }, BOOT);
});

describe('hyperv-vm', () => {
  it('holds the rules of Hyper-V, and where Secure Boot is enforced boots to running with the account of a seed', async () => {
    // cloud-init sets host names with it, and the sample's does not bring it along.
    const { artifacts } = await make('hyperv-vm', ['--set', 'packages.install+=["hostname"]']);
    const [vhdx = '', script = ''] = artifacts.map(({ path }) => path);
    expect(await broken(vhdx, 'hyperv', true)).toEqual([]);
    expect(readFileSync(script, 'utf8')).toContain('-EnableSecureBoot On -SecureBootTemplate MicrosoftUEFICertificateAuthority');
    const inspected = await runHew(['inspect', vhdx]);
    expect(inspected.stdout).toMatch(/shim +EFI\/BOOT\/BOOTX64\.EFI, signed by .*\(Microsoft (?:Corporation )?UEFI CA \d+\)/);
    expect(inspected.stdout).toMatch(/GRUB +EFI\/debian\/grubx64\.efi, signed by .* \(Debian Secure Boot CA\)/);
    expect(inspected.stdout).toMatch(/kernel +\/boot\/vmlinuz-\S+, signed by .* \(Debian Secure Boot CA\)/);
    const seed = join(folder, 'seed.iso');
    const key = writeFiles(folder, { 'id.pub': `ssh-ed25519 ${'A'.repeat(68)} me@example\n` });
    const made = await runHew(['seed', '--user', 'azl', '--ssh-key', key, '--hostname', 'web1', '--output', seed]);
    expect(made.status, made.stderr).toBe(0);
    expect(await booted(vhdx, ['--secure-boot', '--cpu', 'baseline', '--seed', seed])).toMatchObject({
      state: 'running', failedUnits: [], secureBoot: true, hostname: 'web1', keyHolders: ['azl'],
    });
  }, BOOT);
});

describe('an image whose GRUB was changed after it was signed', () => {
  const file = (): string => writeFiles(folder, { 'changed.toml': `
name = "changed"
version = "1"
distro = "sample"
extends = ["secure-boot"]
[packages]
install = ["release-basic"]
[[scripts]]
name = "change-grub"
content = "printf hew | dd of=/boot/efi/EFI/debian/grubx64.efi bs=1 seek=500000 conv=notrunc\\n"
[disk]
size = "1GiB"
[[outputs]]
format = "vhdx"
` });

  it('is refused by the build that was to be fit for Secure Boot', async () => {
    const run = await runHew(['build', file(), '--output', join(folder, 'changed'), '--set', 'boot.secure-boot=required', '--json']);
    expect(failureOf(run)).toMatchObject({ code: 'not-signed', message: expect.stringMatching(/grubx64\.efi: .* is not valid: the file was changed after it was signed/) as string });
  });

  it('is built where signatures are not required, with what it lacks in evidence and script, and refused by shim', async () => {
    const made = await build(file(), join(folder, 'changed'));
    const path = pathOf(made, 'changed-1.vhdx');
    const said = /does not start it: \/boot\/efi\/EFI\/debian\/grubx64\.efi: .* the file was changed after it was signed/;
    const evidence = JSON.parse(readFileSync(join(folder, 'changed/changed-1.evidence/manifest.json'), 'utf8')) as { targets: { secureBoot: string }[] };
    expect(evidence.targets[0]?.secureBoot).toMatch(said);
    const script = readFileSync(pathOf(made, 'changed-1.ps1'), 'utf8');
    expect(script).toMatch(/Write-Warning 'Secure Boot is off for this machine: \S+grubx64\.efi: .*'/);
    expect(script).toContain('-EnableSecureBoot Off');
    expect(await broken(path, 'hyperv', true)).toEqual(expect.arrayContaining(['hyperv.secure-boot']));
    const error = await refused(path, ['--secure-boot', '--cpu', 'baseline']);
    expect(error.code).toBe('guest-refused-by-shim');
    expect(error.message).toContain('(Verification failed: (0x1A) Security Violation)');
  }, BOOT);
});

/** A unit that runs a program of the image which has a build for each level. */
const GREETING = `
[packages]
install = ["sample-hello"]
[system.services]
enable = ["greeting.service"]
[[files]]
path = "/usr/lib/systemd/system/greeting.service"
content = """
[Unit]
Description=Greeting from the level of the image
[Service]
Type=oneshot
ExecStart=/usr/bin/sample-hello
[Install]
WantedBy=multi-user.target
"""
`;

describe('qemu-vm', () => {
  it('is the same disk as qcow2 and raw for each level, and boots on a processor of that level', async () => {
    const file = writeFiles(folder, { 'qemu-vm.toml': `
name = "qemu-vm"
version = "4.0"
extends = ["${CHECKOUT}/images/qemu-vm.toml"]
[hardware]
level = ["baseline", "v3"]
${GREETING}` });
    const made = await build(file, join(folder, 'qemu-vm'), ['--distro', 'sample'], { cwd: CHECKOUT });
    expect(made.artifacts.map(({ name }) => name)).toEqual(['qemu-vm-4.0.qcow2', 'qemu-vm-4.0-v3.qcow2', 'qemu-vm-4.0.raw', 'qemu-vm-4.0-v3.raw']);
    const [baseline, v3] = ['qemu-vm-4.0.qcow2', 'qemu-vm-4.0-v3.qcow2'].map((name) => pathOf(made, name));
    for (const path of [baseline, v3]) expect(await broken(path ?? '', 'qemu')).toEqual([]);
    expect(await booted(baseline ?? '', ['--cpu', 'baseline'])).toMatchObject({ state: 'running', failedUnits: [], levels: [] });
    expect(await booted(v3 ?? '', ['--cpu', 'v3'])).toMatchObject({ state: 'running', failedUnits: [], levels: ['x86-64-v3', 'x86-64-v2'] });
  }, 2 * BOOT);

  it('is refused by firmware that enforces Secure Boot, since nobody has signed what it starts', async () => {
    const error = await refused(join(folder, 'qemu-vm/qemu-vm-4.0.raw'), ['--secure-boot']);
    expect(error.code).toBe('guest-refused');
    expect(error.message).toMatch(/was refused by the firmware: its first loader is not signed .*Access Denied/);
    expect(error.hint).toMatch(/profile `secure-boot`/);
  });
});

describe('an image whose first program is made for v3', () => {
  it('ends on an older processor with what glibc says of it', async () => {
    const file = writeFiles(folder, { 'first-program.toml': `
name = "first-program"
version = "1"
distro = "sample"
extends = ["vm"]
[hardware]
level = "v3"
[packages]
install = ["release-basic", "sample-hello"]
[system]
kernel-cmdline = ["init=/usr/bin/sample-hello"]
[disk]
size = "1GiB"
[[outputs]]
format = "raw"
` });
    const made = await build(file, join(folder, 'first-program'));
    const error = await refused(pathOf(made, 'first-program-1-v3.raw'), ['--cpu', 'v2']);
    expect(error.code).toBe('guest-level-too-high');
    expect(error.message).toMatch(/cannot run on this processor \(.*: CPU ISA level is lower than required\)/);
    expect(error.hint).toMatch(/^programs of the image need a higher level than this processor has/);
  }, BOOT);
});

describe('images for Azure', () => {
  /** Rules that fail, warnings too: the sample's kernel has neither mana nor mlx5. */
  const made = async (image: string): Promise<readonly string[]> => {
    const { artifacts, rules } = await make(image);
    expect(artifacts.map(({ name }) => name)).toEqual([`${image}-4.0.vhd`]);
    rmSync(join(folder, image), { recursive: true });
    return rules.flatMap(({ warnings, accepted }) => [...warnings, ...accepted].map(({ id }) => id));
  };

  // That azure-vm has the same bytes again is shown with a user's build of it: rootless.test.ts.
  it.each(['vm-base', 'azure-vm-gen1'])('%s is a fixed VHD that Azure would take, and nobody has to accept anything', async (image) => {
    expect(await made(image)).toEqual([]);
  }, BUILD);

  // The kernel of the sample, Debian's, has no CONFIG_CRYPTO_FIPS, and so no /proc/sys/crypto/fips_enabled: not started.
  it.each(['azure-vm-fips', 'azure-vm-gen1-fips'])('%s has what FIPS mode needs: provider, command line, and the digest that dracut checks the kernel by', async (image) => {
    const { artifacts, rules } = await make(image);
    expect(rules.flatMap(({ passed }) => passed)).toEqual(expect.arrayContaining(['system.fips', 'azure.generation', 'disk.esp-options'].slice(0, image === 'azure-vm-fips' ? 3 : 2)));
    const files = await openDiskFiles(artifacts[0]?.path ?? '');
    const boot = join(files.root, 'boot');
    const kernel = readdirSync(boot).find((name) => name.startsWith('vmlinuz-')) ?? '';
    const digest = createHmac('sha512', 'FIPS-FTW-RHT2009').update(readFileSync(join(boot, kernel))).digest('hex');
    expect(readFileSync(join(boot, `.${kernel}.hmac`), 'utf8')).toBe(`${digest}  /boot/${kernel}\n`);
    const [entry = ''] = readdirSync(join(boot, 'loader/entries'));
    expect(readFileSync(join(boot, 'loader/entries', entry), 'utf8')).toMatch(/^options .* fips=1$/m);
    rmSync(join(folder, image), { recursive: true });
  }, BUILD);
});

describe('wsl', () => {
  it('holds the rules of WSL, and starts nothing that is in its way', async () => {
    const { artifacts } = await make('wsl');
    const path = artifacts[0]?.path ?? '';
    expect(await broken(path, 'wsl')).toEqual([]);
    const entries = readTar(gunzipSync(readFileSync(path)));
    const links = (pattern: RegExp): readonly string[] => entries.filter(({ path: name }) => pattern.test(name)).map(({ path: name, link }) => `${name} ${link}`);
    expect(links(/^etc\/systemd\/system\/[^/]+$/).filter((line) => line.endsWith(' /dev/null')).toSorted()).toEqual([
      'console-getty.service', 'systemd-tmpfiles-setup-dev-early.service', 'systemd-tmpfiles-setup-dev.service', 'systemd-vconsole-setup.service', 'tmp.mount',
    ].map((unit) => `etc/systemd/system/${unit} /dev/null`));
    expect(links(/\.wants\/(?:getty@|systemd-networkd|systemd-resolved|console-getty)/)).toEqual([]);
  }, BUILD);
});
