import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild, type Failure } from '../support/failures.ts';
import { build, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles, wrongKey } from '../support/places.ts';

const folder = testFolder();
/** Enough of the sample distribution for a root with a shell. */
const SMALL = /^(bash-5|setup|filesystem|glibc-2|glibc-common|glibc-minimal|ncurses-libs|ncurses-base|libgcc|readline)/;

/** An image of these packages from a repository in a folder. */
function image(name: string, packages: readonly string[], repository: string, key = sampleKey(), more = ''): string {
  return writeFiles(join(folder, name), {
    'image.toml': definition(packages, more, './distro.toml'),
    'distro.toml': distribution([{ id: 'test', url: `file://${repository}`, keys: [key] }]),
  });
}

const fail = (file: string): Promise<Failure> => failBuild(folder, file);
const repository = join(folder, 'repository');

beforeAll(async () => {
  copyRepository(repository, (name) => SMALL.test(name));
  await makePackages(repository, [
    { name: 'test-good', files: { '/usr/share/test/good': 'good' }, signer: 'sample' },
    { name: 'test-unsigned', files: { '/usr/share/test/unsigned': 'unsigned' } },
    { name: 'test-stranger', files: { '/usr/share/test/stranger': 'stranger' }, signer: 'wrong' },
    { name: 'test-needy', preamble: ['Requires: nowhere-to-be-found >= 3'], signer: 'sample' },
    { name: 'test-left', preamble: ['Provides: test-side', 'Conflicts: test-side'], signer: 'sample' },
    { name: 'test-right', preamble: ['Provides: test-side', 'Conflicts: test-side'], signer: 'sample' },
    { name: 'test-clash-a', files: { '/usr/share/test/same': 'a' }, signer: 'sample' },
    { name: 'test-clash-b', files: { '/usr/share/test/same': 'b' }, signer: 'sample' },
    { name: 'test-scriptlet', preamble: ['Requires(pre): bash'], scriptlets: '%pre -p /bin/bash\necho oh dear >&2\nexit 3', signer: 'sample' },
    { name: 'test-net', preamble: ['Requires(pre): bash'], scriptlets: '%pre -p /bin/bash\nexec 3<>/dev/tcp/127.0.0.1/9 || exit 0\nexit 9', signer: 'sample' },
  ]);
  await publish(repository);
});

describe('the same repository, unspoilt', () => {
  it('builds', async () => {
    const result = await build(image('good', ['filesystem', 'test-good'], repository), join(folder, 'good-out'), [], {
      env: { HEW_CACHE: makeCache(folder, 'good-cache') },
    });
    expect(result.packages.map(({ name }) => name)).toContain('test-good');
  });
});

