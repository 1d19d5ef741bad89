import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../../src/build/build-image.ts';
import { treePath } from '../../../src/host/tools-tree.ts';
import { TOOLS, type ToolName } from '../../../src/tools.ts';
import { sampleFolder } from '../../support/checkout.ts';
import { build, runHew } from '../../support/hew.ts';
import { readLayout } from '../../support/oci.ts';
import { definition, makeCache, sampleKey, testFolder, writeFiles } from '../../support/places.ts';
import { readTar } from '../../support/tar.ts';
import { runTestTool } from '../../support/test-tools.ts';

const folder = testFolder();
const env = { HEW_CACHE: makeCache(folder) };
const evidence = join(folder, 'out/test-1.evidence');
const image = writeFiles(folder, { 'image.toml': definition(['filesystem', 'bash']) });
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

interface Manifest {
  readonly definition: string;
  readonly lock?: string;
  readonly builder: { readonly tools: Readonly<Record<string, string>> };
  readonly targets: readonly {
    readonly files: { readonly count: number; readonly bytes: number };
    readonly packages: readonly { readonly name: string; readonly license: string; readonly sourceRpm: string; readonly rpm: { readonly sha256: string; readonly size: number } }[];
    readonly repositories: readonly Readonly<Record<string, unknown>>[];
  }[];
}

interface Provenance {
  readonly predicate: { readonly runDetails: { readonly builder: { readonly builderDependencies: readonly { readonly name: string }[] } } };
}

/** lvm2 gives these packages a version of their own. */
const OF_LVM = ['dmsetup', 'libdevmapper1.02.1'];

/** Versions at the beginning of the changelogs of an unpacked package; a rebuild has a changelog of its own. */
const changelogVersions = (folder: string): readonly (string | undefined)[] =>
  readdirSync(folder).filter((name) => /^changelog.*\.gz$/.test(name)).map((name) => {
    const [line = ''] = gunzipSync(readFileSync(join(folder, name))).toString('utf8').split('\n');
    return /^\S+ \(([^)]+)\)/.exec(line)?.[1];
  });

const readManifest = (from: string): Manifest => JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8')) as Manifest;

let result: BuildResult;
let manifest: Manifest;

beforeAll(async () => {
  result = await build(image, join(folder, 'out'), [], { env });
  manifest = readManifest(evidence);
});

