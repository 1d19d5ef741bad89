import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { describeDiff } from '../../src/cli/describe-diff.ts';
import { diffImages, type ImageDiff } from '../../src/diff/diff-images.ts';
import { diffSides } from '../../src/diff/diff-sides.ts';
import { PARTS, type ComparedImage, type FileFacts } from '../../src/diff/facts.ts';
import type { ComparedPackage, PackageChange } from '../../src/packages/package-changes.ts';

/** As text, of two things that hold one image each. */
const text = (a: ComparedImage, b: ComparedImage): string =>
  describeDiff(diffSides({ name: a.name, images: [a] }, { name: b.name, images: [b] }), { allFiles: true }).join('\n');

const versions = fc.constantFrom('1-1', '1.0-1', '1_0-1', '1:0-1', '1.0~rc-1', '1.0^x-2', '2-1', '10-1');
const anyPackage: fc.Arbitrary<ComparedPackage> = fc.record(
  { name: fc.constantFrom('a', 'b', 'c'), evr: versions, arch: fc.constantFrom('x86_64', 'x86_64_v3', 'noarch'), size: fc.nat(5), checksum: fc.constantFrom('1', '2') },
  { requiredKeys: ['name', 'evr', 'arch'] },
);
const anyFile: fc.Arbitrary<FileFacts> = fc.record(
  {
    path: fc.constantFrom('/a', '/b', '/__proto__', '/a b'), kind: fc.constantFrom('file', 'folder', 'link'), mode: fc.nat(0o7777), owner: fc.nat(1), group: fc.nat(1),
    size: fc.nat(2), digest: fc.constantFrom('1', '2'), target: fc.constantFrom('x', 'y'), attributes: fc.dictionary(fc.constantFrom('u', 'v'), fc.constantFrom('1', '2')),
  },
  { requiredKeys: ['path', 'kind', 'mode', 'owner', 'group'] },
);
const anyFacts: fc.Arbitrary<ComparedImage> = fc.record(
  {
    name: fc.constantFrom('a', 'b'), knows: fc.subarray([...PARTS]), measure: fc.constantFrom('installed', 'rpm'), esp: fc.uniqueArray(anyFile.map((one) => ({ ...one, path: `/efi${one.path}` })), { selector: ({ path }) => path }), level: fc.constantFrom('v1', 'v3'),
    packages: fc.uniqueArray(anyPackage, { selector: ({ name, evr, arch }) => `${name} ${evr} ${arch}`, maxLength: 8 }),
    files: fc.uniqueArray(anyFile, { selector: ({ path }) => path }),
    configuration: fc.dictionary(fc.constantFrom('k', 'toString', '__proto__'), fc.constantFrom('1', '2')),
  },
  { requiredKeys: ['name', 'knows', 'measure', 'packages', 'configuration'] },
);

const MIRROR: Readonly<Record<PackageChange['kind'], PackageChange['kind']>> = {
  added: 'removed', removed: 'added', upgraded: 'downgraded', downgraded: 'upgraded', replaced: 'replaced',
};

const OTHER = { from: 'to', to: 'from' } as const;

/** What the comparison must say when the sides are swapped, in an order that does not matter. */
const essence = (diff: ImageDiff, swapped: boolean): readonly string[] => {
  const sides = ({ from, to }: { readonly from?: unknown; readonly to?: unknown }): unknown => (swapped ? [to ?? null, from ?? null] : [from ?? null, to ?? null]);
  return [
    JSON.stringify([diff.same, sides(diff), diff.size === undefined ? null : sides(diff.size), diff.fileSize === undefined ? null : sides(diff.fileSize), diff.level === undefined ? null : sides(diff.level)]),
    ...diff.packages.map((row) => JSON.stringify([swapped ? MIRROR[row.kind] : row.kind, sides(row), swapped ? 0 - row.bytes : row.bytes])),
    ...(diff.files ?? []).map((row) => JSON.stringify([swapped && row.kind !== 'changed' ? MIRROR[row.kind] : row.kind, row.path, sides(row), row.aspects])),
    ...diff.configuration.map((row) => JSON.stringify([row.key, sides(row)])),
    ...diff.notCompared.map(({ part, unknownTo }) => JSON.stringify([part, swapped && unknownTo !== 'both' ? OTHER[unknownTo] : unknownTo])),
  ].toSorted();
};

describe('any comparison', () => {
  it('of an image with itself finds nothing', () => {
    fc.assert(fc.property(anyFacts, (a) => {
      const again = structuredClone({ ...a, packages: a.packages.toReversed() });
      expect(diffImages(a, again)).toMatchObject({ same: true, packages: [], configuration: [], notCompared: [] });
    }));
  });

  it('is mirrored when the sides are swapped', () => {
    fc.assert(fc.property(anyFacts, anyFacts, (a, b) => {
      expect(essence(diffImages(b, a), true)).toEqual(essence(diffImages(a, b), false));
    }), { numRuns: 1000 });
  });

  it('accounts for every byte of the packages', () => {
    fc.assert(fc.property(anyFacts, anyFacts, (a, b) => {
      const { packages, size } = diffImages(a, b);
      const sum = packages.reduce((total, { bytes }) => total + bytes, 0);
      expect(sum).toBe(size === undefined ? 0 : size.to - size.from);
    }));
  });

  it('can be printed, one line a difference', () => {
    fc.assert(fc.property(anyFacts, anyFacts, (a, b) => {
      const diff = diffImages(a, b);
      const lines = text(a, b).split('\n').filter((line) => line.startsWith('  '));
      expect(lines).toHaveLength((diff.level === undefined ? 0 : 1) + diff.packages.length + (diff.files ?? []).length + diff.configuration.length + diff.notCompared.length);
    }));
  });
});
