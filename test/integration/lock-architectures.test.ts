import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const ARCHES = ['x86_64', 'aarch64'] as const;
const [OWN, OTHER] = process.arch === 'x64' ? ARCHES : ([ARCHES[1], ARCHES[0]] as const);

it('one lock holds every architecture, each with its own packages, and a machine builds its own of it', async () => {
  for (const arch of ARCHES) {
    const repository = copyRepository(join(folder, 'repo', arch), (name) => /^(?:setup)-/.test(name));
    await makePackages(repository, [{ name: 'own', arch, files: { '/usr/share/test/own': arch }, signer: 'sample' }]);
    await publish(repository);
  }
  const image = writeFiles(folder, {
    'test.toml': definition(['setup', 'own'], `[hardware]\narch = ${JSON.stringify(ARCHES)}`, './own.toml'),
    'own.toml': distribution([{ id: 'repo', url: `file://${folder}/repo/$basearch`, keys: [sampleKey()] }])
      .replace('arches = ["x86_64"]', `arches = ${JSON.stringify(ARCHES)}`),
  });
  const env = { HEW_CACHE: makeCache(folder) };
  const locked = await runHew(['lock', image, '--vendor', join(folder, 'vendor')], { env });
  expect(locked.status, locked.stderr).toBe(0);
  const text = readFileSync(join(folder, 'test.lock.yaml'), 'utf8');
  for (const arch of ARCHES) expect(text).toMatch(new RegExp(`- name: own\\n +repo_id: repo\\n +location: own-1-1\\.${arch}\\.rpm\\n`));
  // Shared by both, and there once.
  expect(text.match(/- name: setup\n/g)).toHaveLength(1);
  expect((await runHew(['lock', image, '--check'], { env })).status).toBe(0);

  const run = await runHew(['build', image, '--locked', '--vendor', join(folder, 'vendor'), '--output', join(folder, 'out')], { env: { HEW_CACHE: makeCache(folder, 'empty') } });
  expect(run.status, run.stderr).toBe(0);
  expect(run.stderr).toContain(`the image for ${OTHER} must be built on a machine of that architecture`);
  const manifest = readFileSync(join(folder, 'out/test-1.evidence/manifest.json'), 'utf8');
  const { targets } = JSON.parse(manifest) as { targets: readonly { name: string; packages: readonly { nevra: string }[] }[] };
  expect(targets.map(({ name, packages }) => [name, ...packages.map(({ nevra }) => nevra)])).toEqual([
    [`${OWN}-baseline`, `own-1-1.${OWN}`, expect.stringMatching(/^setup-.*\.noarch$/)],
  ]);
});
