import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFiles, loadDefinition, loadDistribution, mapPackageName, type SourceReader } from '../../../src/definition/index.ts';

const data = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const shipped: SourceReader = {
  cwd: '/nowhere', data,
  readTextIfThere: (path) => readFile(path, 'utf8'),
  list: async (folder) => (folder.startsWith(data) ? (await readdir(folder)).toSorted() : []),
};

describe('what is shipped', () => {
  it('holds every rule', async () => {
    expect(await checkFiles(shipped, [])).toEqual([]);
  });

  it('installs Azure Linux’s core container on Azure Linux', async () => {
    const { definition, distribution } = await loadDefinition(shipped, 'container-base');
    expect(definition.packages.install.map((name) => mapPackageName(distribution, name))).toEqual([
      'azurelinux-release-container', 'bash', 'filesystem', 'azurelinux-repos', 'openssl-fips-provider',
    ]);
    expect(definition.outputs).toMatchObject([{ format: 'oci', config: { cmd: ['/bin/bash'] } }]);
    expect(definition.packages).toMatchObject({ 'weak-deps': false, docs: false, languages: ['C.utf8'] });
  });

  it('builds the distroless image on Fedora too', async () => {
    const { definition, distribution } = await loadDefinition(shipped, 'container-distroless-base', { distro: 'fedora-43' });
    expect(mapPackageName(distribution, definition.packages.install[0] ?? '')).toBe('fedora-release-container');
    expect(definition.packages.database).toBe('scanner-manifest');
  });

  it.each(['azurelinux-4.0', 'azurelinux-3.0', 'fedora-43'])('%s checks every package’s signature with a key over HTTPS', async (name) => {
    const { repositories } = await loadDistribution(shipped, name);
    for (const { gpgcheck, gpgkey } of repositories) expect([gpgcheck, gpgkey.every((key) => key.startsWith('https://'))]).toEqual([true, true]);
  });
});
