import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import type { TrustedKey } from '../../src/usecases/list-keys.ts';
import { build, runHew } from '../support/hew.ts';
import { makeKey, type MadeKey } from '../support/keys.ts';
import { addSignature, copyRepository, fingerprintOf, makePackages, publish, type Signer } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, wrongKey, writeFiles } from '../support/places.ts';
import { runTestTool } from '../support/test-tools.ts';

const folder = testFolder();
const BASE = /^(?:filesystem|setup)-/;

/** A repository with one package, and an image of it; both are signed by this key. */
async function repository(name: string, signer: Signer): Promise<string> {
  const place = copyRepository(join(folder, name), (file) => BASE.test(file));
  await makePackages(place, [{ name: 'one', files: { '/usr/share/test/one': 'one' }, signer }]);
  return publish(place, signer);
}

/** Base packages bear the sample's signature, so its key is part of every list. */
function image(name: string, place: string, keys: readonly string[], more = ''): string {
  return writeFiles(join(folder, `${name}-image`), {
    'image.toml': definition(['filesystem', 'one'], '', './distro.toml'),
    'distro.toml': distribution([{ id: 'base', url: `file://${place}`, keys: [sampleKey(), ...keys], more }]),
  });
}

const run = async (name: string, file: string): Promise<{ readonly status: number | null; readonly stderr: string; readonly packages: number }> => {
  const { status, stderr } = await runHew(['build', file, '-o', join(folder, `${name}-out`)], { env: { HEW_CACHE: makeCache(folder, `${name}-cache`) } });
  return { status, stderr, packages: (/(\d+) packages/.exec(stderr)?.length ?? 0) };
};

const pins = async (...files: readonly string[]): Promise<string> => `fingerprints = ${JSON.stringify(await Promise.all(files.map(fingerprintOf)))}`;

/** An OpenPGP v6 key with an algorithm after the quantum computer, of which no program here knows more than the packet. */
const FOREIGN = ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '', Buffer.from([0xc6, 10, 6, 0, 0, 0, 1, 30, 0, 0, 0, 0, 0xcd, 1, 0x61]).toString('base64'), '-----END PGP PUBLIC KEY BLOCK-----', ''].join('\n');

describe('a key whose owner signed it with SHA-1 alone', () => {
  let old: MadeKey;
  let place: string;
  beforeAll(async () => {
    old = await makeKey(folder, 'old', { digest: 'SHA1' });
    place = await repository('old-repo', old);
  });

  it('is refused by its fingerprint, which the hint pins', async () => {
    const { error } = await failBuild(folder, image('unpinned', place, [old.file]));
    expect(error.code).toBe('signature');
    const alone = writeFiles(join(folder, 'alone-image'), {
      'image.toml': definition(['filesystem', 'one'], '', './distro.toml'),
      'distro.toml': distribution([{ id: 'base', url: `file://${place}`, keys: [old.file] }]),
    });
    const { error: refused } = await failBuild(folder, alone);
    expect([refused.code, refused.message]).toEqual(['key-unusable', expect.stringContaining('its owner signed it with SHA-1 alone, which can be forged')]);
    expect(refused.problems[0]?.hint).toContain(`fingerprints = ["${(await fingerprintOf(old.file)).toLowerCase()}"]`);
  });

  it('is used where its fingerprint is pinned, which the build and its evidence say', async () => {
    const file = image('pinned', place, [old.file], await pins(sampleKey(), old.file));
    const { status, stderr } = await run('pinned', file);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`the key ${(await fingerprintOf(old.file)).toLowerCase()} of repository base is used although its owner signed it with SHA-1 alone: its fingerprint is pinned`);
    const manifest = readFileSync(join(folder, 'pinned-out/test-1.evidence/manifest.json'), 'utf8');
    expect(JSON.parse(manifest)).toHaveProperty('targets.0.repositories.0.sha1Keys', [(await fingerprintOf(old.file)).toLowerCase()]);
  });

  it('lends no trust to a package that it signed with SHA-1', async () => {
    const weak = copyRepository(join(folder, 'weak'), (file) => BASE.test(file));
    await makePackages(weak, [{ name: 'one', files: { '/usr/share/test/one': 'one' }, signer: { ...old, digest: 'SHA1' } }]);
    await publish(weak, old, 'SHA256');
    const { error } = await failBuild(folder, image('weak', weak, [old.file], await pins(sampleKey(), old.file)));
    expect([error.code, error.message]).toEqual(['signature', expect.stringContaining('NOTTRUSTED')]);
  });
});

