import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild, type Failure } from '../support/failures.ts';
import { build, runHew } from '../support/hew.ts';
import { makeKey, type MadeKey } from '../support/keys.ts';
import { copyRepository, fingerprintOf, makePackages, publish, type MadePackage, type Signer } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles, wrongKey, type RepositoryRow } from '../support/places.ts';
import { files, serve } from '../support/server.ts';

const folder = testFolder();
const BASE = /^(?:filesystem|setup)-/;
const made = (name: string, signer?: Signer): MadePackage => ({ name, files: { [`/usr/share/test/${name}`]: name.repeat(40) }, signer });

/** An image of `filesystem` and these packages. */
const image = (name: string, packages: readonly string[], repositories: readonly RepositoryRow[], more = ''): string =>
  writeFiles(join(folder, name), {
    'image.toml': definition(['filesystem', ...packages], '', './distro.toml').replace('[packages]\n', `[packages]\n${more}`),
    'distro.toml': distribution(repositories),
  });

const row = (id: string, keys: readonly string[], more = ''): RepositoryRow => ({ id, url: `file://${join(folder, id)}`, keys, more });
const NO_METADATA_CHECK = 'repo_gpgcheck = false\nreason = "its packages are signed"';

/** A repository below the folder of the tests. */
async function repository(id: string, packages: readonly MadePackage[], signer: Signer | 'none' = 'sample'): Promise<string> {
  const path = copyRepository(join(folder, id), (name) => id === 'base' && BASE.test(name));
  await makePackages(path, packages);
  return publish(path, signer);
}

const namedIn = ({ error }: Failure): readonly string[] => error.problems.map(({ code, message }) => `${code} ${message.split(' ')[0]}`);

/** Turns one byte of a file around. */
function flip(file: string, at: (bytes: Buffer) => number): void {
  const bytes = readFileSync(file);
  const index = at(bytes);
  bytes[index] = (bytes[index] ?? 0) ^ 0x01;
  writeFileSync(file, bytes);
}

const inPayload = (bytes: Buffer): number => bytes.length - 20;
/** In the description, which nothing reads that would trip over it. */
const inHeader = (bytes: Buffer): number => bytes.indexOf('Made in a test') + 1;

beforeAll(async () => {
  await repository('base', [made('good', 'sample')]);
});

describe('a key that is no longer good', () => {
  let expired: MadeKey;
  let revoked: MadeKey;
  beforeAll(async () => {
    expired = await makeKey(folder, 'expired', { madeAt: '20200101T000000!', expires: '1y' });
    revoked = await makeKey(folder, 'revoked', { revoked: true });
    // rpm itself takes what a key signed before it expired.
    await repository('of-expired', [made('by-expired', expired)], 'none');
    await repository('of-revoked', [made('by-revoked', revoked)], 'none');
  });

  it('because it expired is refused, with the day', async () => {
    const { error } = await failBuild(folder, image('expired', ['by-expired'], [row('base', [sampleKey()]), row('of-expired', [expired.file], NO_METADATA_CHECK)]));
    expect(error.code).toBe('key-expired');
    expect(error.message).toBe(`the key of repository of-expired expired on 2020-12-31: ${(await fingerprintOf(expired.file)).toLowerCase()} (expired <expired@test.invalid>)`);
  });

  it('because its owner revoked it is refused', async () => {
    const { error } = await failBuild(folder, image('revoked', ['by-revoked'], [row('base', [sampleKey()]), row('of-revoked', [revoked.file], NO_METADATA_CHECK)]));
    expect([error.code, error.message]).toEqual(['key-revoked', expect.stringContaining('of repository of-revoked was revoked by its owner')]);
  });

  it('does not come in beside a good one in the same file', async () => {
    const both = writeFiles(folder, { 'both.asc': `${readFileSync(expired.file, 'utf8')}${readFileSync(sampleKey(), 'utf8')}` });
    const failure = await failBuild(folder, image('beside', ['by-expired'], [row('base', [sampleKey()]), row('of-expired', [both], NO_METADATA_CHECK)]));
    expect(namedIn(failure)).toEqual(['signature by-expired-1-1.noarch']);
  });
});

describe('a package that a subkey signed', () => {
  async function signed(subkey: 'good' | 'expired' | 'revoked'): Promise<string> {
    const key = await makeKey(folder, `sub-${subkey}`, { madeAt: '20200101T000000!', subkey });
    await repository(`subkey-${subkey}`, [made(`by-${subkey}`, key)], 'none');
    return image(`subkey-${subkey}-image`, [`by-${subkey}`], [row('base', [sampleKey()]), row(`subkey-${subkey}`, [key.file], NO_METADATA_CHECK)]);
  }

  it('is installed', async () => {
    const { packages } = await build(await signed('good'), join(folder, 'subkey-out'), [], { env: { HEW_CACHE: makeCache(folder, 'subkey-cache') } });
    expect(packages.map(({ name }) => name)).toContain('by-good');
  });

  it.each(['expired', 'revoked'] as const)('that is %s now is refused', async (subkey) => {
    expect(namedIn(await failBuild(folder, await signed(subkey)))).toEqual([`signature by-${subkey}-1-1.noarch`]);
  });
});

describe('a key file with more keys than the pinned one', () => {
  it('lends trust to no other of them', async () => {
    const both = writeFiles(folder, { 'two.asc': `${readFileSync(sampleKey(), 'utf8')}${readFileSync(wrongKey(), 'utf8')}` });
    await repository('pinned', [made('by-other', 'wrong'), made('by-pinned', 'sample')]);
    const pin = `fingerprints = ["${await fingerprintOf(sampleKey())}"]`;
    const failure = await failBuild(folder, image('two', ['by-other', 'by-pinned'], [row('base', [sampleKey()]), row('pinned', [both], pin)]));
    expect(namedIn(failure)).toEqual(['signature by-other-1-1.noarch']);
  });
});

