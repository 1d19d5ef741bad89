import { expect, it } from 'vitest';

import { withinRepository } from '../../../../src/packages/dnf5/locate.ts';

it('takes of an address what every mirror of the repository shares', () => {
  const addresses = ['https://one.example/4.0/x86_64/', 'https://two.example/azl/'];
  expect(withinRepository('https://two.example/azl/Packages/b/bash-5.3-2.x86_64.rpm', addresses)).toBe('Packages/b/bash-5.3-2.x86_64.rpm');
  expect(withinRepository('https://mirror.example/x/bash-5.3-2.x86_64.rpm', addresses)).toBe('bash-5.3-2.x86_64.rpm');
});
