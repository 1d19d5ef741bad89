import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

import { CHECKOUT, preparedCache, sampleFolder } from './checkout.ts';

/** A folder for the tests of one file; removed after them. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hew-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One outside of /tmp and /var/tmp, which every sandbox and image has of its own: what shows there shows the machine. */
export function machineFolder(): string {
  const folder = mkdtempSync('/srv/hew-test-');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A cache folder apart from every other, with the machine's tools tree and sample distribution in it. */
export function makeCache(folder: string, name = 'cache'): string {
  const cache = join(folder, name);
  mkdirSync(cache, { recursive: true });
  symlinkSync(join(preparedCache(), 'tools'), join(cache, 'tools'));
  symlinkSync(join(sampleFolder(), '..'), join(cache, 'sample'));
  return cache;
}

/** Writes text files below a folder and returns the path of the first. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return join(folder, Object.keys(files)[0] ?? '');
}

/** A definition in TOML on top of the profile `container` and the sample distribution. */
export const definition = (packages: readonly string[], more = '', distro = 'sample'): string => `
name = "test"
version = "1"
extends = ["container"]
distro = "${distro}"
[packages]
install = ${JSON.stringify(packages)}
${more.includes('[[outputs]]') ? '' : '[[outputs]]\nformat = "oci"\n'}${more}
`;

export interface RepositoryRow {
  readonly id: string;
  readonly url: string;
  readonly keys: readonly string[];
  /** Further lines of TOML. */
  readonly more?: string;
}

/** The table of TOML with the sample distribution's names of packages. */
export const sampleNames = (): string =>
  /^\[package-names\]\n[^[]*/m.exec(readFileSync(join(CHECKOUT, 'profiles/distros/sample.toml'), 'utf8'))?.[0] ?? '';

/** A distribution in TOML with these repositories. */
export const distribution = (repositories: readonly RepositoryRow[], releasever = '4.0'): string => `
id = "sample"
name = "Test Linux"
releasever = "${releasever}"
arches = ["x86_64"]
${sampleNames()}
${repositories.map(({ id, url, keys, more = '' }) => `
[[repositories]]
id = "${id}"
${url.startsWith('metalink:') ? `metalink = "${url.slice('metalink:'.length)}"` : `baseurl = "${url}"`}
gpgkey = ${JSON.stringify(keys)}
level = "v1"
${more}`).join('\n')}`;

/** The public key that signs the sample distribution, and one that signs nothing. */
export const sampleKey = (): string => join(sampleFolder(), 'keys/RPM-GPG-KEY-sample');
export const wrongKey = (): string => join(sampleFolder(), 'keys/RPM-GPG-KEY-wrong');