describe('a list of keys', () => {
  it('is used without those that expired, that no program here reads, or that are no keys, each of which is named', async () => {
    const place = await repository('mixed', 'sample');
    const expired = await makeKey(folder, 'expired', { madeAt: '20200101T000000!', expires: '1y' });
    const file = writeFiles(folder, { 'foreign.asc': `${FOREIGN}${readFileSync(wrongKey(), 'utf8')}`, 'empty.asc': '<html>' });
    const { status, stderr } = await run('mixed', image('mixed', place, [expired.file, file, join(folder, 'empty.asc')]));
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/the key [0-9a-f]{40} of repository base in .* is not used: it expired on 2020-12-31/);
    expect(stderr).toContain('empty.asc is not used: there is no OpenPGP key in it');
    expect(stderr).toMatch(/the key [0-9a-f]{64} of repository base in .* is not used: gpg cannot read it: ML-DSA-65\+Ed25519, OpenPGP version 6/);
  });

  it('is listed by `hew keys` with what each counts for, until when, and why another counts for nothing', async () => {
    const { status, stdout, stderr } = await runHew(['keys', join(folder, 'mixed-image/image.toml'), '--json'], { env: { HEW_CACHE: makeCache(folder, 'keys-cache') } });
    expect(status, stderr).toBe(0);
    const keys = JSON.parse(stdout) as readonly TrustedKey[];
    const sample = (await fingerprintOf(sampleKey())).toLowerCase();
    expect(keys.filter(({ trust }) => trust !== 'no').map(({ fingerprint, repository: id }) => `${id} ${fingerprint}`)).toContain(`base ${sample}`);
    expect(keys.find(({ fingerprint }) => fingerprint === sample)?.checks).toContain('packages');
    expect(keys.filter(({ trust }) => trust === 'no').map(({ reason, checks }) => [reason, checks])).toEqual(expect.arrayContaining([
      [expect.stringContaining('it expired on 2020-12-31'), []],
      [expect.stringContaining('there is no OpenPGP key in it'), []],
    ]));
  });

  it.each(['rsa3072', 'ed25519', 'nistp256'])('checks metadata and packages that a key of %s signed, out of a keyring that is no text', async (algorithm) => {
    const key = await makeKey(folder, algorithm, { algorithm });
    const binary = join(folder, `${algorithm}.gpg`);
    writeFileSync(binary, Buffer.from(await runTestTool(['sh', '-c', `gpg --batch --dearmor < ${key.file} | base64 -w0`], { read: [folder], env: { GNUPGHOME: '/tmp' } }), 'base64'));
    const { status, stderr } = await run(algorithm, image(algorithm, await repository(`${algorithm}-repo`, key), [binary]));
    expect(status, stderr).toBe(0);
  });
});

describe('a package that several keys signed', () => {
  it('is installed as long as one of them is of its repository', async () => {
    const place = copyRepository(join(folder, 'several'), (file) => BASE.test(file));
    const [known, unknown] = [await makeKey(folder, 'known'), await makeKey(folder, 'unknown')];
    await makePackages(place, [{ name: 'one', files: { '/usr/share/test/one': 'one' } }]);
    for (const signer of [known, unknown]) await addSignature(join(place, 'one-1-1.noarch.rpm'), place, signer);
    await publish(place);
    const { status, stderr } = await run('several', image('several', place, [known.file]));
    expect(status, stderr).toBe(0);
    const { error } = await failBuild(folder, image('neither', place, [wrongKey()]));
    expect([error.code, error.problems.length]).toEqual(['signature', 1]);
  });
});

describe('a key that was taken out of `gpgkey`', () => {
  it('vouches for metadata no more, although a build before trusted it', async () => {
    const place = await repository('removed', 'wrong');
    const env = { HEW_CACHE: makeCache(folder, 'removed-cache') };
    await build(image('removed', place, [wrongKey()]), join(folder, 'removed-out'), [], { env });
    const { error } = await failBuild(folder, image('removed', place, []), { env });
    expect([error.code, error.message]).toEqual(['signature', expect.stringContaining('the metadata of repository base is not signed by a key of its own')]);
    // And once it is signed by the one that stays, what lies in the cache does not stand in the way.
    await publish(place);
    const { error: left } = await failBuild(folder, image('removed', place, []), { env });
    expect(left.message).toContain('one-1-1.noarch from base is not signed by a key of that repository');
  });
});
