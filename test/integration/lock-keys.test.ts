import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles, wrongKey } from '../support/places.ts';

const folder = testFolder();
const env = { HEW_CACHE: makeCache(folder) };
const BASE = /^(filesystem|setup)-/;

async function lock(file: string, ...args: string[]): Promise<string> {
  const run = await runHew(['lock', file, ...args], { env });
  expect(run.status, run.stderr).toBe(0);
  return readFileSync(file.replace('.toml', '.lock.yaml'), 'utf8');
}

it('a lock with keys builds without their files, and stays a lock with keys', async () => {
  const place = await publish(copyRepository(join(folder, 'repo'), (name) => BASE.test(name)));
  const key = writeFiles(folder, { 'own.asc': readFileSync(sampleKey(), 'utf8') });
  const file = writeFiles(join(folder, 'image'), {
    'test.toml': definition(['filesystem'], '', './own.toml'), 'own.toml': distribution([{ id: 'own', url: `file://${place}`, keys: [key] }]),
  });
  const plain = await lock(file);
  expect(plain).toMatch(/hew:\n +keys:\n +- [0-9a-f]{40}\n/);
  expect(plain).not.toContain('BEGIN PGP');
  const text = await lock(file, '--with-keys');
  expect(text).toContain('-----BEGIN PGP PUBLIC KEY BLOCK-----');
  expect(await lock(file, '--update')).toBe(text);
  rmSync(key);
  const { packages } = await build(file, join(folder, 'out'), ['--locked'], { env });
  expect(packages.map(({ name }) => name)).toEqual(['filesystem', 'setup']);
});

it('a locked build refuses keys that the lock was made without: of a repository that had none, and of RPM files beside the definition', async () => {
  const place = await publish(copyRepository(join(folder, 'unsigned'), (name) => BASE.test(name)));
  const OFF = 'gpgcheck = false\nrepo_gpgcheck = false\nreason = "a test"';
  const own = (keys: readonly string[], more: string): string => distribution([{ id: 'own', url: `file://${place}`, keys, more }]);
  await makePackages(join(folder, 'unkeyed'), [{ name: 'local', files: { '/usr/share/test/local': 'x' }, signer: 'sample' }]);
  const key = join(folder, 'unkeyed', 'local.asc');
  writeFileSync(key, readFileSync(sampleKey(), 'utf8'));
  const file = writeFiles(join(folder, 'unkeyed'), {
    'test.toml': definition(['filesystem', 'local'], '', './own.toml').replace('[packages]', '[packages]\nlocal = ["local-1-1.noarch.rpm"]\nlocal-keys = ["local.asc"]'),
    'own.toml': own([], OFF),
  });
  expect(await lock(file)).toMatch(/- id: "?@commandline"?\n +baseurl: file:\.\n +hew:\n +keys:\n +- [0-9a-f]{40}\n/);
  writeFileSync(join(folder, 'unkeyed', 'own.toml'), own([sampleKey()], ''));
  const added = await failBuild(folder, file, { args: ['--locked'], env });
  expect([added.error.code, added.error.message]).toEqual(['key-not-locked', expect.stringContaining('the lock was made with no key')]);
  writeFileSync(join(folder, 'unkeyed', 'own.toml'), own([], OFF));
  writeFileSync(key, readFileSync(wrongKey(), 'utf8'));
  const replaced = await failBuild(folder, file, { args: ['--locked'], env });
  expect([replaced.error.code, replaced.error.message]).toEqual(['key-not-locked', expect.stringContaining('the key file of local RPMs holds')]);
});
