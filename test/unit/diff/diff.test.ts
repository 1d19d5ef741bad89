import { describe, expect, it } from 'vitest';

import { describeDiff } from '../../../src/cli/describe-diff.ts';
import { diffImages } from '../../../src/diff/diff-images.ts';
import { diffSides, type Side } from '../../../src/diff/diff-sides.ts';
import { factsOfLock, PARTS, type FileFacts, type ComparedImage } from '../../../src/diff/facts.ts';
import type { LockFile } from '../../../src/packages/lock-file.ts';
import type { ComparedPackage } from '../../../src/packages/package-changes.ts';
import { lockedPackage } from '../packages/samples.ts';

const entry = (nevra: string, size = 100, more: Partial<ComparedPackage> = {}): ComparedPackage => {
  const [, name = '', evr = '', arch = ''] = /^(.+)-([^-]+-[^-]+)\.(\w+)$/.exec(nevra) ?? [];
  return { name, evr, arch, size, ...more };
};

const facts = (packages: readonly ComparedPackage[], more: Partial<ComparedImage> = {}): ComparedImage => ({
  name: 'image', knows: PARTS, measure: 'installed', packages, configuration: {}, ...more,
});

/** As text, of two things that hold one image each. */
const text = (a: ComparedImage, b: ComparedImage, allFiles = true): string =>
  describeDiff(diffSides({ name: a.name, images: [a] }, { name: b.name, images: [b] }), { allFiles }).join('\n');

const changes = (a: readonly ComparedPackage[], b: readonly ComparedPackage[]): readonly string[] =>
  diffImages(facts(a), facts(b)).packages.map(({ kind, from, to, bytes }) => `${kind} ${show(from)} ${show(to)} ${bytes}`);

const show = (row: ComparedPackage | undefined): string => (row === undefined ? '·' : `${row.name}-${row.evr}.${row.arch}`);

describe('packages', () => {
  it('are upgraded and downgraded by the order of rpm and not of text', () => {
    expect(
      changes(
        [entry('bash-5.3-2.x86_64'), entry('dnf5-5.4~rc1-1.x86_64'), entry('glibc-2.9-1.x86_64'), entry('old-1:1.0-1.x86_64', 50), entry('zlib-1.3-1.x86_64')],
        [entry('bash-5.3-10.x86_64', 130), entry('dnf5-5.4-1.x86_64'), entry('glibc-2.42-1.x86_64'), entry('new-1-1.noarch', 7), entry('zlib-1.3-1.x86_64'), entry('old-2.0-1.x86_64', 50)],
      ),
    ).toEqual([
      'upgraded bash-5.3-2.x86_64 bash-5.3-10.x86_64 30',
      'upgraded dnf5-5.4~rc1-1.x86_64 dnf5-5.4-1.x86_64 0',
      'upgraded glibc-2.9-1.x86_64 glibc-2.42-1.x86_64 0',
      'added · new-1-1.noarch 7',
      'downgraded old-1:1.0-1.x86_64 old-2.0-1.x86_64 0',
    ]);
  });

  it('pair by what they are: several kernels, another level, two word sizes', () => {
    expect(changes([entry('kernel-6.1-1.x86_64'), entry('kernel-6.2-1.x86_64')], [entry('kernel-6.2-1.x86_64'), entry('kernel-6.3-1.x86_64')])).toEqual([
      'upgraded kernel-6.1-1.x86_64 kernel-6.3-1.x86_64 0',
    ]);
    expect(changes([entry('kernel-6.9-1.x86_64'), entry('kernel-6.10-1.x86_64')], [entry('kernel-6.11-1.x86_64')])).toEqual([
      'upgraded kernel-6.10-1.x86_64 kernel-6.11-1.x86_64 0', 'removed kernel-6.9-1.x86_64 · -100',
    ]);
    expect(changes([entry('bash-5.3-2.x86_64')], [entry('bash-5.3-2.x86_64_v3', 90)])).toEqual(['replaced bash-5.3-2.x86_64 bash-5.3-2.x86_64_v3 -10']);
    expect(changes([entry('glibc-2.4-1.i686'), entry('glibc-2.4-1.x86_64')], [entry('glibc-2.5-1.x86_64')])).toEqual([
      'upgraded glibc-2.4-1.x86_64 glibc-2.5-1.x86_64 0', 'removed glibc-2.4-1.i686 · -100',
    ]);
  });

  it('of one name and other bytes are told; a checksum that one side lacks is none', () => {
    const one = entry('bash-5.3-2.x86_64', 100, { checksum: 'a' });
    expect(changes([one], [{ ...one, checksum: 'b' }])).toEqual(['replaced bash-5.3-2.x86_64 bash-5.3-2.x86_64 0']);
    expect(changes([one], [entry('bash-5.3-2.x86_64')])).toEqual([]);
  });
});

