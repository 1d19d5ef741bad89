import { z } from 'zod';

import { rpmPurl } from './purl.ts';

/**
 * What a file of evidence says about the things that all of them list: artifacts by SHA-256, packages by package URL
 * and SHA-256. Evidence belongs together if all files say the same.
 */
export interface Statement {
  readonly artifacts: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** The manifest, whose artifacts have names. */
export interface ManifestStatement extends Statement {
  readonly image: { readonly name: string; readonly version: string };
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** The provenance, which binds the other files by digest. */
export interface ProvenanceStatement extends Statement {
  readonly byproducts: ReadonlyMap<string, string>;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestFile = z.object({
  image: z.object({ name: z.string(), version: z.string() }),
  distribution: z.object({ id: z.string(), releasever: z.string() }),
  artifacts: z.array(z.object({ name: z.string(), sha256 })),
  targets: z.array(z.object({
    packages: z.array(z.object({ name: z.string(), evr: z.string(), arch: z.string(), rpm: z.object({ sha256 }).optional() })),
  })),
});

/** Reads `manifest.json`; undefined if it is not one. */
export function readManifest(text: string): ManifestStatement | undefined {
  const manifest = parse(text, manifestFile);
  if (manifest === undefined) return undefined;
  const context = { distribution: manifest.distribution.id, releasever: manifest.distribution.releasever };
  return {
    image: manifest.image,
    files: manifest.artifacts,
    artifacts: new Set(manifest.artifacts.map((artifact) => artifact.sha256)),
    packages: new Set(manifest.targets.flatMap(({ packages }) => packages.map((entry) => row(rpmPurl(entry, context), entry.rpm?.sha256)))),
  };
}

const spdxFile = z.object({
  packages: z.array(z.object({
    primaryPackagePurpose: z.string().optional(),
    packageFileName: z.string().optional(),
    checksums: z.array(z.object({ checksumValue: sha256 })).optional(),
    externalRefs: z.array(z.object({ referenceLocator: z.string() })).optional(),
  })),
});

/** Reads `sbom.spdx.json`: packages to install, and what has a file but is no source package. */
export function readSpdx(text: string): Statement | undefined {
  const rows = parse(text, spdxFile)?.packages;
  if (rows === undefined) return undefined;
  const installed = rows.filter(({ primaryPackagePurpose }) => primaryPackagePurpose === 'INSTALL');
  const made = rows.filter(({ primaryPackagePurpose, packageFileName }) => primaryPackagePurpose !== 'SOURCE' && packageFileName !== undefined);
  return {
    artifacts: new Set(made.flatMap(({ checksums = [] }) => checksums.map(({ checksumValue }) => checksumValue))),
    packages: new Set(installed.map(({ externalRefs = [], checksums = [] }) => row(externalRefs[0]?.referenceLocator ?? '', checksums[0]?.checksumValue))),
  };
}

const hashes = z.array(z.object({ content: sha256 })).default([]);

const cycloneDxFile = z.object({
  metadata: z.object({ component: z.object({ components: z.array(z.object({ hashes })).default([]) }) }),
  components: z.array(z.object({ purl: z.string().optional(), hashes })),
});

/** Reads `sbom.cdx.json`. */
export function readCycloneDx(text: string): Statement | undefined {
  const bom = parse(text, cycloneDxFile);
  if (bom === undefined) return undefined;
  return {
    artifacts: new Set(bom.metadata.component.components.flatMap((entry) => entry.hashes.map(({ content }) => content))),
    packages: new Set(bom.components.flatMap((entry) => (entry.purl === undefined ? [] : [row(entry.purl, entry.hashes[0]?.content)]))),
  };
}

const digest = z.object({ sha256 });

const provenanceFile = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  subject: z.array(z.object({ digest })),
  predicate: z.object({
    buildDefinition: z.object({ resolvedDependencies: z.array(z.object({ uri: z.string().optional(), digest: digest.optional() })) }),
    runDetails: z.object({ byproducts: z.array(z.object({ name: z.string(), digest })) }),
  }),
});

/** Reads `provenance.intoto.json`. */
export function readProvenance(text: string): ProvenanceStatement | undefined {
  const statement = parse(text, provenanceFile);
  if (statement === undefined) return undefined;
  const { buildDefinition: { resolvedDependencies }, runDetails: { byproducts } } = statement.predicate;
  return {
    artifacts: new Set(statement.subject.map((entry) => entry.digest.sha256)),
    packages: new Set(resolvedDependencies.flatMap(({ uri, digest }) => (uri?.startsWith('pkg:rpm/') === true ? [row(uri, digest?.sha256)] : []))),
    byproducts: new Map(byproducts.map((entry) => [entry.name, entry.digest.sha256])),
  };
}

/** Only the SBOMs name the source package. */
const row = (purl: string, sha256: string | undefined): string =>
  `${purl.replace(/([?&])upstream=[^&]*&?/, '$1').replace(/[?&]$/, '')} ${sha256 ?? 'without a checksum'}`;

function parse<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
