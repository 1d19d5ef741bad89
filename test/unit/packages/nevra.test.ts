import { describe, expect, it } from 'vitest';

import { formatNevra, parseNevra } from '../../../src/packages/nevra.ts';

describe('parseNevra', () => {
  it.each([
    ['bash-5.3-2.x86_64', { name: 'bash', evr: '5.3-2', arch: 'x86_64' }],
    ['bash-0:5.3-2.x86_64', { name: 'bash', evr: '5.3-2', arch: 'x86_64' }],
    ['shadow-utils-1:4.20.3-1.sample.x86_64', { name: 'shadow-utils', evr: '1:4.20.3-1.sample', arch: 'x86_64' }],
    ['zlib-1:1.3.dfsg+really1.3.2-3.sample.x86_64', { name: 'zlib', evr: '1:1.3.dfsg+really1.3.2-3.sample', arch: 'x86_64' }],
    ['sample-hello-1.0-1.sample.x86_64_v3', { name: 'sample-hello', evr: '1.0-1.sample', arch: 'x86_64_v3' }],
    ['libstdc++-16.2.0-3.fc43.noarch', { name: 'libstdc++', evr: '16.2.0-3.fc43', arch: 'noarch' }],
    ['kernel-6.17.0~rc1-1^git.src', { name: 'kernel', evr: '6.17.0~rc1-1^git', arch: 'src' }],
  ])('takes %s apart', (text, parts) => {
    expect(parseNevra(text)).toEqual(parts);
    expect(parseNevra(formatNevra(parts))).toEqual(parts);
  });

  it.each(['', 'bash', 'bash-5.3', 'bash-5.3-2', '-5.3-2.x86_64', 'bash.x86_64'])('refuses %j', (text) => {
    expect(parseNevra(text)).toBeUndefined();
  });
});