const file = (path: string, more: Partial<FileFacts> = {}): FileFacts => ({ path, kind: 'file', mode: 0o644, owner: 0, group: 0, size: 1, digest: 'sha256:1', ...more });

describe('files', () => {
  const a = [
    file('/etc/motd'), file('/etc/gone', { package: 'setup' }), file('/usr/bin/su', { mode: 0o4755 }), file('/etc/same'),
    file('/etc/localtime', { kind: 'link', target: '../a' }), file('/var/x'), file('/usr/bin/ping', { attributes: { 'security.capability': '1' } }),
  ];
  const b = [
    file('/etc/motd', { size: 11, digest: 'sha256:2' }), file('/usr/bin/su', { mode: 0o755 }), file('/etc/same'),
    file('/etc/localtime', { kind: 'link', target: '../b' }), file('/var/x', { kind: 'folder', owner: 1, group: 2 }), file('/usr/bin/ping'), file('/etc/new'),
  ];

  it('are told with what differs in them', () => {
    expect(diffImages(facts([], { files: a }), facts([], { files: b })).files?.map(({ kind, path, aspects }) => `${kind} ${path} ${aspects.join()}`)).toEqual([
      'removed /etc/gone ', 'changed /etc/localtime target', 'changed /etc/motd content', 'added /etc/new ', 'changed /usr/bin/ping attributes',
      'changed /usr/bin/su mode', 'changed /var/x kind,owner,group',
    ]);
  });

  it('are not compared when one side does not know them', () => {
    expect(diffImages(facts([], { files: a }), facts([]))).toMatchObject({ same: true });
    expect(diffImages(facts([], { files: a }), facts([]))).not.toHaveProperty('files');
  });

  it('read as one line each, the largest first, and those of packages that changed in one', () => {
    const owned = b.map((entry) => (entry.path === '/var/x' ? { ...entry, package: 'big' } : entry));
    const from = facts([entry('bash-5.3-2.x86_64'), entry('big-1-1.x86_64', 5_000_000)], { name: 'a', level: 'x86_64-v2', files: a, configuration: { 'oci.Cmd': 'sh' } });
    const to = facts([entry('bash-5.3-3.x86_64', 2148)], { name: 'b', level: 'x86_64-v3', files: owned, configuration: { 'oci.Cmd': 'bash', 'oci.User': '1' } });
    expect(text(from, to, false)).toBe(`a → b

Level
  x86_64-v2 → x86_64-v3

Packages: 1 upgraded, 1 removed; 4.77 MiB → 2.10 KiB (-4.77 MiB)
  -  big   1-1.x86_64                   -4.77 MiB  removed
  ↑  bash  5.3-2.x86_64 → 5.3-3.x86_64  +2.00 KiB  upgraded

Files: 1 removed, 5 changed, 1 added; 7 B → 17 B (+10 B)
  in the packages above: 1 changed
  ~  /etc/motd       content +10 B
  -  /etc/gone       -1 B                          setup
  +  /etc/new        +1 B
  ~  /etc/localtime  target ../a → ../b
  ~  /usr/bin/ping   security.capability 1 → none
  ~  /usr/bin/su     mode 4755 → 0755

Configuration
  ~  oci.Cmd   sh → bash
  +  oci.User  1`);
    expect(text(from, to)).toContain('  ~  /var/x          file → folder, owner 0 → 1, group 0 → 2  big\n');
    expect(text(from, from)).toBe('a and a do not differ');
  });

  it('are counted where there are more than a person reads, and listed when asked', () => {
    const many = Array.from({ length: 50 }, (_, number) => file(`/f${number}`));
    const [short, long] = [false, true].map((all) => text(facts([], { files: [] }), facts([], { files: many }), all));
    expect(short).toContain('\n  and 10 more, which --all lists');
    expect(short?.split('\n').filter((line) => line.startsWith('  +'))).toHaveLength(40);
    expect(long?.split('\n').filter((line) => line.startsWith('  +'))).toHaveLength(50);
  });

  it('cannot steer the terminal', () => {
    expect(text(facts([], { files: [] }), facts([], { files: [file('/a\u001b[2J\nb\u202e')] }))).toContain('+  /a\\x1b[2J\\nb\\u202e  +1 B');
  });

  it('differ in time only where both sides tell it', () => {
    const [early, late] = [1, 2].map((time) => facts([], { files: [file('/a', { time })] }));
    expect(diffImages(early ?? facts([]), late ?? facts([])).files?.map(({ aspects }) => aspects)).toEqual([['time']]);
    expect(diffImages(early ?? facts([]), facts([], { files: [file('/a')] })).same).toBe(true);
  });
});