describe('what cannot be resolved', () => {
  it('a package that does not exist: its line and the nearest names are given', async () => {
    const { error, status } = await fail(image('missing', ['filesystem', 'test-godo', 'bsah'], repository));
    expect(status).toBe(1);
    const place = { file: expect.stringMatching(/image\.toml$/) as string, line: 7, column: expect.any(Number) as number };
    expect(error.problems).toEqual([
      { code: 'package-not-found', message: 'no repository has a package `bsah`', hint: 'did you mean `bash`?', place, subject: { kind: 'package', name: 'bsah' } },
      { code: 'package-not-found', message: 'no repository has a package `test-godo`', hint: expect.stringContaining('`test-good`') as string, place, subject: { kind: 'package', name: 'test-godo' } },
    ]);
  });

  it('a repository in a folder that is not there', async () => {
    const { error } = await fail(image('nowhere', ['filesystem'], join(folder, 'nowhere-at-all')));
    expect([error.code, error.message]).toEqual(['repository-unreachable', expect.stringContaining(`${join(folder, 'nowhere-at-all')} is not there`)]);
  });

  it('a name that nothing is near to', async () => {
    const { error } = await fail(image('strange', ['xyzzyxyzzyxyzzy'], repository));
    expect(error).toMatchObject({ code: 'package-not-found', problems: [{ hint: 'check the name and the repositories' }] });
  });

  it("packages in conflict: dnf5's own reason, cut to what matters", async () => {
    const { error, status } = await fail(image('conflict', ['filesystem', 'test-left', 'test-right'], repository));
    expect(status).toBe(1);
    expect(error.code).toBe('conflict');
    const text = JSON.stringify(error.problems);
    expect(text).toMatch(/test-left.*conflicts with.*test-right|test-right.*conflicts with.*test-left/);
    expect(text).not.toMatch(/--skip-broken|--allowerasing|--best|You can try|Updating and loading|conflicting requests/);
    expect(error.problems).toHaveLength(1);
  });

  it('a requirement that nothing provides', async () => {
    const { error } = await fail(image('needy', ['filesystem', 'test-needy'], repository));
    expect(error.code).toBe('conflict');
    expect(JSON.stringify(error.problems)).toContain('nothing provides nowhere-to-be-found >= 3 needed by test-needy-1-1.noarch');
  });

  it('an excluded package that is needed', async () => {
    const file = image('excluded', ['bash'], repository);
    writeFileSync(file, readFileSync(file, 'utf8').replace('install = ', 'exclude = ["ncurses-libs*"]\ninstall = '));
    const { error } = await fail(file);
    expect(error.code).toBe('conflict');
    expect(JSON.stringify(error.problems)).toContain('ncurses-libs');
  });

  it('the conflicting pair of the sample distribution', async () => {
    const file = writeFiles(join(folder, 'editors'), { 'image.toml': definition(['nano-default-editor', 'vim-default-editor']) });
    const { error } = await fail(file);
    expect(error.code).toBe('conflict');
    expect(JSON.stringify(error.problems)).toMatch(/system-default-editor/);
  });
});

