import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { describeOlder, isNamedBy, timeOf } from '../../../../src/packages/dnf5/repository-metadata.ts';

describe('a metalink', () => {
  const content = Buffer.from('<repomd/>');
  const hash = (kind: string): string => createHash(kind).update(content).digest('hex');
  const metalink = (...hashes: readonly string[]): string => `<file name="repomd.xml"><verification>${hashes.join('')}</verification></file>`;
  it.each([
    ['sha256', metalink(`<hash type="sha256">${hash('sha256')}</hash>`), true],
    ['sha512 among others', metalink('<hash type="md5">00</hash>', `<hash type="sha512">${hash('sha512').toUpperCase()}</hash>`), true],
    ['sha-256, as RFC 5854 writes it', metalink(`<hash type="sha-256">${hash('sha256')}</hash>`), true],
    ['no hash', metalink(), false],
    ['md5 and sha1', metalink(`<hash type="md5">${hash('md5')}</hash>`, `<hash type="sha1">${hash('sha1')}</hash>`), false],
    ['a hash of something else', metalink(`<hash type="sha256">${'0'.repeat(64)}</hash>`), false],
  ])('with %s', (_title, text, named) => {
    expect(isNamedBy(text, content)).toBe(named);
  });
});

it('the newest time in metadata counts, and an older state is told with both', () => {
  expect(timeOf('<timestamp>1700000000</timestamp><timestamp>1700000005.25</timestamp>')).toBe(1_700_000_005);
  expect(timeOf('<repomd/>')).toBe(0);
  const digest = 'sha256:0' as const;
  expect(describeOlder(new Map([['a', { digest, time: 1_700_000_000, seen: 1_700_086_400 }], ['b', { digest, time: 1 }]])).map(({ message }) => message)).toEqual([
    'repository a offers metadata of 2023-11-14T22:13:20Z, and an earlier build saw that of 2023-11-15T22:13:20Z',
  ]);
});
