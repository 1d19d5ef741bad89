import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../../src/build/build-image.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { build, runHew, type HewOptions } from '../../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../../support/places.ts';

const folder = testFolder();

/** Every file of the artifacts as it lies in the output folder, with its digest. */
function bytesOf({ artifacts }: { readonly artifacts: readonly { readonly path: string }[] }): readonly string[] {
  const below = (path: string): readonly string[] =>
    statSync(path).isDirectory() ? readdirSync(path).toSorted().flatMap((name) => below(join(path, name))) : [path];
  return artifacts.flatMap(({ path }) =>
    execFileSync('sha256sum', below(path), { encoding: 'utf8' }).split('\n').map((line) => line.replace(dirname(path), '')));
}

const evidenceOf = ({ evidence }: BuildResult): readonly string[] =>
  evidence.filter((path) => basename(path) !== 'timings.json').map((path) => `${basename(path)} ${readFileSync(path, 'utf8')}`);

/** Stages that were looked up to make something, each with the outcome: what is known of keys and signatures is none of them. */
const outcomes = ({ cache = [] }: BuildResult): readonly string[] =>
  cache.filter(({ stage }) => !['keys', 'signatures'].includes(stage)).map(({ stage, outcome }) => `${stage} ${outcome}`);
const reasonOf = ({ cache = [] }: BuildResult): string | undefined => cache.find(({ stage }) => stage === 'artifacts')?.reason;

/** Seconds of the stages that make something. */
const making = ({ timings }: BuildResult): number =>
  Object.entries(timings).reduce((sum, [stage, seconds]) => sum + (['resolve', 'verify', 'publish'].includes(stage) ? 0 : seconds), 0);

const PACKAGES = ['filesystem', 'bash', 'coreutils'];
const MORE = `[[files]]
path = "/etc/motd"
source = "motd"
[[scripts]]
run = "post.sh"
`;

interface Change {
  readonly args?: readonly string[];
  readonly env?: HewOptions['env'];
  /** Beside the definition. */
  readonly files?: Readonly<Record<string, string>>;
}

describe('a container', () => {
  const cache = makeCache(folder, 'container');
  let number = 0;
  let first: BuildResult;
  const write = (text: string): string => {
    number += 1;
    return writeFiles(join(folder, `image-${number}`), { 'test.toml': text, motd: 'hello\n', 'post.sh': '#!/bin/sh\necho made > /etc/made\n' });
  };
  const make = (image: string, args: readonly string[] = [], options: HewOptions = {}): Promise<BuildResult> =>
    build(image, join(dirname(image), 'out'), ['--explain-cache', ...args], { ...options, env: { HEW_CACHE: cache, ...options.env } });

  beforeAll(async () => {
    first = await make(write(definition(PACKAGES, MORE)));
  });

  it('of which nothing changed is the same in another folder too, and is told of as unchanged', async () => {
    expect([first.unchanged, outcomes(first)]).toEqual([false, ['artifacts miss', 'layers miss']]);
    const again = await make(write(definition(PACKAGES, MORE)));
    expect([again.unchanged, outcomes(again)]).toEqual([true, ['artifacts hit']]);
    expect(bytesOf(again)).toEqual(bytesOf(first));
    expect(evidenceOf(again)).toEqual(evidenceOf(first));
    const { evidence: _a, artifacts: _b, timings: _c, cache: _d, unchanged: _e, ...told } = again;
    expect(first).toMatchObject(told);
    expect(making(again)).toBeLessThan(making(first) / 2);
    const run = await runHew(['build', write(definition(PACKAGES, MORE)), '--output', join(folder, 'told')], { env: { HEW_CACHE: cache } });
    expect(run.stdout).toMatch(/^unchanged +no input has changed/m);
  });

  it.each<readonly [what: string, text: string, reason: RegExp, change: Change]>([
    ['a package', definition([...PACKAGES, 'tzdata'], MORE), /packages tzdata\.noarch is new/, {}],
    ['a file', definition(PACKAGES, MORE), /^files \/etc\/motd changed$/, { files: { motd: 'other\n' } }],
    ['a script', definition(PACKAGES, MORE), /^scripts script post\.sh changed$/, { files: { 'post.sh': '#!/bin/sh\necho other > /etc/made\n' } }],
    ['a setting of the system', definition(PACKAGES, `${MORE}[system]\nhostname = "other"\n`), /^system hostname (?:changed|is new)/, {}],
    ['the level', definition(PACKAGES, MORE), /nothing of this name/, { args: ['--level', 'v2'] }],
    ['SOURCE_DATE_EPOCH', definition(PACKAGES, MORE), /^epoch changed/, { env: { SOURCE_DATE_EPOCH: '1000000000' } }],
  ])('of which %s changed is made from its packages, and that input is named', async (_what, text, reason, { args = [], env = {}, files = {} }) => {
    const image = write(text);
    writeFiles(dirname(image), files);
    const changed = await make(image, args, { env });
    expect([changed.unchanged, outcomes(changed)]).toEqual([false, ['artifacts miss', 'layers miss']]);
    expect(reasonOf(changed)).toMatch(reason);
    expect(bytesOf(changed)).not.toEqual(bytesOf(first));
  });

  it('of which a setting of an output changed has the bytes of a build from nothing', async () => {
    const image = write(definition(PACKAGES, `[[outputs]]\nformat = "oci"\n[outputs.config]\ncmd = ["/bin/sh"]\n${MORE}`));
    const changed = await make(image);
    expect([changed.unchanged, reasonOf(changed)]).toEqual([false, 'outputs oci changed']);
    const bytes = bytesOf(changed);
    expect(bytesOf(await make(image, ['--no-cache']))).toEqual(bytes);
  });

  it('is made again by another hew', async () => {
    const other = join(folder, 'other-hew');
    mkdirSync(other);
    for (const name of ['bin', 'dist', 'images', 'profiles', 'oclif.manifest.json', 'package.json']) cpSync(join(CHECKOUT, name), join(other, name), { recursive: true });
    symlinkSync(join(CHECKOUT, 'node_modules'), join(other, 'node_modules'));
    appendFileSync(join(other, 'dist/cli/start.js'), '// another one\n');
    const changed = await make(write(definition(PACKAGES, MORE)), [], { program: join(other, 'bin/run.js') });
    expect([outcomes(changed), reasonOf(changed)]).toEqual([['artifacts miss', 'layers miss'], expect.stringMatching(/^hew changed/)]);
    expect(bytesOf(changed)).toEqual(bytesOf(first));
  });

  it('is made again where the root is to be kept', async () => {
    const image = write(definition(PACKAGES, MORE));
    const kept = await make(image, ['--keep-root']);
    expect([kept.unchanged, bytesOf(kept)]).toEqual([false, bytesOf(first)]);
    expect(readFileSync(join(dirname(image), 'out/test-1.root/etc/made'), 'utf8')).toBe('made\n');
  });

  it('is not taken from an entry that is damaged or another one’s: that is told, and mended', async () => {
    const kept = join(cache, 'kept/artifacts');
    const before = new Set(readdirSync(kept));
    const image = write(definition(PACKAGES, `${MORE}[[outputs]]\nformat = "tar"\ncompression = "none"\nfile-name = "mended"\n`));
    const whole = await make(image);
    const entry = join(kept, readdirSync(kept).find((name) => !before.has(name)) ?? '');
    const output = join(folder, 'mended');
    const damages: readonly (readonly [damage: () => void, reason: string])[] = [
      [() => {
        const bytes = readFileSync(join(entry, 'file-0'));
        writeFileSync(join(entry, 'file-0'), bytes.fill((bytes[0] ?? 0) ^ 0xff, 0, 1));
      }, 'its file file-0 has other content'],
      [() => cpSync(join(kept, [...before][0] ?? '', 'record.json'), join(entry, 'record.json')), 'it was made from other inputs'],
    ];
    for (const [damage, reason] of damages) {
      damage();
      const run = await runHew(['build', image, '--output', output, '--explain-cache'], { env: { HEW_CACHE: cache } });
      expect(run.stderr).toContain(`the cache entry for artifacts of test for x86_64 baseline is not used: ${reason}; it is removed and made again`);
      expect(run.stdout).toContain(`damaged, ${reason}`);
      expect(bytesOf({ artifacts: whole.artifacts.map(({ path }) => ({ path: join(output, basename(path)) })) })).toEqual(bytesOf(whole));
    }
    expect((await make(image)).unchanged).toBe(true);
  });
});