describe('packages that are not what they should be', () => {
  /** A copy of the repository whose `test-good` is spoilt after the metadata was made. */
  const spoil = (name: string, change: (file: string) => void): string => {
    const copy = join(folder, `spoilt-${name}`);
    for (const file of readdirSync(repository, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
      writeFiles(copy, { [join(file.parentPath, file.name).slice(repository.length + 1)]: '' });
      writeFileSync(join(copy, join(file.parentPath, file.name).slice(repository.length)), readFileSync(join(file.parentPath, file.name)));
    }
    change(join(copy, 'test-good-1-1.noarch.rpm'));
    return copy;
  };

  it('a truncated RPM', async () => {
    const copy = spoil('short', (file) => truncateSync(file, 1500));
    const { error, status } = await fail(image('short', ['filesystem', 'test-good'], copy));
    expect([error.code, status]).toEqual(['package-not-fetched', 1]);
    expect(JSON.stringify(error.problems)).toContain('test-good');
  });

  it('an RPM of which one byte is another', async () => {
    const copy = spoil('byte', (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 0xff;
      writeFileSync(file, bytes);
    });
    const { error, status } = await fail(image('byte', ['filesystem', 'test-good'], copy));
    expect([error.code, status]).toEqual(['package-not-fetched', 1]);
    expect(JSON.stringify(error.problems)).toContain('test-good');
  });

  it('an RPM that the metadata names and that is gone', async () => {
    const copy = spoil('gone', (file) => rmSync(file));
    const { error, status } = await fail(image('gone', ['filesystem', 'test-good'], copy));
    expect([error.code, status]).toEqual(['package-not-fetched', 1]);
    expect(JSON.stringify(error.problems)).toContain('test-good');
  });

  it('an unsigned package, although the metadata is signed', async () => {
    const { error, status } = await fail(image('unsigned', ['filesystem', 'test-unsigned'], repository));
    expect([error.code, status]).toEqual(['signature', 1]);
    expect(error.message).toContain('test-unsigned-1-1.noarch from test is not signed by a key of that repository');
    expect(error.problems).toHaveLength(1);
  });

  it("a package with a stranger's signature", async () => {
    const { error } = await fail(image('stranger', ['filesystem', 'test-stranger', 'test-good'], repository));
    expect(error.code).toBe('signature');
    expect(error.problems.map(({ message }) => message)).toEqual([expect.stringContaining('test-stranger-1-1.noarch from test') as string]);
  });

  it('every bad package is named at once', async () => {
    const { error } = await fail(image('both', ['filesystem', 'test-stranger', 'test-unsigned'], repository));
    expect(error.problems.map(({ code }) => code)).toEqual(['signature', 'signature']);
  });
});

describe('keys and metadata that are not what they should be', () => {
  it('a key that signed none of it', async () => {
    const { error, status } = await fail(image('wrong-key', ['filesystem'], repository, wrongKey()));
    expect([error.code, status]).toEqual(['signature', 1]);
    expect(JSON.stringify(error.problems)).toContain('repomd.xml');
  });

  it('a key file that is not there', async () => {
    const { error, status } = await fail(image('no-key', ['filesystem'], repository, '/nonexistent/key.asc'));
    expect([error.code, status]).toEqual(['key-missing', 1]);
    expect(error.message).toContain('/nonexistent/key.asc');
  });

  it('a key file that holds no key', async () => {
    const { error } = await fail(image('bad-key', ['filesystem'], repository, writeFiles(folder, { 'bad.asc': 'no key\n' })));
    expect(['key-unusable', 'signature']).toContain(error.code);
  });

  it('a key other than the pinned one', async () => {
    const file = image('pinned', ['filesystem'], repository);
    const distro = join(folder, 'pinned/distro.toml');
    writeFileSync(distro, readFileSync(distro, 'utf8').replace('level = "v1"', 'level = "v1"\nfingerprints = ["0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567"]'));
    const { error } = await fail(file);
    expect(error.code).toBe('key-not-pinned');
  });

  it('metadata that was replaced and signed by a stranger', async () => {
    const copy = copyRepository(join(folder, 'replaced'), (name) => SMALL.test(name));
    await publish(copy, 'wrong');
    const { error } = await fail(image('replaced', ['filesystem'], copy));
    expect(error.code).toBe('signature');
  });

  it('metadata without a signature', async () => {
    const copy = copyRepository(join(folder, 'bare'), (name) => SMALL.test(name));
    await publish(copy, 'none');
    const { error } = await fail(image('bare', ['filesystem'], copy));
    expect(['signature', 'repository-unreachable']).toContain(error.code);
    expect(JSON.stringify(error.problems)).toContain('repomd.xml.asc');
  });

  it('metadata whose package list was swapped under a signature that is right', async () => {
    const copy = copyRepository(join(folder, 'swapped'), (name) => SMALL.test(name));
    await publish(copy);
    const list = readdirSync(join(copy, 'repodata')).find((name) => name.includes('primary.xml')) ?? '';
    writeFileSync(join(copy, 'repodata', list), 'something else');
    const { error } = await fail(image('swapped', ['filesystem'], copy));
    expect(error.code).toBe('repository-unreachable');
    expect(JSON.stringify(error.problems)).toMatch(/checksum/i);
  });
});

describe('transactions that do not go through', () => {
  it('two packages with one file', async () => {
    const { error, status } = await fail(image('clash', ['filesystem', 'test-clash-a', 'test-clash-b'], repository));
    expect([error.code, status]).toEqual(['install-failed', 1]);
    expect(JSON.stringify(error.problems)).toContain('/usr/share/test/same');
  });

  it('a scriptlet that fails: its package and its own words', async () => {
    const { error, status } = await fail(image('scriptlet', ['filesystem', 'bash', 'test-scriptlet'], repository));
    expect([error.code, status]).toEqual(['install-failed', 1]);
    expect(JSON.stringify(error.problems)).toContain('test-scriptlet');
    expect(JSON.stringify(error.problems)).toContain('oh dear');
  });

  it('while a scriptlet that reaches for the network finds none', async () => {
    const run = await runHew(['build', image('net', ['filesystem', 'bash', 'test-net'], repository), '-o', join(folder, 'net-out')], {
      env: { HEW_CACHE: makeCache(folder, 'net-cache') },
    });
    expect([run.status, run.stderr]).toEqual([0, expect.any(String)]);
  });
});