describe('the key of one repository', () => {
  it('says nothing about the packages of another', async () => {
    await repository('first', [made('crossed', 'wrong')], 'sample');
    await repository('second', [made('straight', 'wrong')], 'wrong');
    const rows = [row('base', [sampleKey()]), row('first', [sampleKey()]), row('second', [wrongKey()])];
    const failure = await failBuild(folder, image('crossed', ['crossed', 'straight'], rows));
    expect(namedIn(failure)).toEqual(['signature crossed-1-1.noarch']);
    expect(failure.error.message).toContain('from first is not signed by a key of that repository');
  });
});

describe('a package that was altered after it was signed, in metadata that is right', () => {
  it.each([['header', inHeader], ['payload', inPayload]] as const)('in its %s is refused and named', async (what, at) => {
    const path = await repository(`altered-${what}`, [made(`in-${what}`, 'sample')]);
    flip(join(path, `in-${what}-1-1.noarch.rpm`), at);
    await publish(path);
    const failure = await failBuild(folder, image(`altered-${what}-image`, [`in-${what}`, 'good'], [row('base', [sampleKey()]), row(`altered-${what}`, [sampleKey()])]));
    expect(namedIn(failure)).toEqual([`signature in-${what}-1-1.noarch`]);
  });
});

describe('RPM files beside the definition', () => {
  let own: MadeKey;
  const rows = [row('base', [sampleKey()])];

  beforeAll(async () => {
    own = await makeKey(folder, 'own');
  });

  /** An image with one local RPM. */
  async function withLocal(name: string, signer: Signer | undefined, more = '', alter?: (file: string) => void): Promise<string> {
    const file = image(name, [], rows, `local = ["mine-1-1.noarch.rpm"]\n${more}`);
    await makePackages(join(folder, name), [made('mine', signer)]);
    alter?.(join(folder, name, 'mine-1-1.noarch.rpm'));
    writeFiles(join(folder, name), { 'own.asc': readFileSync(own.file, 'utf8') });
    return file;
  }

  it('are installed when a key of a repository signed them, or one that the definition gives', async () => {
    for (const [name, signer, more] of [['local-good', 'sample', ''], ['local-own', own, 'local-keys = ["own.asc"]\n']] as const) {
      const { packages } = await build(await withLocal(name, signer, more), join(folder, `${name}-out`), [], { env: { HEW_CACHE: makeCache(folder, `${name}-cache`) } });
      expect(packages.map((entry) => entry.name)).toEqual(['filesystem', 'mine', 'setup']);
    }
  });

  it.each([
    ['unsigned', undefined, '', undefined],
    ['signed by a stranger', 'wrong', '', undefined],
    ['signed by a repository, where the definition gives another key', 'sample', 'local-keys = ["own.asc"]\n', undefined],
    ['altered in the header', 'sample', '', (file: string) => flip(file, inHeader)],
    ['altered in the payload', 'sample', '', (file: string) => flip(file, inPayload)],
  ] as const)('are refused and named: %s', async (name, signer, more, alter) => {
    const { error } = await failBuild(folder, await withLocal(`local ${name}`, signer, more, alter));
    expect(['signature', 'package-not-fetched']).toContain(error.code);
    expect(error.problems).toHaveLength(1);
    expect(error.message).toContain('local RPM mine-1-1.noarch is not signed by a key of this definition');
  });
});

describe('the package cache', () => {
  it('does not hand out a package that was altered in it', async () => {
    const server = await serve(files('/base', join(folder, 'base')));
    const cache = makeCache(folder, 'altered-cache');
    const file = image('cached', ['good'], [{ id: 'base', url: `${server.url}/base`, keys: [sampleKey()] }]);
    const run = async (name: string): Promise<string | undefined> =>
      (await build(file, join(folder, name), ['--no-cache'], { env: { HEW_CACHE: cache } })).artifacts.find(({ path }) => path.endsWith('.tar'))?.sha256;
    const before = await run('cached-before');
    const [kept = ''] = readdirSync(join(cache, 'packages')).filter((name) => name.startsWith('base-'));
    flip(join(cache, 'packages', kept, 'packages/good-1-1.noarch.rpm'), inPayload);
    server.requests.length = 0;
    expect(await run('cached-after')).toBe(before);
    expect(server.requests.filter((line) => line.endsWith('.rpm'))).toEqual(['GET /base/good-1-1.noarch.rpm']);
    await server.close();
  });
});

describe('a lock', () => {
  it('remembers the keys: a repository that changed hands is refused even where no fingerprint is pinned', async () => {
    const path = copyRepository(join(folder, 'taken'), (name) => BASE.test(name));
    await publish(path);
    const key = writeFiles(folder, { 'taken.asc': readFileSync(sampleKey(), 'utf8') });
    const file = image('taken-image', [], [row('taken', [key])]);
    const env = { HEW_CACHE: makeCache(folder, 'taken-cache') };
    const lock = await runHew(['lock', file], { env });
    expect(lock.status, lock.stderr).toBe(0);
    writeFiles(folder, { 'taken.asc': readFileSync(wrongKey(), 'utf8') });
    await publish(path, 'wrong');
    const { error } = await failBuild(folder, file, { args: ['--locked'], env });
    expect([error.code, error.message]).toEqual(['key-not-locked', expect.stringContaining('the key file of repository taken holds')]);
  });
});
