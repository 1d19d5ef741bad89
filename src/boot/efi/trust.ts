import type { X509Certificate } from 'node:crypto';

import type { CheckedSignature } from '../../readers/authenticode.ts';
import { FIRMWARE_TRUSTS, type Authority } from './authorities.ts';
import type { EfiProgram, ReadProgram, Signature } from './program.ts';

/** Longer chains than any signature of a loader has. */
const MAX_CHAIN = 8;

/**
 * Verifies who signed the programs: the first by the authorities of the firmware, the others also by
 * those that a shim brings, if firmware starts that. Dates of certificates count for nothing, as in firmware (EDK II,
 * Pkcs7Verify); what firmware and shim revoke (dbx, SBAT) no image tells. `firmware` is for tests.
 */
export function judgePrograms(
  first: ReadProgram | undefined,
  programs: readonly ReadProgram[],
  firmware: readonly Authority[] = FIRMWARE_TRUSTS,
): readonly EfiProgram[] {
  const starts = first !== undefined && judgeProgram(first, firmware).signatures.some(({ fault }) => fault === undefined);
  const brought = starts ? first.trusts.map((certificate) => ({ name: commonName(certificate.subject), certificate })) : [];
  return programs.map((program) => judgeProgram(program, program.path === first?.path ? firmware : [...firmware, ...brought]));
}

const judgeProgram = ({ path, name, architecture, signatures, trusts }: ReadProgram, authorities: readonly Authority[]): EfiProgram => ({
  path, name, architecture,
  signatures: signatures.map((signature) => judgeSignature(signature, authorities)),
  trusts: trusts.map(({ subject }) => commonName(subject)),
});

function judgeSignature({ signer, certificates, fault }: CheckedSignature, authorities: readonly Authority[]): Signature {
  if (signer === undefined) return { signer: undefined, authority: undefined, fault: fault ?? 'its certificate is not with it' };
  const authority = authorityOf(signer, certificates, authorities);
  return {
    signer: commonName(signer.subject),
    authority: authority?.name ?? commonName(signer.issuer),
    fault: fault ?? (authority === undefined ? 'nothing that starts it trusts the certificate' : undefined),
  };
}

/** The authority that a certificate is, or that issued it, directly or through others that came with it. */
function authorityOf(signer: X509Certificate, certificates: readonly X509Certificate[], authorities: readonly Authority[]): Authority | undefined {
  let current: X509Certificate | undefined = signer;
  for (let depth = 0; current !== undefined && depth < MAX_CHAIN; depth += 1) {
    const below: X509Certificate = current;
    const found = authorities.find(({ certificate }) => certificate.raw.equals(below.raw) || issued(certificate, below));
    if (found !== undefined) return found;
    current = certificates.find((other) => !other.raw.equals(below.raw) && issued(other, below));
  }
  return undefined;
}

/** Whether a certificate is an authority's and its key signed another: names alone prove nothing. */
function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key that OpenSSL cannot use has issued nothing.
    return false;
  }
}

const commonName = (name: string): string => /^CN=(.+)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');
