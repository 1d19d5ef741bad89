import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { findTree, parseTreePackages, treeName, treePath } from '../../../src/host/tools-tree.ts';
import { openToolVersions } from '../../../src/host/tool-versions.ts';

const LIST = `zstd 1.5.7+dfsg-4 amd64 ${'a'.repeat(64)}  -\ndnf5 5.4.6.0-2+b1 amd64 ${'b'.repeat(64)}  -\n`;
const packages = parseTreePackages(LIST);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it('a tree is named by its packages with their versions, whatever their order', () => {
  const [first, second] = packages;
  expect(first).toEqual({ name: 'dnf5', version: '5.4.6.0-2+b1', architecture: 'amd64', sha256: 'b'.repeat(64) });
  expect(treeName(packages.toReversed())).toBe(treeName(packages));
  expect(treeName([{ name: 'dnf5', version: '5.4.6.0-3' }, second ?? { name: '', version: '' }])).not.toBe(treeName(packages));
});

it('a tree that was made again with other versions reports those and the programs in it, under another name', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'hew-tree-'));
  const make = (contains: typeof packages): void => {
    const folder = join(cache, 'tools', treeName(contains));
    mkdirSync(join(folder, 'usr/bin'), { recursive: true });
    writeFileSync(join(folder, 'usr/bin/zstd'), 'zstd', { mode: 0o755 });
    writeFileSync(join(folder, 'usr/bin/dnf5-real'), contains.map(({ version }) => version).join(), { mode: 0o755 });
    symlinkSync('dnf5-real', join(folder, 'usr/bin/dnf5'));
    writeFileSync(join(folder, 'hew-tools.json'), JSON.stringify({ suite: 'forky', packages: [], contains }));
    rmSync(treePath(cache), { force: true });
    symlinkSync(treeName(contains), treePath(cache));
  };
  try {
    expect(findTree(cache)).toBeUndefined();
    const seen = [];
    for (const version of ['5.4.6.0-2', '5.4.7.0-1']) {
      make(packages.map((one) => (one.name === 'dnf5' ? { ...one, version } : one)));
      const tree = findTree(cache);
      if (tree === undefined) throw new Error('no tree');
      seen.push([tree.name, await openToolVersions(new AbortController().signal)(tree, ['dnf5', 'zstd', 'tar'])]);
    }
    const zstd = { version: '1.5.7+dfsg-4', sha256: sha256('zstd') };
    expect(seen.map(([, versions]) => versions)).toEqual([
      { dnf5: { version: '5.4.6.0-2', sha256: sha256('5.4.6.0-2,1.5.7+dfsg-4') }, zstd }, { dnf5: { version: '5.4.7.0-1', sha256: sha256('5.4.7.0-1,1.5.7+dfsg-4') }, zstd },
    ]);
    expect(seen[0]?.[0]).not.toBe(seen[1]?.[0]);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});
