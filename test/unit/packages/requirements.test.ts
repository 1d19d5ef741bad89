import { expect, it } from 'vitest';

import { requirementsOf } from '../../../src/packages/requirements.ts';

it('joins what is required with what provides it: names, capabilities, files, rich dependencies', () => {
  const needed = requirementsOf([
    { kind: 'requires', name: 'shell', capability: 'libc.so.6' },
    { kind: 'provides', name: 'libc', capability: 'libc.so.6' },
    { kind: 'requires', name: 'tool', capability: '/usr/bin/sh' },
    { kind: 'file', name: 'shell', capability: '/usr/bin/sh' },
    { kind: 'requires', name: 'tool', capability: '(mawk or gawk >= 5.0)' },
    { kind: 'provides', name: 'gawk', capability: 'gawk' },
    { kind: 'requires', name: 'tool', capability: 'libc' },
    { kind: 'provides', name: 'libc', capability: 'libc' },
    { kind: 'requires', name: 'libc', capability: 'libc' },
    { kind: 'requires', name: 'tool', capability: 'rpmlib(CompressedFileNames)' },
  ]);
  expect(Object.fromEntries(needed)).toEqual({ libc: ['shell', 'tool'], shell: ['tool'], gawk: ['tool'] });
});
