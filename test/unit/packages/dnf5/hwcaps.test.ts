import { describe, expect, it } from 'vitest';

import { hwcapsPackages } from '../../../../src/packages/dnf5/hwcaps.ts';

const NAMES = { package: '$name-x86-64-$level', pattern: 'hwcaps-x86_64_$level' };
const build = (name: string, evr = '1-1'): { readonly name: string; readonly evr: string } => ({ name, evr });

describe('sub-packages with libraries below glibc-hwcaps', () => {
  it('are those of the highest level that is no higher than the target’s', () => {
    const available = ['libz1', 'libz1-x86-64-v2', 'libz1-x86-64-v3', 'libz1-x86-64-v4', 'libxz', 'libxz-x86-64-v2', 'hwcaps-x86_64_v3', 'hwcaps-x86_64_v2'].map((name) => build(name));
    expect(hwcapsPackages([build('libz1'), build('libxz'), build('bash')], available, NAMES, 'v3'))
      .toEqual(['hwcaps-x86_64_v3', 'libxz-x86-64-v2', 'libz1-x86-64-v3']);
  });

  it('are left out where they lag behind their package', () => {
    expect(hwcapsPackages([build('libz1', '1-2')], [build('libz1-x86-64-v3', '1-1'), build('hwcaps-x86_64_v3')], NAMES, 'v3')).toEqual([]);
  });
});
