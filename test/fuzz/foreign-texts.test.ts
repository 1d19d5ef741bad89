import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readCycloneDx, readManifest, readProvenance, readSpdx } from '../../src/evidence/statements.ts';
import { damagedJson, textOf } from './damage.ts';

const SUM = 'a'.repeat(64);
const artifact = { name: 'x.tar', format: 'tar', size: 1, sha256: SUM };

/** As far as hew reads them. */
const STATEMENTS: readonly (readonly [what: string, good: unknown, read: (text: string) => unknown])[] = [
  ['the manifest', { image: { name: 'x', version: '1' }, artifacts: [artifact], targets: [{ packages: [{ name: 'a', evr: '1-1', arch: 'noarch', rpm: { sha256: SUM, size: 1 } }] }] }, readManifest],
  ['SPDX', {
    spdxVersion: 'SPDX-2.3',
    packages: [{ SPDXID: 'a', name: 'a', externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:rpm/a/b@1' }], checksums: [{ algorithm: 'SHA256', checksumValue: SUM }] }],
    files: [{ fileName: 'x', checksums: [{ algorithm: 'SHA256', checksumValue: SUM }] }],
  }, readSpdx],
  ['CycloneDX', {
    metadata: { component: { components: [{ hashes: [{ content: SUM }] }] } }, components: [{ purl: 'pkg:rpm/a/b@1?upstream=x', hashes: [{ content: SUM }] }],
  }, readCycloneDx],
  ['provenance', {
    _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1', subject: [{ digest: { sha256: SUM } }],
    predicate: {
      buildDefinition: { resolvedDependencies: [{ uri: 'pkg:rpm/a/b@1', digest: { sha256: SUM } }] },
      runDetails: { byproducts: [{ name: 'manifest.json', digest: { sha256: SUM } }] },
    },
  }, readProvenance],
];

describe('a statement of the evidence is read, or is none', () => {
  it.each(STATEMENTS)('%s', (_what, good, read) => {
    const given = fc.oneof(damagedJson(good), textOf(['{', '}', '[', ']', ':', ','], JSON.stringify(good)));
    fc.assert(fc.property(given, (text) => void read(text)), { numRuns: 500 });
    // Nesting that a recursive reader would not come back from.
    expect(read('['.repeat(1_000_000))).toBeUndefined();
  });
});
