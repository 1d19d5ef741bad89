import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { makeCycloneDx } from '../../../src/evidence/cyclonedx.ts';
import { formatJson } from '../../../src/evidence/ids.ts';
import type { EvidenceInput, EvidencePackage } from '../../../src/evidence/input.ts';
import { makeSpdx } from '../../../src/evidence/spdx.ts';
import { input, installed, sha, twoLevels } from './samples.ts';
import { spdxDocument, type SpdxDocument } from './spdx-rules.ts';

/** What packages of other distributions may say, and worse. */
const foreignPackage: fc.Arbitrary<EvidencePackage> = fc
  .record({
    name: fc.string({ minLength: 1 }),
    evr: fc.tuple(fc.nat(3), fc.stringMatching(/^[\w.~^+]{1,8}$/), fc.stringMatching(/^[\w.~^+]{1,8}$/)).map(([epoch, v, r]) => `${epoch === 0 ? '' : `${epoch}:`}${v}-${r}`),
    license: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('MIT', 'GPLv2+ and LGPLv2+', 'mit AND', '((MIT))', 'MIT AND (BSD-3-Clause or Zlib)', 'DocumentRef-x:LicenseRef-y')),
    sourceRpm: fc.oneof(fc.string(), fc.constantFrom('', 'a-1-1.src.rpm', 'b-1-2.nosrc.rpm')),
    vendor: fc.oneof(fc.string(), fc.constant('')),
  })
  .map((more) => installed('x', '1-1', more));

const foreign: fc.Arbitrary<EvidenceInput> = fc.array(foreignPackage, { maxLength: 5 }).map((packages) => ({
  ...input,
  targets: input.targets.map((target) => ({ ...target, packages })),
}));

describe('SPDX', () => {
  const read = (from: EvidenceInput): SpdxDocument => spdxDocument.parse(JSON.parse(formatJson(makeSpdx(from))));

  it('keeps the rules of SPDX 2.3 whatever packages say', () => {
    fc.assert(
      fc.property(foreign, (some) => {
        const { packages, relationships, hasExtractedLicensingInfos } = read(some);
        const ids = ['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)];
        expect(new Set(ids).size).toBe(ids.length);
        const ends = relationships.flatMap(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement]);
        expect(ends.filter((id) => !ids.includes(id))).toEqual([]);
        const explained = hasExtractedLicensingInfos.map(({ licenseId }) => licenseId);
        const used = packages.flatMap(({ licenseDeclared = '' }) => licenseDeclared.match(/LicenseRef-[\w.-]+/g) ?? []);
        expect([...new Set(used)].toSorted()).toEqual(explained);
      }),
      { numRuns: 200 },
    );
  });

  it('tells of each package its version, licence, checksum, source and where it came from', () => {
    const { packages, relationships, hasExtractedLicensingInfos } = read(input);
    const bash = packages.find(({ name, primaryPackagePurpose }) => name === 'bash' && primaryPackagePurpose === 'INSTALL');
    expect(bash).toMatchObject({
      versionInfo: '5.3-2.azl4',
      supplier: 'Organization: Microsoft Corporation',
      downloadLocation: 'https://packages.example/base/x86_64/Packages/b/bash-5.3-2.azl4.x86_64.rpm',
      licenseDeclared: 'GPL-3.0-or-later',
      checksums: [{ algorithm: 'SHA256', checksumValue: sha('b') }],
      externalRefs: [{ referenceLocator: 'pkg:rpm/azurelinux/bash@5.3-2.azl4?arch=x86_64&distro=azurelinux-4.0&upstream=bash-5.3-2.azl4.src.rpm' }],
    });
    const source = relationships.find(({ spdxElementId }) => spdxElementId === bash?.SPDXID)?.relatedSpdxElement;
    expect(packages.find(({ SPDXID }) => SPDXID === source)).toMatchObject({ packageFileName: 'bash-5.3-2.azl4.src.rpm', primaryPackagePurpose: 'SOURCE' });
    expect(hasExtractedLicensingInfos.map(({ extractedText }) => extractedText)).toEqual([
      "The RPM's licence field: ASL 2.0 & friends",
      "The licence that the RPM's licence field calls LicenseRef-Fedora-Public-Domain: GPL-3.0-or-later WITH GCC-exception-3.1 and (MIT or LicenseRef-Fedora-Public-Domain)",
    ]);
  });

  it('describes the artifacts, which contain a root a target, which share packages', () => {
    const { packages, relationships } = read(twoLevels);
    const nameOf = (id: string): string => packages.find(({ SPDXID }) => SPDXID === id)?.packageFileName ?? packages.find(({ SPDXID }) => SPDXID === id)?.name ?? id;
    const edges = relationships.map(({ spdxElementId, relationshipType, relatedSpdxElement }) => `${nameOf(spdxElementId)} ${relationshipType} ${nameOf(relatedSpdxElement)}`);
    expect(edges).toContain('SPDXRef-DOCUMENT DESCRIBES web-4.0.oci');
    expect(edges).toContain('web-4.0.oci CONTAINS web-x86_64-v3');
    expect(edges).toContain('web-x86_64-v3 CONTAINS glibc');
    expect(packages.filter(({ name, primaryPackagePurpose }) => name === 'bash' && primaryPackagePurpose === 'INSTALL')).toHaveLength(1);
    expect(packages.filter(({ name, primaryPackagePurpose }) => name === 'glibc' && primaryPackagePurpose === 'INSTALL')).toHaveLength(2);
  });

  it('has a namespace of its content and no other time than the content\'s', () => {
    expect(read(input).creationInfo.created).toBe('2025-10-09T08:53:20Z');
    expect(read(input).documentNamespace).toBe(read({ ...input, timings: { install: 9 } }).documentNamespace);
    expect(read(input).documentNamespace).not.toBe(read({ ...input, epoch: 1 }).documentNamespace);
  });
});

