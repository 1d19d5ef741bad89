import { describe, expect, it } from 'vitest';

import { isVouchedFor, parseVerdicts } from '../../../src/packages/signature-verdict.ts';

const DIGESTS = ['Header SHA256 digest: OK', 'Payload SHA256 digest: OK'];
const OLD = ['Header SHA256 digest: NOTFOUND', 'Payload SHA256 digest: NOTFOUND', 'Header SHA1 digest: OK', 'MD5 digest: OK'];
const judged = (...lines: readonly string[]): boolean => isVouchedFor(parseVerdicts(['/run/package.rpm:', ...lines.map((line) => `    ${line}`), ''].join('\n')));

describe('a package', () => {
  it.each([
    ['of one signature', ['Header OpenPGP V4 RSA/SHA512 signature, key fingerprint: 36c6: OK', ...DIGESTS]],
    ['of a known and an unknown key', ['Header OpenPGP V4 RSA/SHA512 signature, key ID e3e8: NOKEY', 'Header OpenPGP V4 RSA/SHA512 signature, key fingerprint: 36c6: OK', ...DIGESTS]],
    ['whose second signature the policy refuses', ['Header OpenPGP V6 ML-DSA-87+Ed448/SHA512 signature, key ID e3e8: NOTTRUSTED', 'Header OpenPGP V4 RSA/SHA256 signature, key fingerprint: 36c6: OK', ...DIGESTS]],
    ['of the time before digests of the payload', ['Header OpenPGP V4 RSA/SHA256 signature, key fingerprint: 36c6: OK', 'Legacy OpenPGP V4 RSA/SHA256 signature, key fingerprint: 36c6: OK', ...OLD]],
  ])('%s is vouched for', (_title, lines) => {
    expect(judged(...lines)).toBe(true);
  });

  it.each([
    ['without a signature', ['Header OpenPGP RSA signature: NOTFOUND', ...DIGESTS]],
    ['of an unknown key', ['Header OpenPGP V4 RSA/SHA512 signature, key ID e3e8: NOKEY', ...DIGESTS]],
    ['with a signature of other content', ['Header OpenPGP V4 RSA/SHA512 signature, key fingerprint: 36c6: OK', 'Header OpenPGP V4 RSA/SHA512 signature, key fingerprint: 77aa: BAD', ...DIGESTS]],
    ['with another payload', ['Header OpenPGP V4 RSA/SHA512 signature, key fingerprint: 36c6: OK', 'Header SHA256 digest: OK', 'Payload SHA256 digest: BAD (Expected 1 != 2)']],
    ['whose payload nothing covers', ['Header OpenPGP V4 RSA/SHA256 signature, key fingerprint: 36c6: OK', ...OLD]],
    ['of which rpm says nothing', []],
  ])('%s is not', (_title, lines) => {
    expect(judged(...lines)).toBe(false);
  });
});
