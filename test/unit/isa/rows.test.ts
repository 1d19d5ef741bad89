import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ARCHITECTURES, findArchitecture, hasLevels, ISA, levels, repositoryLevels, requestedLevels } from '../../../src/isa/rows.ts';
import { HOST_TOOLS, BOOT_TOOLS, TOOLS } from '../../../src/tools.ts';
import { CHECKOUT } from '../../support/checkout.ts';

describe('the rows of architectures', () => {
  it('name the levels, once for all who ask', () => {
    expect(levels).toEqual(['baseline', 'v2', 'v3', 'v4']);
    expect(repositoryLevels).toEqual(['v1', 'v2', 'v3', 'v4']);
    expect(requestedLevels).toEqual(['baseline', 'host', 'v2', 'v3', 'v4']);
    expect(ARCHITECTURES.filter(hasLevels)).toEqual(['x86_64']);
  });

  it('differ in whatever tells architectures apart', () => {
    const told = Object.values(ISA).map(({ elfMachine, peMachine, efi, names, partitionTypes }) =>
      [elfMachine, peMachine, efi.removable, efi.short, names.oci, names.systemd, partitionTypes.root]);
    for (const [index, fact] of (told[0] ?? []).entries()) expect(told[1]?.[index]).not.toBe(fact);
    expect(findArchitecture(({ names }) => names.oci === 'arm64')).toBe('aarch64');
    expect(findArchitecture(({ elfMachine }) => elfMachine === 243)).toBeUndefined();
  });

  it('name emulators that are in the tables of tools', () => {
    for (const { qemu } of Object.values(ISA)) {
      if (qemu === undefined) continue;
      expect(Object.keys({ ...TOOLS, ...BOOT_TOOLS, ...HOST_TOOLS })).toEqual(expect.arrayContaining([qemu.user, qemu.system]));
    }
  });

  it('are the one place with such facts', () => {
    const facts = Object.values(ISA).flatMap(({ efi, partitionTypes, names, loader }) => [...Object.values(partitionTypes), names.multiarch, loader, `'${efi.grub}'`]);
    const elsewhere = globSync('src/**/*.ts', { cwd: CHECKOUT }).filter((file) => !file.startsWith('src/isa/')).flatMap((file) => {
      const text = readFileSync(join(CHECKOUT, file), 'utf8');
      return facts.filter((fact) => text.includes(fact)).map((fact) => `${file}: ${fact}`);
    });
    expect(elsewhere).toEqual([]);
  });
});
