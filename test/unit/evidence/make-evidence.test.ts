import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { gatherTarget } from '../../../src/evidence/gather.ts';
import type { EvidenceInput } from '../../../src/evidence/input.ts';
import { EVIDENCE, makeEvidence } from '../../../src/evidence/make-evidence.ts';
import { makePlan, makeTarget } from '../packages/samples.ts';
import { input, installed, sha, twoLevels } from './samples.ts';

const contentOf = (name: string, from: EvidenceInput = input): string => makeEvidence(from).find((file) => file.name === name)?.content ?? '';

interface Statement {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: Record<string, unknown>;
      readonly internalParameters: Record<string, unknown>;
      readonly resolvedDependencies: readonly { readonly name: string; readonly uri?: string; readonly digest?: { readonly sha256: string } }[];
    };
    readonly runDetails: { readonly builder: { readonly id: string }; readonly byproducts: Statement['subject']; readonly metadata?: unknown };
  };
}

const statement = (from: EvidenceInput): Statement => JSON.parse(contentOf(EVIDENCE.provenance, from)) as Statement;

describe('evidence', () => {
  it('is the same for the same build, whatever it took and wherever the definition lies', () => {
    const elsewhere = {
      ...input,
      timings: { install: 99 },
      deviations: input.deviations.map((row) => ({ ...row, place: { ...row.place, file: row.place.file.replace('/home/someone', '/srv') } })),
    };
    const [one, other] = [makeEvidence(input), makeEvidence(elsewhere)];
    const differing = one.filter(({ content }, index) => content !== other[index]?.content).map(({ name }) => name);
    expect(differing).toEqual(['timings.json']);
  });

  it('changes with a single package', () => {
    const [target] = input.targets;
    const moved = { ...input, targets: [{ ...target!, packages: [...target!.packages, installed('new', '1-1')] }] };
    const [one, other] = [makeEvidence(input), makeEvidence(moved)];
    expect(one.filter(({ content }, index) => content === other[index]?.content).map(({ name }) => name)).toEqual(['timings.json']);
  });

  it('has checksums that sha256sum accepts, and that notice a change', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hew-evidence-'));
    try {
      const artifact = Buffer.from('an index');
      const artifacts = [{ format: 'oci', name: 'web-4.0.oci', size: 8, sha256: createHash('sha256').update(artifact).digest('hex') }];
      const index = join(folder, 'web-4.0.oci/index.json');
      const evidence = join(folder, 'web.evidence');
      for (const [path, content] of [[index, artifact] as const, ...makeEvidence({ ...input, artifacts, artifactsAt: '../' }).map(({ name, content }) => [join(evidence, name), content] as const)]) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
      const check = (): string => execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: evidence, encoding: 'utf8', stdio: 'pipe' });
      expect(check().trim().split('\n').toSorted()).toEqual([
        '../web-4.0.oci/index.json: OK', 'manifest.json: OK', 'provenance.intoto.json: OK', 'sbom.cdx.json: OK', 'sbom.spdx.json: OK',
      ]);
      writeFileSync(index, 'another');
      expect(check).toThrow(/FAILED|did NOT match/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the manifest', () => {
  it('tells what is in the image, what was not checked and why', () => {
    const manifest = JSON.parse(contentOf(EVIDENCE.manifest)) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      image: { name: 'web', version: '4.0' },
      lock: `sha256:${sha('e')}`,
      targets: [{ name: 'x86_64-baseline', files: { count: 1234 }, sizes: { packages: 4, installed: 4000, downloaded: 1_900_601 }, repositories: [{ id: 'base', repoGpgcheck: false, reason: 'no signed metadata yet', keys: [{ name: 'a.asc' }] }] }],
      rules: input.rules,
      deviations: [{ subject: 'package firewalld', place: 'web.toml:12:1' }, { subject: 'system.root-password' }],
    });
    expect(contentOf(EVIDENCE.manifest)).not.toMatch(/\$6\$|someone|timings/);
  });
});

describe('the provenance', () => {
  it('is an in-toto statement with a SLSA v1 predicate about the artifacts', () => {
    const { _type, predicateType, subject, predicate } = statement(twoLevels);
    expect([_type, predicateType]).toEqual(['https://in-toto.io/Statement/v1', 'https://slsa.dev/provenance/v1']);
    expect(subject).toEqual([
      { name: 'web-4.0.oci/index.json', digest: { sha256: sha('5') } }, { name: 'web-4.0.oci.tar', digest: { sha256: sha('6') } },
    ]);
    const { buildType, externalParameters, internalParameters, resolvedDependencies } = predicate.buildDefinition;
    expect(buildType).toMatch(/^urn:/);
    expect(externalParameters).toMatchObject({ definition: { digest: { sha256: sha('d') } }, overrides: [{ subject: 'package firewalld' }, {}] });
    expect(internalParameters).toMatchObject({ targets: ['x86_64-baseline', 'x86_64-v3'] });
    expect(resolvedDependencies).toContainEqual({ name: 'repository base', uri: 'https://packages.example/base/$basearch', digest: { sha256: sha('2') } });
    expect(resolvedDependencies).toContainEqual({ name: 'bash-5.3-2.azl4.x86_64', uri: 'pkg:rpm/azurelinux/bash@5.3-2.azl4?arch=x86_64&distro=azurelinux-4.0', digest: { sha256: sha('b') } });
    expect(resolvedDependencies.filter(({ name }) => name.startsWith('glibc-'))).toHaveLength(2);
    expect(resolvedDependencies.filter(({ name }) => name.startsWith('bash-'))).toHaveLength(1);
    // A resource descriptor needs at least one of the two.
    expect(resolvedDependencies.filter(({ uri, digest }) => uri === undefined && digest === undefined)).toEqual([]);
  });

  it('binds the other files by digest and holds no time', () => {
    const { runDetails } = statement(input).predicate;
    expect(runDetails.metadata).toBeUndefined();
    expect(runDetails.byproducts.map(({ name, digest }) => [name, digest.sha256])).toEqual(
      ['manifest.json', 'sbom.spdx.json', 'sbom.cdx.json'].map((name) => [name, createHash('sha256').update(contentOf(name)).digest('hex')]),
    );
    expect(statement({ ...input, builder: { version: '1', id: 'https://ci.example/run' } }).predicate.runDetails.builder.id).toBe('https://ci.example/run');
  });
});

describe('what a build knows', () => {
  const plan = makePlan();
  const { repository: _, why: __, rpm: ___, ...bash } = installed('bash', '1:5.3-2');
  const locked = { name: 'bash', evr: '1:5.3-2', arch: 'x86_64', repository: 'base', reason: 'asked', file: 'x', checksum: `sha256:${sha('7')}`, sha256: sha('7'), size: 5, location: 'b/bash.rpm' } as const;

  it('becomes evidence: the database and the lock joined, without passwords', () => {
    const target = gatherTarget(plan, { target: makeTarget('v2'), installed: [bash, { ...bash, name: 'unlocked' }], locked: [locked], metadata: new Map([['base', `sha256:${sha('8')}` as const]]) });
    expect(target.packages[0]).toEqual({ ...bash, repository: 'base', why: 'asked', rpm: { sha256: sha('7'), size: 5, url: 'https://packages.example/base/x86_64/b/bash.rpm' } });
    expect(target.packages[1]).not.toHaveProperty('rpm');
    expect(target.repositories).toEqual([{ id: 'base', level: 'v1', urls: ['https://packages.example/base/$basearch'], gpgcheck: true, repoGpgcheck: true, keys: [{ name: 'a.asc' }], metadata: `sha256:${sha('8')}` }]);
  });
});