describe('a virtual machine', () => {
  const cache = makeCache(folder, 'vm');
  const text = (kernelArguments: string): string => `
name = "vm"
version = "1"
extends = ["vm"]
distro = "sample"
[packages]
install = ["release-basic"]
[system]
kernel-cmdline = ["console=ttyS0"${kernelArguments}]
[disk]
size = "2GiB"
[[outputs]]
format = "raw"
verify = []
[[outputs]]
format = "vhdx"
verify = []
`;
  const image = writeFiles(folder, { 'vm.toml': text('') });
  const make = (name: string, args: readonly string[] = []): Promise<BuildResult> => build(image, join(folder, name), ['--explain-cache', ...args], { env: { HEW_CACHE: cache } });
  const allocated = (path: string): number => Number(execFileSync('stat', ['--format=%b', path], { encoding: 'utf8' })) * 512;

  it('of which nothing changed has the same bytes and holes, whatever became of the files of the first build', async () => {
    const first = await make('vm-first');
    const bytes = bytesOf(first);
    for (const { path } of first.artifacts) appendFileSync(path, 'mine');
    const again = await make('vm-again');
    expect([again.unchanged, outcomes(again), bytesOf(again)]).toEqual([true, ['artifacts hit'], bytes]);
    expect(evidenceOf(again)).toEqual(evidenceOf(first));
    expect(making(again)).toBeLessThan(making(first) / 2);
    const raw = again.artifacts.find(({ format }) => format === 'raw');
    expect(allocated(raw?.path ?? '')).toBeLessThan((raw?.size ?? 0) / 2);
    const [entry = ''] = readdirSync(join(cache, 'kept/artifacts'));
    expect(statSync(join(cache, 'kept/artifacts', entry, 'file-0')).size).toBeLessThan((raw?.size ?? 0) / 2);
  });

  it('of which a kernel argument changed takes its initrd, and has the bytes of a build from nothing', async () => {
    writeFiles(folder, { 'vm.toml': text(', "quiet"') });
    const changed = await make('vm-changed');
    expect([changed.unchanged, outcomes(changed), reasonOf(changed)]).toEqual([false, ['artifacts miss', 'initrd hit'], expect.stringMatching(/^system kernel-cmdline changed/)]);
    expect(bytesOf(await make('vm-nothing', ['--no-cache']))).toEqual(bytesOf(changed));
  });
});
