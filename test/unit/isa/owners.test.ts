import { describe, expect, it } from 'vitest';
import { ownerLookup } from '../../../src/isa/owners.ts';

describe('ownerLookup', () => {
  const owner = ownerLookup(
    new Map([
      ['/lib64/libc.so.6', 'glibc'],
      ['/usr/sbin/ip', 'iproute'],
      ['/usr/bin/bash', 'bash'],
      ['/opt/tool', 'tool'],
    ]),
  );

  it.each([
    ['/usr/bin/bash', 'bash'],
    ['/bin/bash', 'bash'],
    ['/usr/lib64/libc.so.6', 'glibc'],
    ['/usr/bin/ip', 'iproute'],
    ['/opt/tool', 'tool'],
    ['/usr/lib/libc.so.6', undefined],
    ['/opt/other', undefined],
  ])('%s belongs to %s', (path, name) => {
    expect(owner(path)).toBe(name);
  });
});
