import { describe, expect, it } from 'vitest';

import { nextExpiry } from '../../../src/packages/key-listing.ts';

/** A listing of a key that expires at 3000, with subkeys that expired at 1000, expire at 2000 and never expire. */
const LISTING = [
  'pub:-:255:22:AAAA:100:3000::-:::scESC:::::ed25519:::0:',
  'fpr:::::::::ABCD:',
  'uid:-::::100::HASH::sample <sample@sample.invalid>::::::::::0:',
  ...['1000', '2000', ''].map((expires) => `sub:-:255:18:BBBB:100:${expires}:::::e:::::cv25519::`),
].join('\n');

describe('a listing of keys holds', () => {
  it.each([[500, 1000], [1000, 2000], [1999, 2000], [2500, 3000], [3000, undefined]])('at %i until %s', (now, until) => {
    expect(nextExpiry(LISTING, now)).toBe(until);
  });
  it('for ever where no key expires', () => expect(nextExpiry('pub:-:255:22:AAAA:100:::-:::scESC::::::\n', 0)).toBeUndefined());
});
