import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { build, failureOf, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish, type MadePackage } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

// One lock for two levels in a git repository, moved on two branches.
const folder = testFolder();
const at = (name: string): string => join(folder, name);
const env = { HEW_CACHE: makeCache(folder) };
const work = at('work');
const image = join(work, 'test.toml');
const lock = join(work, 'test.lock.yaml');
const LEVELS = { baseline: 'repo', v3: 'repo-v3' } as const;
/** Neighbours in the lock: nothing stands between their blocks. */
const NAMES = ['made-left', 'made-right'] as const;

const made = (name: string, version: string, level: string): MadePackage =>
  ({ name, version, arch: 'x86_64', files: { [`/usr/share/test/${name}`]: `${version} ${level}\n` }, signer: 'sample' });

async function offer(version: string, names: readonly string[] = NAMES): Promise<void> {
  for (const [level, repository] of Object.entries(LEVELS)) {
    await makePackages(at(repository), names.map((name) => made(name, version, level)));
    await publish(at(repository));
  }
}

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@test.invalid', '-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main', ...args], {
    cwd: work, encoding: 'utf8', stdio: 'pipe', env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  });

async function hewLock(...args: readonly string[]): Promise<void> {
  const run = await runHew(['lock', image, ...args], { env });
  expect(run.status, run.stderr).toBe(0);
}

/** Updates on a branch of its own, off the first commit. */
async function branch(name: string, ...update: readonly string[]): Promise<void> {
  git('switch', '--create', name, 'main');
  await hewLock('--update', ...update);
  git('commit', '--all', '--message', name);
}

const write = (packages: readonly string[]): string => writeFiles(work, {
  'test.toml': definition(packages, '[hardware]\nlevel = ["baseline", "v3"]', './own.toml'),
  'own.toml': distribution([
    { id: 'own', url: `file://${at(LEVELS.baseline)}`, keys: [sampleKey()] },
    { id: 'own-v3', url: `file://${at(LEVELS.v3)}`, keys: [sampleKey()] },
  ]).replace(/level = "v1"(?=\s*$)/, 'level = "v3"'),
});

beforeAll(async () => {
  copyRepository(at(LEVELS.baseline), (name) => /^(?:filesystem|setup)-/.test(name));
  await offer('1');
  write(['filesystem', ...NAMES]);
  await hewLock();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--message', 'first');
  await offer('2');
  await branch('left', 'made-left');
  await branch('right', 'made-right');
});

/** Version and what the lock calls it for, of the two packages at each level. */
const installed = (packages: readonly { readonly name: string; readonly evr: string; readonly level: string }[]): readonly string[] =>
  packages.filter(({ name }) => name.startsWith('made-')).map(({ name, evr, level }) => `${level} ${name} ${evr}`).toSorted();

describe('a lock of two levels', () => {
  it('is one file, and a locked build gives each level its own', async () => {
    git('switch', 'main');
    const { packages } = await build(image, at('main-out'), ['--locked'], { env });
    expect(installed(packages)).toEqual(['baseline', 'v3'].flatMap((level) => NAMES.map((name) => `${level} ${name} 1-1`)));
    const text = readFileSync(lock, 'utf8');
    expect([text.match(/- name: made-left\n +repo_id: own\n/g)?.length, text.match(/- name: made-left\n +repo_id: own-v3\n/g)?.length]).toEqual([1, 1]);
    // What both levels share stands there once.
    expect(text.match(/- name: setup\n/g)).toHaveLength(1);
  });
});

describe('two branches that moved different packages', () => {
  it('merge without a conflict into a lock that answers its definition and builds with both', async () => {
    git('switch', 'main');
    git('merge', '--quiet', 'left');
    git('merge', '--quiet', '--message', 'both', 'right');
    expect((await runHew(['lock', image, '--check'], { env })).status).toBe(0);
    const { packages } = await build(image, at('merged-out'), ['--locked'], { env });
    expect(installed(packages)).toEqual(['baseline', 'v3'].flatMap((level) => NAMES.map((name) => `${level} ${name} 2-1`)));
    // A merge is what was moved on each side, and nothing else.
    const changed = git('diff', '--unified=0', 'main~2', 'main', '--', 'test.lock.yaml').split('\n').filter((line) => /^[-+] /.test(line));
    expect(changed.filter((line) => !/ (?:location|checksum|size|evr|srpm): /.test(line))).toEqual([]);
  });
});

describe('two branches that moved one package to different builds', () => {
  it('conflict at that package, and nothing is built until somebody decided', async () => {
    git('switch', '--create', 'further', 'left');
    await offer('3', ['made-left']);
    await hewLock('--update', 'made-left');
    git('commit', '--all', '--message', 'further');
    git('switch', '--create', 'other', 'main~2');
    await offer('4', ['made-left']);
    await hewLock('--update', 'made-left');
    git('commit', '--all', '--message', 'other');
    expect(() => git('merge', 'further')).toThrow(/Command failed: git/);
    const conflicted = readFileSync(lock, 'utf8');
    const inside = [...conflicted.matchAll(/^<<<<<<< .*\n([\s\S]*?)^>>>>>>> .*$/gm)].flatMap(([, text = '']) => text.split('\n')).filter((line) => line.startsWith(' '));
    expect(inside.length).toBeGreaterThan(0);
    expect(inside.filter((line) => !/^ +(?:location: made-left-|checksum: sha256:|size: |evr: |srpm: made-left-)/.test(line))).toEqual([]);
    const run = await runHew(['build', image, '--locked', '--json', '-o', at('conflict-out')], { env });
    expect([run.status, failureOf(run).code]).toEqual([1, 'lock-conflict']);
    expect(failureOf(run).problems[0]?.place?.line).toBe(conflicted.split('\n').findIndex((line) => line.startsWith('<<<<<<<')) + 1);
    // As the first lines of the lock say: either side, then once more.
    git('checkout', '--theirs', '--', 'test.lock.yaml');
    await hewLock();
    expect((await build(image, at('decided-out'), ['--locked'], { env })).packages.find(({ name }) => name === 'made-left')?.evr).toBe('3-1');
  });
});