describe('CycloneDX', () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const text = (from: EvidenceInput): string => formatJson(makeCycloneDx(from));
  // Compiles the schema once; the first call is slow.
  beforeAll(async () => {
    await validator.validate('{}');
  }, 30_000);

  it('is valid to the official schema', async () => {
    await expect(validator.validate('{"bomFormat":"CycloneDX"}')).resolves.not.toBeNull();
    await expect(validator.validate(text(input))).resolves.toBeNull();
    await expect(validator.validate(text(twoLevels))).resolves.toBeNull();
  });

  it('stays valid whatever packages say', async () => {
    await fc.assert(
      fc.asyncProperty(foreign, async (some) => {
        expect(await validator.validate(text(some))).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it('tells licences, source packages and the distribution that scanners look for', () => {
    const { components, dependencies, serialNumber } = makeCycloneDx(twoLevels) as {
      components: readonly Record<string, unknown>[];
      dependencies: readonly { ref: string; dependsOn: readonly string[] }[];
      serialNumber: string;
    };
    expect(components[0]).toMatchObject({ type: 'operating-system', name: 'azurelinux', version: '4.0' });
    const byName = (name: string): Record<string, unknown> | undefined => components.find((row) => row['name'] === name);
    expect(byName('libstdc++')).toMatchObject({
      licenses: [{ expression: 'GPL-3.0-or-later WITH GCC-exception-3.1 AND (MIT OR LicenseRef-Fedora-Public-Domain)' }],
      pedigree: { ancestors: [{ name: 'libstdc++', version: '15.2.1~rc1^git-1.azl4' }] },
    });
    expect(byName('openssl-libs')).toMatchObject({ licenses: [{ license: { name: 'ASL 2.0 & friends' } }], hashes: [{ alg: 'SHA-256', content: sha('c') }] });
    expect(byName('local')).not.toHaveProperty('licenses');
    const refs = new Set([...components.map((row) => row['bom-ref']), 'image']);
    expect(dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !refs.has(ref))).toEqual([]);
    expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
