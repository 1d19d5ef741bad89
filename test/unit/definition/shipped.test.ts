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
    expect(definition.packages.install.map((name) => mapPackageName(distribution, name, 'x86_64'))).toEqual([
      'azurelinux-release-container', 'bash', 'filesystem', 'azurelinux-repos', 'openssl-fips-provider',
    ]);
    expect(definition.outputs).toMatchObject([{ format: 'oci', config: { cmd: ['/bin/bash'] } }]);
    expect(definition.packages).toMatchObject({ 'weak-deps': false, docs: false, languages: ['C.utf8'] });
  });

  it('builds the distroless image on Fedora too', async () => {
    const { definition, distribution } = await loadDefinition(shipped, 'container-distroless-base', { distro: 'fedora-43' });
    expect(definition.packages.install.map((name) => mapPackageName(distribution, name, 'x86_64'))).toContain('fedora-release-container');
    expect(definition.packages.database).toBe('scanner-manifest');
  });

  it('names the boot chain as each distribution and architecture does', async () => {
    const chain = async (distro: string, arch: 'x86_64' | 'aarch64'): Promise<string[]> => {
      const { definition, distribution } = await loadDefinition(shipped, 'hyperv-vm', { distro });
      const names = definition.packages.install.map((name) => mapPackageName(distribution, name, arch));
      return names.filter((name) => /^(?:shim|grub2)/.test(name)).toSorted();
    };
    expect(await chain('azurelinux-4.0', 'x86_64')).toEqual(['grub2', 'grub2-efi-x64', 'grub2-efi-x64-modules', 'shim']);
    expect(await chain('azurelinux-4.0', 'aarch64')).toEqual(['grub2', 'grub2-efi-aa64', 'grub2-efi-aa64-modules', 'shim']);
    expect(await chain('azurelinux-3.0', 'x86_64')).toEqual(['grub2', 'grub2-efi-binary', 'grub2-efi-binary', 'shim']);
    expect(await chain('fedora-43', 'x86_64')).toEqual(['grub2-efi-x64', 'grub2-efi-x64-modules', 'grub2-tools', 'shim-x64']);
    expect(await chain('fedora-43', 'aarch64')).toEqual(['grub2-efi-aa64', 'grub2-efi-aa64-modules', 'grub2-tools', 'shim-aa64']);
  });

  it.each(['azurelinux-4.0', 'azurelinux-3.0', 'fedora-43'])('%s checks every package’s signature with a key over HTTPS', async (name) => {
    const { repositories } = await loadDistribution(shipped, name);
    for (const { gpgcheck, gpgkey } of repositories) expect([gpgcheck, gpgkey.every((key) => key.startsWith('https://'))]).toEqual([true, true]);
  });
});
