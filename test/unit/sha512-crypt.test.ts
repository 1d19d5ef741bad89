import { describe, expect, it } from 'vitest';

import { saltFor, sha512Crypt } from '../../src/sha512-crypt.ts';

describe('sha512Crypt', () => {
  // The first is of the specification, the others are of `openssl passwd -6`.
  it.each([
    ['Hello world!', 'saltstring', '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'],
    ['x', '0123456789abcdef', '$6$0123456789abcdef$8YztVyzwDEH96nI5J4SMvvvaVH43cm6MjQyfl3gZsAa8rZMsHQVTiLQraFpug5a6xlaOJbzt.7jq8UBJs4F7M1'],
    ['ü'.repeat(20), 'ab./', '$6$ab./$H5WY4ayyAyihjvY7MPbNPGK4dis5E6x902qJT28g8uYH9rI7eKkfqjOEgeHIc240RQQcBOj0zUdZ2X2849PBL.'],
    ['a'.repeat(64), 'abc', '$6$abc$ka4ZakGxB7ashtt/UL3ozqwpNIXSPLl014bQjV7hxsYkkFUvfa3zo.5fxMBpsyGKr0QJIlxjAxBiEJdvTJWV71'],
    ['b'.repeat(65), 'abc', '$6$abc$OKcVeOoLhYe10WUKZCBfDw2iqNPxJex6MqMjl1WsYstuv/fHDpdaXHycZClqT0Jfl0jPDzA7fjGunJ0R7C/x71'],
    ['one two three '.repeat(15), 'q', '$6$q$lnazvIW8aTPC6gWJAv7mGPW2Q46wT8Z96GQH.S.IJjEPx8OvrnT1YVaTyrtIEreDtqJntOk4.Ubs2yxT/KiKL0'],
  ])('%j with %j', (password, salt, expected) => {
    expect(sha512Crypt(password, salt)).toBe(expected);
  });

  it('takes sixteen characters of a salt', () => {
    expect(sha512Crypt('x', '0123456789abcdefghij')).toBe(sha512Crypt('x', '0123456789abcdef'));
  });
});

it('saltFor gives the same for the same account of the same image alone', () => {
  expect(saltFor('web', 'root')).toMatch(/^[0-9a-f]{16}$/);
  expect(saltFor('web', 'root')).toBe(saltFor('web', 'root'));
  expect(new Set([saltFor('web', 'root'), saltFor('web', 'anna'), saltFor('db', 'root')]).size).toBe(3);
});
