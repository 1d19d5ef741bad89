import { formatTime, uuidOf } from './ids.ts';
import { componentId, listContents, type Contents, type ListedPackage, type ListedTarget, type SourcePackage } from './contents.ts';
import type { EvidenceInput } from './input.ts';
import { indexOf } from '../formats/rows.ts';
import { imageKind } from './kinds.ts';

const NONE = 'NOASSERTION';

/**
 * The SBOM as SPDX 2.3, as a JSON value: https://spdx.github.io/spdx-spec/v2.3/. The document describes the
 * artifacts; an artifact contains the roots of its targets, a root contains packages, and a package is generated from
 * its source package.
 */
export function makeSpdx(input: EvidenceInput): object {
  const contents = listContents(input);
  const artifacts = input.artifacts.map((artifact) => artifactPackage(input, artifact));
  const body = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${input.image.name}-${input.image.version}`,
    creationInfo: {
      created: formatTime(input.epoch),
      creators: [`Tool: hew-${input.builder.version}`],
      comment: 'The time is that of the content (SOURCE_DATE_EPOCH), not of the build, so that equal builds give equal documents.',
    },
    packages: [
      ...artifacts,
      ...contents.targets.map((target) => targetPackage(input, target)),
      ...contents.packages.map(rpmPackage),
      ...contents.sources.map(sourcePackage),
    ],
    relationships: relationships(contents, artifacts.map(({ SPDXID }) => SPDXID)),
    hasExtractedLicensingInfos: extractedLicenses(contents),
  };
  const { spdxVersion, dataLicense, SPDXID, name, ...rest } = body;
  return { spdxVersion, dataLicense, SPDXID, name, documentNamespace: `urn:uuid:${uuidOf(body)}`, ...rest };
}

const ref = (id: string): string => `SPDXRef-${id}`;

const common = { downloadLocation: NONE, filesAnalyzed: false, licenseConcluded: NONE, copyrightText: NONE } as const;

const sha256 = (checksumValue: string): object => ({ algorithm: 'SHA256', checksumValue });

const artifactPackage = ({ image }: EvidenceInput, artifact: EvidenceInput['artifacts'][number], index = indexOf(artifact.format)) => ({
  ...common,
  SPDXID: ref(componentId('Artifact', artifact.name, artifact.name)),
  name: image.name,
  versionInfo: image.version,
  packageFileName: artifact.name,
  primaryPackagePurpose: PURPOSES[imageKind([artifact])],
  licenseDeclared: NONE,
  checksums: [sha256(artifact.sha256)],
  comment: `format: ${artifact.format}${index === undefined ? '' : `; the checksum is that of ${index}`}`,
});

const PURPOSES = { container: 'CONTAINER', 'operating-system': 'OPERATING_SYSTEM' } as const;

const targetPackage = ({ image, artifacts, distribution }: EvidenceInput, { id, name }: ListedTarget): object => ({
  ...common,
  SPDXID: ref(id),
  name: `${image.name}-${name}`,
  versionInfo: image.version,
  ...(image.summary === undefined ? {} : { summary: image.summary }),
  primaryPackagePurpose: PURPOSES[imageKind(artifacts)],
  licenseDeclared: NONE,
  comment: `The root of ${distribution.name} for ${name}`,
});

const rpmPackage = ({ id, entry, purl, license, source }: ListedPackage): object => ({
  ...common,
  SPDXID: ref(id),
  name: entry.name,
  versionInfo: entry.evr,
  supplier: entry.vendor === '' ? NONE : `Organization: ${entry.vendor}`,
  downloadLocation: entry.rpm?.url ?? NONE,
  primaryPackagePurpose: 'INSTALL',
  licenseDeclared: license.expression ?? NONE,
  ...(entry.rpm === undefined ? {} : { checksums: [sha256(entry.rpm.sha256)] }),
  ...(source === undefined ? {} : { sourceInfo: `built from ${source.file}` }),
  builtDate: formatTime(entry.buildTime),
  externalRefs: [purlReference(purl)],
});

const sourcePackage = ({ id, name, evr, file, purl }: SourcePackage): object => ({
  ...common,
  SPDXID: ref(id),
  name,
  versionInfo: evr,
  packageFileName: file,
  primaryPackagePurpose: 'SOURCE',
  licenseDeclared: NONE,
  externalRefs: [purlReference(purl)],
});

const purlReference = (purl: string): object => ({
  referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl,
});

function relationships({ packages, targets }: Contents, artifacts: readonly string[]): readonly object[] {
  const relate = (spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object => ({
    spdxElementId, relationshipType, relatedSpdxElement,
  });
  const described = artifacts.length > 0 ? artifacts : targets.map(({ id }) => ref(id));
  return [
    ...described.map((id) => relate('SPDXRef-DOCUMENT', 'DESCRIBES', id)),
    ...artifacts.flatMap((artifact) => targets.map(({ id }) => relate(artifact, 'CONTAINS', ref(id)))),
    ...targets.flatMap((target) => target.packages.map(({ id }) => relate(ref(target.id), 'CONTAINS', ref(id)))),
    ...packages.flatMap(({ id, source }) => (source === undefined ? [] : [relate(ref(id), 'GENERATED_FROM', ref(source.id))])),
  ];
}

/** Each licence that is not on the SPDX list, once. */
function extractedLicenses({ packages }: Contents): readonly object[] {
  const found = new Map(packages.flatMap(({ license }) => license.references.map(({ id, text }) => [id, text] as const)));
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([licenseId, extractedText]) => ({ licenseId, extractedText, name: licenseId.slice('LicenseRef-'.length) }));
}
