import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

import { SIGN_PACKAGES } from '../../../src/host/sign-tools.ts';
import { NODE } from '../../support/checkout.ts';
import { build, failureOf, runHew, type HewRun } from '../../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../../support/places.ts';
import { runTestTool } from '../../support/test-tools.ts';
import { built, CASES } from './spoil.ts';
import type { VerifyRequest } from './worker.ts';

const folder = testFolder();
const PASSWORD = 'correct horse';
const env = { HEW_CACHE: makeCache(folder), COSIGN_PASSWORD: PASSWORD };
const keys = join(folder, 'keys');
const OUTPUT = '\n[[outputs]]\nformat = "oci"\narchive = true\n';
const image = writeFiles(folder, { 'one.toml': definition(['filesystem'], OUTPUT) });
const other = writeFiles(folder, { 'other.toml': definition(['setup'], OUTPUT) });
const one = built(join(folder, 'one'));

const cosign = (...args: readonly string[]): Promise<string> =>
  runTestTool(['cosign', ...args], { read: [folder], write: [keys], env: { COSIGN_PASSWORD: PASSWORD }, packages: SIGN_PACKAGES });

let verbose: HewRun;
let faults: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  mkdirSync(keys);
  for (const name of ['ours', 'theirs']) await cosign('generate-key-pair', '--output-key-prefix', join(keys, name));
  const signed = ['--sign-key', join(keys, 'ours.key')];
  verbose = await runHew(['build', image, '-o', one.folder, ...signed, '--json', '--verbose'], { env });
  expect(verbose.status, verbose.stderr).toBe(0);
  await build(other, join(folder, 'other'), signed, { env });
  await build(image, join(folder, 'unsigned'), [], { env });
  faults = await verifyAll();
});

/** Spoils a copy for each case and verifies all of them in one process. */
async function verifyAll(): Promise<Readonly<Record<string, readonly string[]>>> {
  const requests = CASES.map(({ name, spoil, key, from = 'one' }, index): [string, VerifyRequest] => {
    const copy = built(join(folder, `copy-${index}`));
    cpSync(join(folder, from), copy.folder, { recursive: true });
    const named = key === 'none' ? {} : { key: join(keys, `${key ?? 'ours'}.pub`) };
    return [name, { artifact: copy.archive, evidence: copy.evidence, ...named, ...spoil(copy, built(join(folder, 'other'))) }];
  });
  const file = writeFiles(folder, { 'requests.json': JSON.stringify(Object.fromEntries(requests)) });
  const { stdout } = await execa(NODE, [join(import.meta.dirname, 'worker.ts'), file], { env: { HEW_CACHE: env.HEW_CACHE }, stdin: 'ignore' });
  return JSON.parse(stdout) as Record<string, readonly string[]>;
}

describe('of artifact, evidence and signature', () => {
  it.each(CASES)('$name', ({ name, faults: expected }) => {
    expect(faults[name]?.toSorted()).toEqual(expected);
  });
});

describe('a signed build', () => {
  it('is proven to others by cosign alone, which asks nobody', async () => {
    const trust = join(folder, 'trust.json');
    writeFileSync(trust, '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}');
    const common = ['--key', join(keys, 'ours.pub'), '--trusted-root', trust, '--insecure-ignore-tlog'];
    const sums = join(one.evidence, 'SHA256SUMS');
    await cosign('verify-blob', ...common, '--bundle', `${sums}.sigstore.json`, sums);
    await cosign('verify-blob-attestation', ...common, '--type', 'slsaprovenance1', '--bundle', join(one.evidence, 'provenance.sigstore.json'), one.archive);
    await expect(cosign('verify-blob', ...common, '--bundle', `${sums}.sigstore.json`, one.archive)).rejects.toThrow(/invalid signature/);
  });

  it('was signed without network and without telling the password', () => {
    const commands = verbose.stderr.split('\n').filter((line) => / cosign /.test(line));
    expect(commands.map((line) => / cosign (\S+)/.exec(line)?.[1]).toSorted()).toEqual(['attest-blob', 'public-key', 'sign-blob']);
    expect(commands.filter((line) => !line.includes(' --unshare-net '))).toEqual([]);
    const texts = [verbose.stdout, verbose.stderr, ...readdirSync(one.evidence).map((name) => readFileSync(join(one.evidence, name), 'utf8'))];
    for (const secret of [PASSWORD, 'PRIVATE KEY']) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  });

  it('signs the evidence of artifacts that an unsigned build left in the cache', async () => {
    const again = built(join(folder, 'again'));
    const { unchanged } = await build(image, again.folder, ['--sign-key', join(keys, 'ours.key')], { env });
    expect(unchanged).toBe(true);
    const run = await runHew(['verify', again.layout, '--evidence', again.evidence, '--key', join(keys, 'ours.pub')], { env });
    expect([run.status, run.stdout], run.stderr).toEqual([0, expect.stringMatching(/signature +valid for the key .*ours\.pub/) as string]);
  });
});

describe('hew verify --evidence', () => {
  const verify = (artifact: string, ...more: readonly string[]): Promise<HewRun> =>
    runHew(['verify', artifact, '--evidence', one.evidence, ...more], { env: { HEW_CACHE: env.HEW_CACHE } });

  it('says what is proven and what is not', async () => {
    const [signed, unsigned] = await Promise.all([verify(one.layout, '--key', join(keys, 'ours.pub')), verify(one.layout)]);
    expect(signed.stdout).toMatch(/image +test 1\n.*\n +packages +2, .*\n +signature +valid for the key .*ours\.pub/);
    expect([unsigned.status, unsigned.stdout]).toEqual([0, expect.stringContaining('NOT CHECKED: it is not proven who made it') as string]);
  });

  it('says of what does not hold what it is and what to do', async () => {
    const { status, stderr } = await verify(join(folder, 'other/test-1.oci.tar'), '--key', join(keys, 'ours.pub'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: test-1\.oci\.tar is not the artifact that this evidence describes: its digest is [0-9a-f]{64}\n {2}it was changed after it was built, or /);
  });
});

describe('a key that cannot sign ends a build before it begins', () => {
  it.each([
    ['without a password', { COSIGN_PASSWORD: undefined }, 'ours.key', 'sign-password-missing'],
    ['with a wrong one', { COSIGN_PASSWORD: 'battery staple' }, 'ours.key', 'sign-password-wrong'],
    ['that is none', {}, 'ours.pub', 'sign-key-unusable'],
    ['that is not there', {}, 'nobodys.key', 'sign-key-missing'],
  ])('%s', async (_, change, key, code) => {
    const output = join(folder, `none-${code}`);
    const run = await runHew(['build', image, '-o', output, '--sign-key', join(keys, key), '--json'], { env: { ...env, ...change } });
    expect([run.status, failureOf(run).code]).toEqual([2, code]);
    expect(run.stdout).not.toMatch(/battery|horse/);
    expect(existsSync(output)).toBe(false);
  });
});
