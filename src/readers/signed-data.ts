import { DER, derElement, derElements, derPart, type DerElement } from './der.ts';

/** PKCS #7 SignedData (RFC 2315, section 9.1). Object identifiers are hexadecimal digits of their DER content. */
export interface SignedData {
  readonly contentType: string;
  /** The signed content without its identifier and length, which the digest leaves out (RFC 2315, section 9.3). */
  readonly content: Uint8Array;
  /** Each as DER. */
  readonly certificates: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
}

/** RFC 2315, section 9.2. */
export interface SignerInfo {
  /** DER of the issuer's name and of the serial number, which identify the certificate. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** DER of the authenticated attributes, as signed; undefined if there are none. */
  readonly signedAttributes: Uint8Array | undefined;
  /** Their values by type. */
  readonly attributes: ReadonlyMap<string, DerElement>;
}

export const OID = {
  signedData: '2a864886f70d010702',
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
} as const;

/** Reads a ContentInfo that holds SignedData; bytes after it are padding. Throws `BadBytes` if it is none. */
export function readSignedData(message: Uint8Array): SignedData {
  const info = derElements(derPart([derElement(message)], 0, DER.sequence, 'the content').content);
  if (oidOf(info, 0) !== OID.signedData) derPart([], 0, DER.oid, 'the SignedData');
  const wrapped = derElements(derPart(info, 1, DER.context0, 'the SignedData').content);
  const fields = derElements(derPart(wrapped, 0, DER.sequence, 'the SignedData').content);
  const inner = derElements(derPart(fields, 2, DER.sequence, 'the signed content').content);
  const rest = fields.slice(3);
  return {
    contentType: oidOf(inner, 0),
    content: derElement(derPart(inner, 1, DER.context0, 'the signed content').content).content,
    certificates: rest.filter(({ tag }) => tag === DER.context0).flatMap(({ content }) => derElements(content).map(({ whole }) => whole)),
    signers: rest.filter(({ tag }) => tag === DER.set).flatMap(({ content }) => derElements(content).map(readSigner)),
  };
}

function readSigner(signer: DerElement): SignerInfo {
  const [, name, digestAlgorithm, ...rest] = derElements(derPart([signer], 0, DER.sequence, 'the signer').content);
  const named = derElements(derPart([name], 0, DER.sequence, "the signer's certificate").content);
  const attributes = rest[0]?.tag === DER.context0 ? rest[0] : undefined;
  const signed = attributes === undefined ? rest : rest.slice(1);
  return {
    issuer: derPart(named, 0, DER.sequence, 'the issuer').whole,
    serial: derPart(named, 1, DER.integer, 'the serial number').whole,
    digestAlgorithm: algorithmOf(digestAlgorithm),
    signatureAlgorithm: algorithmOf(signed[0]),
    signature: derPart(signed, 1, DER.octets, 'the signature').content,
    // The signature is over a SET, although the attributes are stored as [0]: RFC 2315, section 9.3.
    signedAttributes: attributes === undefined ? undefined : Buffer.concat([Uint8Array.of(DER.set), attributes.whole.subarray(1)]),
    attributes: new Map(attributes === undefined ? [] : derElements(attributes.content).map(readAttribute)),
  };
}

function readAttribute(attribute: DerElement): [string, DerElement] {
  const parts = derElements(derPart([attribute], 0, DER.sequence, 'an attribute').content);
  return [oidOf(parts, 0), derElement(derPart(parts, 1, DER.set, 'the value of an attribute').content)];
}

/** The algorithm of an AlgorithmIdentifier (RFC 5280, section 4.1.1.2). Throws `BadBytes` if it is none. */
export const algorithmOf = (element: DerElement | undefined): string =>
  oidOf(derElements(derPart([element], 0, DER.sequence, 'an algorithm').content), 0);

const oidOf = (elements: readonly DerElement[], index: number): string =>
  Buffer.from(derPart(elements, index, DER.oid, 'an object identifier').content).toString('hex');

/** Issuer and serial number of a certificate (RFC 5280, section 4.1), as DER. Throws `BadBytes` if it is none. */
export function namesOfCertificate(certificate: Uint8Array): Pick<SignerInfo, 'issuer' | 'serial'> {
  const outer = derElements(derPart([derElement(certificate)], 0, DER.sequence, 'the certificate').content);
  const fields = derElements(derPart(outer, 0, DER.sequence, 'the certificate').content);
  // The version comes first, except in version 1, which omits it.
  const first = fields[0]?.tag === DER.context0 ? 1 : 0;
  return {
    serial: derPart(fields, first, DER.integer, 'the serial number').whole,
    issuer: derPart(fields, first + 2, DER.sequence, 'the issuer').whole,
  };
}
