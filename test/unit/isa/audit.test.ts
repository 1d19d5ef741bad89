import { describe, expect, it } from 'vitest';
import type { AuditOptions, AuditReport } from '../../../src/isa/audit-report.ts';
import { auditTree } from '../../../src/isa/audit.ts';
import { isaNeeded, writeElf } from '../readers/elf-writer.ts';
import { memoryTree, type Node } from './memory-tree.ts';

const needs = { baseline: 1, v2: 3, v3: 7, v4: 15 } as const;
const elf = (level: keyof typeof needs, more: Parameters<typeof writeElf>[0] = {}): Uint8Array =>
  writeElf({ properties: [isaNeeded(needs[level])], ...more });

const audit = (nodes: Readonly<Record<string, Node>>, options: Partial<AuditOptions> = {}): Promise<AuditReport> =>
  auditTree(memoryTree(nodes), { architecture: 'x86_64', declared: 'baseline', ...options });

describe('auditTree', () => {
  it('passes an image whose files need no more than it declares', async () => {
    const report = await audit({
      '/usr/bin/bash': elf('baseline', { interpreter: true }),
      '/usr/lib64/libz.so.1': elf('v2'),
      '/usr/lib64/libold.so.1': writeElf({ where: 'nowhere' }),
      '/etc/motd': 'hello\n',
    }, { declared: 'v2' });
    expect(report).toMatchObject({ passed: true, problems: [], warnings: [], highest: 'v2' });
    expect(report.needs).toEqual({ nothing: 1, baseline: 1, v2: 1, v3: 0, v4: 0 });
    expect(report.counts).toMatchObject({ entries: 4, files: 4, elf: 3 });
  });

  it('names ten files where nearly all need more, then says how many others there are', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`/usr/bin/tool${index}`, elf('v2')]));
    const { problems } = await audit({ ...files, '/usr/bin/old': elf('baseline') });
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.message).toBe('20 more files, 30 of 31 ELF files in all, need x86-64-v2; the image is declared x86-64');
    expect(problems.at(-1)?.hint).toContain('the distribution is built for that level');
  });

  it('fails a v3 file that was smuggled into a baseline image, with its package named', async () => {
    const report = await audit(
      { '/usr/lib64/libcrypto.so.3': elf('v3'), '/usr/lib64/libssl.so.3': elf('baseline'), '/opt/tool': elf('v4') },
      { ownerOf: (path) => (path.startsWith('/usr') ? 'openssl-libs' : undefined) },
    );
    expect(report.passed).toBe(false);
    expect(report.problems.map(({ code, message }) => [code, message])).toEqual([
      ['audit-above-level', '/opt/tool (no package owns it) needs x86-64-v4; the image is declared x86-64'],
      [
        'audit-above-level',
        '/usr/lib64/libcrypto.so.3 (package openssl-libs) needs x86-64-v3; the image is declared x86-64',
      ],
    ]);
    expect(report.packages).toEqual([{ name: 'openssl-libs', claimed: undefined, needed: 'v3', elf: 2 }]);
  });

  it('takes a need that no level has for too high', async () => {
    const report = await audit({ '/usr/bin/new': writeElf({ properties: [isaNeeded(0x11)] }) }, { declared: 'v4' });
    expect(report.problems[0]?.message).toContain('0x10, an unknown level');
  });

  it('finds nothing too high where nothing is declared', async () => {
    expect(await audit({ '/usr/bin/tool': elf('v4') }, { declared: undefined })).toMatchObject({
      passed: true,
      highest: 'v4',
    });
  });

  it('allows glibc-hwcaps folders their own level, and no more', async () => {
    const report = await audit({
      '/usr/lib64/glibc-hwcaps/x86-64-v3/libcrypto.so.3': elf('v3'),
      '/usr/lib64/glibc-hwcaps/x86-64-v3/libz.so.1': elf('baseline'),
      '/usr/lib64/glibc-hwcaps/x86-64-v4/libz.so.1': elf('v4'),
      '/usr/lib64/libz.so.1': elf('baseline'),
    });
    expect(report).toMatchObject({ passed: true, highest: 'baseline' });
    expect(report.hwcaps).toEqual([
      { path: '/usr/lib64/glibc-hwcaps/x86-64-v3', level: 'v3', elf: 2 },
      { path: '/usr/lib64/glibc-hwcaps/x86-64-v4', level: 'v4', elf: 1 },
    ]);
    expect(report.needs).toMatchObject({ baseline: 1, v3: 0, v4: 0 });
    const wrong = await audit({ '/usr/lib64/glibc-hwcaps/x86-64-v2/libz.so.1': elf('v3') }, { declared: 'v4' });
    expect(wrong.problems).toMatchObject([{ code: 'audit-above-hwcaps' }]);
  });

  it("says what glibc itself needs, of the libraries' own class", async () => {
    const report = await audit({
      '/usr/lib64/ld-linux-x86-64.so.2': writeElf({ where: 'nowhere' }),
      '/usr/lib64/libc.so.6': elf('v2'),
      '/usr/lib/libc.so.6': elf('v3', { bits: 32 }),
    }, { declared: 'v3' });
    expect(report.glibcMinimum).toBe('v2');
    expect(report.counts.bits32).toBe(1);
  });

  it('counts whatever else lies in a root, and none of it stops the walk', async () => {
    const truncated = elf('v3').subarray(0, 120);
    const report = await audit({
      '/dev': { kind: 'directory' },
      '/dev/null': { kind: 'device' },
      '/run/log.sock': { kind: 'socket' },
      '/run/initctl': { kind: 'fifo' },
      '/root': { kind: 'unreadable' },
      '/usr/bin/same': { kind: 'hardlink' },
      '/odd': { kind: 'other' },
      '/usr/lib/broken.so': truncated,
      '/usr/lib/qemu/firmware.img': elf('v4', { machine: 243 }),
      '/usr/lib/arm.so': elf('baseline', { machine: 183, where: 'nowhere' }),
      '/usr/bin/busybox': elf('baseline', { type: 2 }),
      '/lib/modules/6.12/kernel/fs/vfat.ko.xz': Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
      '/a': { link: 'b' },
      '/b': { link: 'a' },
      '/lib64': { link: 'usr/lib64' },
      '/empty': '',
    });
    expect(report.counts).toEqual({
      entries: 16,
      directories: 1,
      files: 6,
      bytes: expect.any(Number) as number,
      elf: 1,
      damaged: 1,
      foreign: 2,
      bits32: 0,
      staticPrograms: 1,
      compressedModules: 1,
      symlinks: 3,
      linkLoops: 2,
      hardlinks: 1,
      fifos: 1,
      sockets: 1,
      devices: 1,
      unreadable: 1,
    });
    expect(report.linkLoops).toEqual(['/a', '/b']);
    expect(report.damaged).toMatchObject([{ path: '/usr/lib/broken.so', package: undefined }]);
    expect(report.warnings).toMatchObject([{ code: 'audit-damaged' }, { code: 'audit-unreadable' }]);
    expect(report.passed).toBe(true);
  });

  it('takes aarch64 files for native in an aarch64 image only', async () => {
    const nodes = { '/usr/bin/bash': elf('baseline', { machine: 183, where: 'nowhere' }), '/usr/bin/x86': elf('v4') };
    const report = await audit(nodes, { architecture: 'aarch64' });
    expect(report.counts).toMatchObject({ elf: 1, foreign: 1 });
    expect(report.passed).toBe(true);
  });

  it('holds what packages claim against what their files need', async () => {
    const report = await audit(
      { '/usr/bin/a': elf('baseline'), '/usr/bin/b': elf('v3'), '/usr/bin/c': writeElf({ where: 'nowhere' }) },
      {
        declared: 'v3',
        ownerOf: (path) => path.slice(-1),
        packages: [
          { name: 'a', evr: '1-1', arch: 'x86_64_v3' },
          { name: 'b', evr: '1-1', arch: 'x86_64', level: 'v3', repoid: 'base-v3' },
          { name: 'c', evr: '1-1', arch: 'x86_64' },
          { name: 'tzdata', evr: '2026a-1', arch: 'noarch' },
        ],
      },
    );
    expect(report.packages).toEqual([
      { name: 'a', claimed: 'v3', needed: 'baseline', elf: 1 },
      { name: 'b', claimed: 'v3', needed: 'v3', elf: 1 },
      { name: 'c', claimed: 'baseline', needed: undefined, elf: 1 },
      { name: 'tzdata', claimed: undefined, needed: undefined, elf: 0 },
    ]);
    expect(report.packageSummary).toEqual({
      total: 4,
      claimed: { baseline: 1, v2: 0, v3: 2, v4: 0 },
      withoutLevel: 1,
      sentence: '2 of 4 packages are v3',
    });
  });
});

