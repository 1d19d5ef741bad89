import { z } from 'zod';

/**
 * The parts of the SPDX 2.3 JSON schema (`schemas/spdx-schema.json` of spdx/spdx-spec at v2.3) that hew writes, with
 * its closed objects, required keys and lists of words, and beside them rules of the specification's text that the
 * schema leaves out. No npm package carries that schema.
 */
const spdxId = z.string().regex(/^SPDXRef-[a-zA-Z0-9.-]+$/);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const text = z.string();
const expression = z.string().min(1);
/** `Person: `, `Organization: ` or NOASSERTION (7.5). */
const agent = z.string().regex(/^(?:NOASSERTION|(?:Person|Organization): .+)$/s);
/** A URI or one of the two words (7.7). */
const location = z.string().regex(/^(?:NONE|NOASSERTION|(?:https?|ftp|git\+\w+):\/\/\S+)$/);

const checksum = z.strictObject({
  algorithm: z.enum([
    'SHA1', 'BLAKE3', 'SHA3-384', 'SHA256', 'SHA384', 'BLAKE2b-512', 'BLAKE2b-256', 'SHA3-512', 'MD2', 'ADLER32', 'MD4', 'SHA3-256',
    'BLAKE2b-384', 'SHA512', 'MD6', 'MD5', 'SHA224',
  ]),
  checksumValue: z.string().regex(/^[0-9a-f]{64}$/),
});

const spdxPackage = z.strictObject({
  SPDXID: spdxId,
  name: z.string().min(1),
  downloadLocation: location,
  builtDate: time.optional(),
  checksums: z.array(checksum).optional(),
  comment: text.optional(),
  copyrightText: text.optional(),
  description: text.optional(),
  externalRefs: z
    .array(
      z.strictObject({
        comment: text.optional(),
        referenceCategory: z.enum(['OTHER', 'PERSISTENT-ID', 'SECURITY', 'PACKAGE-MANAGER']),
        referenceLocator: z.string().regex(/^\S+$/),
        referenceType: text,
      }),
    )
    .optional(),
  // Without analysed files neither a verification code nor licences of files may be given (7.8, 7.9, 7.14).
  filesAnalyzed: z.literal(false),
  homepage: text.optional(),
  licenseComments: text.optional(),
  licenseConcluded: expression.optional(),
  licenseDeclared: expression.optional(),
  originator: agent.optional(),
  packageFileName: text.optional(),
  primaryPackagePurpose: z
    .enum(['OTHER', 'INSTALL', 'ARCHIVE', 'FIRMWARE', 'APPLICATION', 'FRAMEWORK', 'LIBRARY', 'CONTAINER', 'SOURCE', 'DEVICE', 'OPERATING_SYSTEM', 'FILE'])
    .optional(),
  releaseDate: time.optional(),
  sourceInfo: text.optional(),
  summary: text.optional(),
  supplier: agent.optional(),
  versionInfo: text.optional(),
});

export const spdxDocument = z.strictObject({
  spdxVersion: z.literal('SPDX-2.3'),
  dataLicense: z.literal('CC0-1.0'),
  SPDXID: z.literal('SPDXRef-DOCUMENT'),
  name: z.string().min(1),
  // An absolute URI without a fragment (6.5).
  documentNamespace: z.string().regex(/^[a-z][a-z0-9+.-]*:[^\s#]+$/),
  creationInfo: z.strictObject({
    created: time,
    creators: z.array(z.string().regex(/^(?:Person|Organization|Tool): .+$/)).min(1),
    comment: text.optional(),
    licenseListVersion: text.optional(),
  }),
  comment: text.optional(),
  packages: z.array(spdxPackage),
  relationships: z.array(
    z.strictObject({
      comment: text.optional(),
      spdxElementId: spdxId,
      relatedSpdxElement: spdxId,
      relationshipType: z.enum(['DESCRIBES', 'CONTAINS', 'GENERATED_FROM', 'DEPENDS_ON']),
    }),
  ),
  hasExtractedLicensingInfos: z.array(
    z.strictObject({
      comment: text.optional(),
      extractedText: z.string().min(1),
      licenseId: z.string().regex(/^LicenseRef-[a-zA-Z0-9.-]+$/),
      name: text.optional(),
      seeAlsos: z.array(text).optional(),
    }),
  ),
});

export type SpdxDocument = z.output<typeof spdxDocument>;
