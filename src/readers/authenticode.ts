import { createHash, verify, X509Certificate } from 'node:crypto';

import { attempt } from './attempt.ts';
import { BadBytes } from './bytes.ts';
import { DER, derElements, derPart } from './der.ts';
import { algorithmOf, namesOfCertificate, OID, readSignedData, type SignedData, type SignerInfo } from './signed-data.ts';

/**
 * One signature of an EFI program, checked as far as the file alone allows. Whether its certificate is trusted is a
 * separate question.
 */
export interface CheckedSignature {
  /** The certificate that the signature names; undefined if it is missing. */
  readonly signer: X509Certificate | undefined;
  /** All certificates in the signature, including the signer's. */
  readonly certificates: readonly X509Certificate[];
  /** Why the signature is not valid for this file, or why hew cannot check it; undefined if it is valid. */
  readonly fault: string | undefined;
}

/**
 * The type of the signed content: "Windows Authenticode Portable Executable Signature Format", SpcIndirectDataContent.
 */
const SPC_INDIRECT_DATA = '2b060104018237020104';

/** By object identifier. Older hashes prove nothing, and firmware computes no others. */
const HASHES: Readonly<Record<string, string>> = {
  '608648016503040201': 'sha256', '608648016503040202': 'sha384', '608648016503040203': 'sha512',
};
const SHA256 = '608648016503040201';

/** RSA with PKCS #1 v1.5 padding, with or without the name of the hash. */
const RSA = ['2a864886f70d010101', '2a864886f70d01010b', '2a864886f70d01010c', '2a864886f70d01010d'];

/**
 * Checks a signature against the digest of its file, as firmware and shim do (EDK II, AuthenticodeVerify): the signed
 * content names this digest, the signed attributes name the digest of that content, and the key of the certificate
 * signed the attributes. Faults are part of the result; nothing is thrown.
 */
export function checkSignature(message: Uint8Array, digest: Uint8Array | undefined): CheckedSignature {
  const read = attempt(() => readSignedData(message));
  if (!read.ok) return { signer: undefined, certificates: [], fault: `it cannot be read: ${read.reason}` };
  const certificates = read.value.certificates.flatMap((bytes) => readCertificate(bytes) ?? []);
  const checked = attempt(() => check(read.value, certificates, digest));
  return checked.ok ? checked.value : { signer: undefined, certificates, fault: `it cannot be read: ${checked.reason}` };
}

function check(data: SignedData, certificates: readonly X509Certificate[], digest: Uint8Array | undefined): CheckedSignature {
  const [info, ...more] = data.signers;
  if (info === undefined || more.length > 0) throw new BadBytes(`it has ${data.signers.length} signers, not one`);
  const signer = certificates.find(({ raw }) => isNamed(raw, info));
  return { signer, certificates, fault: faultOf(data, info, signer, digest) };
}

function faultOf(data: SignedData, info: SignerInfo, signer: X509Certificate | undefined, digest: Uint8Array | undefined): string | undefined {
  if (data.contentType !== SPC_INDIRECT_DATA) return 'it is about something else than a program';
  if (signer === undefined) return 'its certificate is not with it';
  const hash = HASHES[info.digestAlgorithm];
  if (hash === undefined || !RSA.includes(info.signatureAlgorithm)) return 'it uses an algorithm that hew does not verify';
  const image = imageDigest(data.content);
  if (image.algorithm !== SHA256) return 'it is about a digest that is no SHA-256';
  if (digest === undefined) return 'the file is laid out in a way whose digest hew cannot tell';
  if (!same(image.digest, digest)) return CHANGED;
  const [type, stated] = [info.attributes.get(OID.contentType), info.attributes.get(OID.messageDigest)];
  if (info.signedAttributes === undefined || stated === undefined) return 'it signs no digest';
  if (Buffer.from(type?.content ?? []).toString('hex') !== SPC_INDIRECT_DATA) return 'it signs something else than a program';
  if (!same(stated.content, createHash(hash).update(data.content).digest())) return 'what it says was changed after it was signed';
  return isSignedBy(signer, hash, info.signedAttributes, info.signature) ? undefined : 'the key of its certificate did not make it';
}

const CHANGED = 'the file was changed after it was signed';

/** The digest of the program in the signed content: the second element is a DigestInfo. */
function imageDigest(content: Uint8Array): { readonly algorithm: string; readonly digest: Uint8Array } {
  const info = derElements(derPart(derElements(content), 1, DER.sequence, 'the digest').content);
  return { algorithm: algorithmOf(info[0]), digest: derPart(info, 1, DER.octets, 'the digest').content };
}

function isNamed(certificate: Uint8Array, { issuer, serial }: SignerInfo): boolean {
  const names = attempt(() => namesOfCertificate(certificate));
  return names.ok && same(names.value.issuer, issuer) && same(names.value.serial, serial);
}

function isSignedBy(signer: X509Certificate, hash: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return signer.publicKey.asymmetricKeyType === 'rsa' && verify(hash, bytes, signer.publicKey, signature);
  } catch {
    // OpenSSL refuses the key, so it cannot have signed anything.
    return false;
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Undefined if the bytes are no certificate. */
export function readCertificate(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}