describe('upgrades of an audited image', () => {
  const labelled = [{ name: 'a', evr: '1-1', arch: 'x86_64_v3' }];
  const own = [{ name: 'a', evr: '1-1', arch: 'x86_64', level: 'v3', repoid: 'base-v3' } as const];

  it('warns of labelled packages whose dnf5 does not know its level', async () => {
    const report = await audit({ '/etc/dnf/vars/basearch': 'x86_64\n' }, { packages: labelled });
    expect(report.upgrades).toEqual({
      works: false,
      reason:
        'The image will not get newer packages of its level: it lacks /etc/dnf/vars/arch with "x86_64_v3".',
    });
    expect(report.warnings).toMatchObject([{ code: 'audit-no-upgrades' }]);
  });

  it('is content with both dnf variables', async () => {
    const nodes = { '/etc/dnf/vars/basearch': 'x86_64\n', '/etc/dnf/vars/arch': 'x86_64_v3\n' };
    expect((await audit(nodes, { packages: labelled })).upgrades?.works).toBe(true);
    const wrong = { ...nodes, '/etc/dnf/vars/arch': 'x86_64_v2\n' };
    expect((await audit(wrong, { packages: labelled })).upgrades?.works).toBe(false);
  });

  it('wants the repository of the level, enabled', async () => {
    const repositories = (enabled: string): Record<string, string> => ({
      '/etc/yum.repos.d/azl.repo': `[base]\nbaseurl=https://x\n\n[base-v3]\nbaseurl=https://y\nenabled=${enabled}\n`,
    });
    expect((await audit(repositories('1'), { packages: own })).upgrades?.works).toBe(true);
    expect((await audit(repositories('0'), { packages: own })).upgrades?.reason).toContain('the repository base-v3');
    expect((await audit({}, { packages: own })).upgrades?.works).toBe(false);
  });

  it('has nothing to say of a baseline image', async () => {
    const report = await audit({}, { packages: [{ name: 'a', evr: '1-1', arch: 'x86_64' }] });
    expect([report.upgrades, report.packageSummary.sentence]).toEqual([undefined, undefined]);
  });
});
