/** What rpmkeys(8) says of one signature or digest of a package. */
interface Verdict {
  readonly what: string;
  readonly result: string;
}

/** Reads what `rpmkeys --checksig --verbose` prints of one package, its own name left out. */
export const parseVerdicts = (output: string): readonly Verdict[] =>
  output.split('\n').flatMap((line) => {
    const match = /^ {4}(\S.*): ([A-Z]+)(?: \(.*\))?$/.exec(line);
    return match === null ? [] : [{ what: match[1] ?? '', result: match[2] ?? '' }];
  });

/**
 * Whether the keys at hand vouch for the whole of a package. One good signature is enough, whatever others there are by
 * keys that are unknown or that the policy refuses; one that is wrong says that the package was altered. A signature of
 * the header covers the payload by the digest of it that the header holds; one of the kind before rpm 4.14 covers both
 * by itself: https://rpm-software-management.github.io/rpm/manual/signatures_digests.html
 */
export function isVouchedFor(verdicts: readonly Verdict[]): boolean {
  const isSignature = ({ what }: Verdict): boolean => /signature/i.test(what);
  const signatures = verdicts.filter(isSignature);
  const digests = verdicts.filter((verdict) => !isSignature(verdict));
  const isGood = ({ result }: Verdict): boolean => result === 'OK';
  if (!signatures.every(({ result }) => ['OK', 'NOKEY', 'NOTTRUSTED', 'NOTFOUND'].includes(result))) return false;
  if (!digests.every(({ result }) => result === 'OK' || result === 'NOTFOUND')) return false;
  const good = signatures.filter(isGood);
  const isPayloadDigest = ({ what }: Verdict): boolean => /^Payload \S+ digest/.test(what);
  return good.some(({ what }) => !what.startsWith('Header ')) || (good.length > 0 && digests.some((digest) => isPayloadDigest(digest) && isGood(digest)));
}

/** The reason for a refusal, in rpm's words: `Header OpenPGP V4 RSA/SHA256 signature, key ID …: NOKEY`. */
export const describeSignatureVerdicts = (verdicts: readonly Verdict[]): string => {
  const bad = verdicts.filter(({ result }) => result !== 'OK' && result !== 'NOTFOUND');
  if (bad.length > 0) return bad.map(({ what, result }) => `${what}: ${result}`).join('; ');
  return verdicts.some(({ what, result }) => /signature/i.test(what) && result === 'OK') ? 'nothing covers its payload' : 'it bears no signature';
};
