import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { HewError } from '../../../src/errors.ts';
import { checkFetched, movedPackages } from '../../../src/packages/lock-check.ts';
import { lockedPackages, lockPath, makeLockFile, type LockFile } from '../../../src/packages/lock-file.ts';
import { formatLock } from '../../../src/packages/lock-format.ts';
import { parseLock } from '../../../src/packages/lock-parse.ts';
import { staleReasons } from '../../../src/packages/lock-stale.ts';
import { lockRequest, requestDigest } from '../../../src/packages/lock-request.ts';
import { lockedPackage, makePlan, makeTarget, sha } from './samples.ts';

const lockOf = (packages: LockFile['packages'], plan = makePlan()): LockFile => {
  const request = lockRequest(plan);
  return { request, definition: requestDigest(request), keys: new Map([['base', [sha('1').slice(24)]]]), packages };
};

const sample = lockOf([
  lockedPackage('bash', '5.3-2.azl4', { reason: 'asked', location: 'Packages/b/bash-5.3-2.azl4.x86_64.rpm', sourceRpm: 'bash-5.3-2.azl4.src.rpm' }),
  lockedPackage('filesystem', '3.18-50.azl4', { arch: 'noarch', checksum: `sha256:${sha('b')}` }),
  lockedPackage('glibc', '1:2.42-4.azl4', { checksum: `sha256:${sha('c')}`, size: 2_000_000 }),
  lockedPackage('ncurses-libs', '6.5-7.azl4', { checksum: `sha256:${sha('d')}` }),
  lockedPackage('zlib', '1.3-1.azl4', { checksum: `sha256:${sha('e')}` }),
]);

const problemsOf = (text: string): readonly string[] => {
  try {
    parseLock(text, 'web.lock.yaml');
  } catch (error) {
    if (error instanceof HewError) {
      return error.problems.map(({ code, message, place }) => `${place?.line}:${place?.column} ${code} ${message}`);
    }
    throw error;
  }
  return [];
};

describe('the text of a lock', () => {
  it('is a manifest of libpkgmanifest, one package a block, without credentials and paths of the machine', () => {
    const text = formatLock(sample);
    expect(text).toContain('document: rpm-package-manifest\nversion: 0.2.2\nhew:\n  version: 1\n');
    expect(text).toContain(`      - name: bash
        repo_id: base
        location: Packages/b/bash-5.3-2.azl4.x86_64.rpm
        checksum: sha256:${sha('a')}
        size: 1000
        evr: 5.3-2.azl4
        srpm: bash-5.3-2.azl4.src
        hew:
          reason: asked
      - name: glibc
        repo_id: base
`);
    expect(text).toContain('    - id: base\n      baseurl: https://packages.example/base/$basearch\n');
    expect(text).not.toMatch(/secret|someone/);
  });

  it('does not depend on the order in which packages come', () => {
    expect(formatLock({ ...sample, packages: sample.packages.toReversed() })).toBe(formatLock(sample));
  });

  it('changes in one block when one package moves', () => {
    const moved = { ...sample, packages: sample.packages.map((entry) => (entry.name === 'glibc' ? { ...entry, evr: '1:2.42-5.azl4', checksum: `sha256:${sha('f')}` as const } : entry)) };
    const [before, after] = [formatLock(sample).split('\n'), formatLock(moved).split('\n')];
    expect(after.length).toBe(before.length);
    expect(after.filter((line, index) => line !== before[index])).toEqual([`        checksum: sha256:${sha('f')}`, '        evr: 1:2.42-5.azl4']);
  });

  it('merges in git without a conflict when two branches move neighbours and add others', () => {
    const change = (names: Record<string, string>, extra: LockFile['packages']): string =>
      formatLock({ ...sample, packages: [...sample.packages.map((entry) => {
        const evr = names[entry.name];
        return evr === undefined ? entry : { ...entry, evr, checksum: `sha256:${sha('9')}` as const, size: 77 };
      }), ...extra] });
    const merged = mergeTexts(
      formatLock(sample),
      change({ bash: '5.3-3.azl4' }, [lockedPackage('readline', '8.3-1.azl4')]),
      change({ glibc: '1:2.42-5.azl4', zlib: '1.3-2.azl4' }, []),
    );
    const lock = parseLock(merged, 'web.lock.yaml');
    expect(lock.packages.map(({ name, evr }) => `${name} ${evr}`)).toEqual([
      'filesystem 3.18-50.azl4', 'bash 5.3-3.azl4', 'glibc 1:2.42-5.azl4', 'ncurses-libs 6.5-7.azl4', 'readline 8.3-1.azl4', 'zlib 1.3-2.azl4',
    ]);
    expect(staleReasons(lock, makePlan())).toEqual([]);
  });

  it('names the line of each conflict that git left', () => {
    const side = (evr: string): string => formatLock({ ...sample, packages: [lockedPackage('bash', evr)] });
    const merged = mergeTexts(side('5.3-1'), side('5.3-2'), side('5.3-3'));
    const line = merged.split('\n').findIndex((text) => text.startsWith('<<<<<<<')) + 1;
    expect(line).toBeGreaterThan(1);
    expect(problemsOf(merged)).toEqual([`${line}:1 lock-conflict the lock has a merge conflict that nobody resolved, at line ${line}`]);
  });
});