describe('two kinds', () => {
  const labelled = file('/a', { attributes: { 'security.selinux': 'x', 'user.y': '1' } });
  const disk = facts([entry('bash-5.3-2.x86_64')], {
    name: 'disk', knows: ['level', 'packages', 'files', 'settings', 'disk'], files: [file('/a')], esp: [file('/efi/a')],
    configuration: { hostname: 'a', 'disk.size': '1', 'boot.loaders': 'UKI' },
  });
  const container = facts([entry('bash-5.3-2.x86_64')], {
    name: 'oci', knows: ['level', 'packages', 'files', 'attributes', 'labels', 'settings', 'container'], files: [labelled], configuration: { hostname: 'a', 'oci.config.Cmd': 'sh' },
  });

  it('are compared in what both know, and the rest is told', () => {
    const diff = diffImages(disk, container);
    expect(diff).toMatchObject({ same: true, files: [], configuration: [] });
    expect(diff.notCompared).toEqual([
      { part: 'attributes', unknownTo: 'from' }, { part: 'labels', unknownTo: 'from' },
      { part: 'container', unknownTo: 'from' }, { part: 'disk', unknownTo: 'to' },
    ]);
    expect(text(disk, container)).toContain('Not compared\n  extended attributes: disk does not say\n');
    expect(diffImages(disk, { ...disk, esp: [] }).files?.map(({ path }) => path)).toEqual(['/efi/a']);
  });

  it('count the sizes of packages only where they mean the same', () => {
    const lock = facts([entry('bash-5.3-2.x86_64', 7, { checksum: '1', repository: 'base' })], { name: 'lock', knows: ['level', 'packages'], measure: 'rpm' });
    const diff = diffImages(lock, disk);
    expect(diff).toMatchObject({ same: true, packages: [] });
    expect(diff).not.toHaveProperty('size');
    expect(diff.notCompared.map(({ part }) => part)).toEqual(['files', 'settings', 'disk', 'sizes']);
    expect(diffImages(lock, facts([entry('bash-5.4-1.x86_64')])).packages).toMatchObject([{ kind: 'upgraded', bytes: 0 }]);
  });

  it('pair by target, and a lock may hold more of them', () => {
    const side = (name: string, measure: 'rpm' | 'installed', ...targets: string[]): Side =>
      ({ name, images: targets.map((target) => facts([], { target, measure })) });
    const pairs = (a: Side, b: Side): readonly string[] => diffSides(a, b).images.map(({ target, only }) => `${target} ${only ?? 'both'}`);
    const two = ['x86_64-baseline', 'x86_64-v3'];
    expect(pairs(side('lock', 'rpm', ...two), side('image', 'installed', 'x86_64-v3'))).toEqual(['x86_64-v3 both']);
    expect(pairs(side('lock', 'rpm', ...two), side('image', 'installed', 'x86_64-v2'))).toEqual([]);
    expect(pairs(side('old', 'installed', ...two), side('new', 'installed', 'x86_64-v3'))).toEqual(['x86_64-baseline from', 'x86_64-v3 both']);
    expect(diffSides(side('old', 'installed', ...two), side('new', 'installed', 'x86_64-v3')).same).toBe(false);
    expect(pairs(side('old', 'installed', 'x86_64-v2'), side('new', 'installed', 'x86_64-v3'))).toEqual(['x86_64-v2 both']);
  });
});
const sideOf = (lock: LockFile, name: string): Side => ({ name, images: lock.request.targets.map((target) => factsOfLock(lock, target.name, name)) });

describe('locks', () => {
  it('tell of a target that only one holds, and of a package that came from another repository', () => {
    const request = { targets: [{ name: 'x86_64-baseline', vars: {}, costs: {} }] };
    const make = (targets: object[], packages: object[]): LockFile => ({ request: { ...request, targets }, packages }) as unknown as LockFile;
    const a = make(request.targets, [lockedPackage('bash', '5.3-2', { checksum: 'sha256:1' })]);
    const b = make([...request.targets, { name: 'x86_64-v3' }], [lockedPackage('bash', '5.3-2', { checksum: 'sha256:2', repository: 'other', targets: ['x86_64-baseline', 'x86_64-v3'] })]);
    const diff = diffSides(sideOf(a, 'old'), sideOf(b, 'new'));
    expect(diff.images.map(({ target, only, diff: { packages } }) => [target, only, packages.map(({ kind }) => kind)])).toEqual([
      ['x86_64-baseline', undefined, ['replaced']], ['x86_64-v3', 'to', ['added']],
    ]);
    expect(describeDiff(diff)).toContain('  ~  bash  5.3-2.x86_64 from base → 5.3-2.x86_64 from other  0 B  replaced');
    expect(describeDiff(diff)).toContain('x86_64-v3: only in new');
  });
});