describe('the manifest of a build', () => {
  it('names every package by the bytes that the repository holds, with its licence and source', () => {
    const folderOf = join(sampleFolder(), 'repos/base/x86_64');
    const known = new Map(readdirSync(folderOf).filter((name) => name.endsWith('.rpm')).map((name) => [sha256(join(folderOf, name)), name]));
    const packages = manifest.targets[0]?.packages ?? [];
    expect(packages.map(({ name }) => name).toSorted()).toEqual(result.packages.map(({ name }) => name).toSorted());
    for (const { name, rpm, license, sourceRpm } of packages) {
      expect(known.get(rpm.sha256)).toMatch(new RegExp(`^${name}-`));
      expect([license, sourceRpm]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\.src\.rpm$/)]);
    }
  });

  it('says how many files of how many bytes there are', () => {
    const [layout] = readLayout(join(folder, 'out/test-1.oci')).images;
    const files = readTar(layout?.layers[0] ?? Buffer.alloc(0)).filter(({ type }) => type === 'file');
    expect(manifest.targets[0]?.files).toEqual({ count: files.length, bytes: files.reduce((sum, { content }) => sum + content.length, 0) });
  });

  it('pins the metadata and the keys', async () => {
    expect(manifest.lock).toBeUndefined();
    const [fingerprint] = (await runTestTool(['gpg', '--homedir', '/tmp', '--batch', '--with-colons', '--show-keys', sampleKey()], { read: [sampleFolder()] }))
      .split('\n').filter((line) => line.startsWith('fpr:'));
    expect(manifest.targets[0]?.repositories).toEqual([{
      id: 'sample-base', level: 'v1', urls: ['file://$cachedir/sample/current/repos/base/$basearch'], gpgcheck: true, repoGpgcheck: true,
      keys: [{ name: 'RPM-GPG-KEY-sample', digest: `sha256:${sha256(sampleKey())}` }],
      fingerprints: [fingerprint?.split(':')[9]?.toLowerCase()],
      metadata: `sha256:${sha256(join(sampleFolder(), 'repos/base/x86_64/repodata/repomd.xml'))}`,
    }]);
  });

  it('pins the lock of a locked build, and not the metadata, which it needs none of', async () => {
    expect((await runHew(['lock', image], { env })).status).toBe(0);
    await build(image, join(folder, 'locked'), ['--locked'], { env });
    const { lock, targets } = readManifest(join(folder, 'locked/test-1.evidence'));
    expect(lock).toBe(`sha256:${sha256(join(folder, 'image.lock.yaml'))}`);
    expect(targets[0]?.repositories[0]).not.toHaveProperty('metadata');
    expect(targets[0]?.packages).toEqual(manifest.targets[0]?.packages);
  });

  it('says which tools made it, and by which plan', async () => {
    const { tools } = manifest.builder;
    expect(tools).toMatchObject({ dnf5: expect.stringMatching(/^5\./) as string, rpm: expect.stringMatching(/^\d/) as string, tar: expect.stringMatching(/^1\./) as string });
    const plan = JSON.parse((await runHew(['plan', image, '--json'], { env })).stdout) as { digest: string };
    expect(manifest.definition).toBe(plan.digest);
  });

  it('names every Debian package of the tools with the version that its own changelog begins with', () => {
    const { predicate } = JSON.parse(readFileSync(join(evidence, 'provenance.intoto.json'), 'utf8')) as Provenance;
    const named = new Map(predicate.runDetails.builder.builderDependencies.map(({ name }) => name.split('=') as [string, string]));
    const docs = join(realpathSync(treePath(env.HEW_CACHE)), 'usr/share/doc');
    expect([...named.keys()]).toEqual(expect.arrayContaining(['dnf5', 'rpm', 'tar', 'zstd', 'libc6']));
    for (const [name, version] of [...named].filter(([one]) => !OF_LVM.includes(one))) {
      expect(changelogVersions(join(docs, name)), name).toContain(version);
    }
    const { tree: _name, ...tools } = manifest.builder.tools;
    expect(tools).toEqual(Object.fromEntries(Object.keys(tools).map((tool) => [tool, named.get(TOOLS[tool as ToolName].debian)])));
  });

  it('holds no time, no place of this machine and no timings, which stand apart', () => {
    const text = readFileSync(join(evidence, 'manifest.json'), 'utf8');
    expect(text).not.toContain(folder);
    expect(text).not.toMatch(/timings|seconds/);
    const { seconds } = JSON.parse(readFileSync(join(evidence, 'timings.json'), 'utf8')) as { seconds: Record<string, number> };
    expect(Object.keys(seconds)).toEqual(expect.arrayContaining(['resolve', 'install', 'pack']));
    expect(readFileSync(join(evidence, 'SHA256SUMS'), 'utf8')).not.toContain('timings');
  });
});

it('costs less than a tenth of a build', async () => {
  const shares: number[] = [];
  for (const run of ['a', 'b', 'c']) {
    const { timings } = await build(image, join(folder, `cost-${run}`), ['--no-cache'], { env });
    // To publish is to make the evidence and to rename.
    shares.push((timings['publish'] ?? Infinity) / Object.values(timings).reduce((sum, seconds) => sum + seconds, 0));
  }
  // Other tests run beside this one; the least disturbed run tells.
  expect(Math.min(...shares), shares.join()).toBeLessThan(0.1);
});

describe('the SBOMs of a build', () => {
  it("are valid to SPDX's own validator", async () => {
    const run = (file: string): Promise<string> => runTestTool(['pyspdxtools', '--infile', file], { read: [folder] });
    await expect(run(join(evidence, 'sbom.spdx.json'))).resolves.not.toMatch(/error|invalid/i);
    const spoilt = writeFiles(folder, { 'spoilt.spdx.json': readFileSync(join(evidence, 'sbom.spdx.json'), 'utf8').replace(/"licenseDeclared": "(?!NOASS)[^"]+"/, '"licenseDeclared": "No such licence"') });
    await expect(run(spoilt)).rejects.toThrow(/No such licence/);
  });

  it('are valid to the official schema of CycloneDX 1.6', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    await expect(validator.validate(readFileSync(join(evidence, 'sbom.cdx.json'), 'utf8'))).resolves.toBeNull();
  });
});