function mergeTexts(base: string, ours: string, theirs: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hew-merge-'));
  try {
    for (const [name, text] of Object.entries({ base, ours, theirs })) writeFileSync(join(folder, name), text);
    try {
      execFileSync('git', ['merge-file', 'ours', 'base', 'theirs'], { cwd: folder, stdio: 'pipe' });
    } catch (error) {
      // The status counts the conflicts; a status from 128 on is a failure of git.
      if (!((error as { status?: number }).status ?? 255) || ((error as { status?: number }).status ?? 255) > 127) throw error;
    }
    return readFileSync(join(folder, 'ours'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a lock that is not right', () => {
  const text = formatLock(sample);
  const lineOf = (part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;
  const cases: readonly (readonly [string, string, string])[] = [
    ['an unknown key', text.replace('  multilib:', '  multi-lib: true\n  multilib:'), `${lineOf('  multilib:')}:3 lock-form unknown key \`multi-lib\` in \`hew\``],
    ['a short checksum', text.replace(sha('c'), 'cc'), `${lineOf(sha('c'))}:9 lock-form \`data.packages.x86_64[1].checksum\`: must be \`sha256:\` and 64 hexadecimal digits, or \`sha512:\` and 128`],
    ['a name that is a path', text.replace('name: zlib', 'name: ../zlib'), `${lineOf('name: zlib')}:9 lock-form \`data.packages.x86_64[3].name\`: must be a name without spaces and slashes`],
    ['a location outside', text.replace('Packages/b/', '../../'), `${lineOf('location')}:9 lock-form \`data.packages.x86_64[0].location\`: must be a path inside the repository`],
    ['another repository', text.replace(/name: zlib\n {8}repo_id: base/, 'name: zlib\n        repo_id: evil'), `${lineOf('name: zlib')}:9 lock-form zlib-1.3-1.azl4.x86_64 comes from repository evil, which the lock does not hold`],
    ['one package twice', text.replace('name: zlib', 'name: bash').replace('1.3-1.azl4', '5.3-2.azl4'), `${lineOf('name: zlib')}:9 lock-form bash-5.3-2.azl4.x86_64 appears twice for x86_64-baseline, first at line ${lineOf('name: bash')}`],
    ['a newer form', text.replace('version: 0.2.2', 'version: 1.0.0'), '4:1 lock-form `version`: must be 0.2, the version of the form that this hew reads'],
  ];
  it.each(cases)('tells of %s at its line', (_name, wrong, problem) => {
    expect(wrong).not.toBe(text);
    expect(problemsOf(wrong)).toEqual([problem]);
  });
});

describe('a stale lock', () => {
  const plan = makePlan();
  const lock = lockOf([], plan);
  it('is not stale on another machine', () => {
    expect(staleReasons(lock, { ...plan, image: { ...plan.image, file: '/elsewhere/web.toml' }, digest: 'sha256:1' })).toEqual([]);
  });
  it('tells each reason', () => {
    expect(staleReasons(lock, makePlan({ install: ['vim'], weakDependencies: true }))).toEqual([
      '`packages.weak-deps` was false and is true', 'package vim is asked for since', 'package bash is asked for no more',
    ]);
    expect(staleReasons(lock, makePlan({}, [makeTarget('baseline', ['other'])]))).toEqual([
      'x86_64-baseline takes packages from other repositories or at other costs', 'repository other is new',
    ]);
    const moved = { ...lock, request: { ...lock.request, repositories: [{ id: 'base', baseurl: ['https://elsewhere.example'], excludepkgs: ['x'] }] } };
    expect(staleReasons({ ...moved, definition: requestDigest(moved.request) }, plan)).toEqual([
      '`baseurl` of repository base changed', '`excludepkgs` of repository base changed',
    ]);
    expect(staleReasons(lock, makePlan({}, [makeTarget('v3')]))).toEqual(['the lock does not hold x86_64-v3']);
    expect(staleReasons({ ...lock, definition: `sha256:${sha('0')}` }, plan)[0]).toMatch(/^the lock was merged or edited by hand/);
  });
  it('may hold more levels than one build asks for, yet not more than the definition', () => {
    const both = lockOf([], makePlan({}, [makeTarget('baseline'), makeTarget('v3', ['base', 'base-v3'])]));
    expect(staleReasons(both, plan)).toEqual([]);
    expect(staleReasons(both, plan, 'all')).toEqual(['the lock holds x86_64-v3, which is asked for no more']);
  });
});

describe('a lock of two levels', () => {
  const [baseline, v3] = [makeTarget('baseline'), makeTarget('v3', ['base', 'base-v3'])];
  const { targets: _, ...bash } = lockedPackage('bash', '1:5.3-2', { reason: 'asked' });
  const { targets: __, ...glibc } = lockedPackage('glibc', '2.42-4');
  const faster = { ...glibc, repository: 'base-v3', checksum: `sha256:${sha('3')}` } as const;
  const lock = makeLockFile(makePlan({}, [baseline, v3]), [
    { target: baseline, packages: [bash, glibc] },
    { target: v3, packages: [bash, faster] },
  ]);
  it('holds what they share once and gives each its own set back', () => {
    expect(lock.packages.map(({ name, repository, targets }) => [name, repository, targets.join()])).toEqual([
      ['bash', 'base', 'x86_64-baseline,x86_64-v3'], ['glibc', 'base', 'x86_64-baseline'], ['glibc', 'base-v3', 'x86_64-v3'],
    ]);
    expect(parseLock(formatLock(lock), 'x')).toEqual(lock);
    expect(lockedPackages(lock, v3)).toEqual([{ ...bash, file: 'packages/bash-5.3-2.x86_64.rpm' }, { ...faster, file: 'packages/glibc-2.42-4.x86_64.rpm' }]);
    expect(() => lockedPackages(lock, makeTarget('v4'))).toThrow('the lock does not hold x86_64 v4');
  });
  it('tells what moved by target', () => {
    const after = { ...lock, packages: lock.packages.map((entry) => (entry.repository === 'base-v3' ? { ...entry, evr: '2.42-10', size: 1500 } : entry)) };
    expect(movedPackages(lock, after).map(({ target, changes }) => [target, changes.map(({ kind, name, bytes }) => `${kind} ${name} ${bytes}`)])).toEqual([
      ['x86_64-baseline', []], ['x86_64-v3', ['upgraded glibc 500']],
    ]);
  });
});

describe('what was fetched', () => {
  const entry = { name: 'bash', evr: '5.3-2', arch: 'x86_64', checksum: `sha256:${sha('a')}`, size: 10 } as const;
  it('must be the locked set to the byte', () => {
    expect(checkFetched([entry], [entry])).toEqual([]);
    const told = checkFetched([entry, { ...entry, name: 'gone' }], [{ ...entry, checksum: `sha256:${sha('b')}` }, { ...entry, name: 'extra' }]);
    expect(told.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual([
      'lock-checksum bash-5.3-2.x86_64', 'lock-missing gone-5.3-2.x86_64', 'lock-unexpected extra-5.3-2.x86_64',
    ]);
    expect(checkFetched([entry], [{ ...entry, size: 11 }])).toHaveLength(1);
  });
});

it('a lock lies beside its definition', () => {
  expect(['/a/web.toml', 'b.v2/db.yaml', 'c.ks', 'plain'].map(lockPath)).toEqual([
    '/a/web.lock.yaml', 'b.v2/db.lock.yaml', 'c.lock.yaml', 'plain.lock.yaml',
  ]);
});
