import { glibcLevel } from '../isa/levels.ts';
import { hasLevels } from '../isa/rows.ts';
import { listContents, type ListedPackage, type ListedTarget } from './contents.ts';
import { formatTime, uuidOf } from './ids.ts';
import type { EvidenceInput } from './input.ts';
import { artifactFile } from './checksums.ts';
import { imageKind } from './kinds.ts';
import type { DeclaredLicense } from './license.ts';

/**
 * The SBOM as CycloneDX 1.6, as a JSON value: https://cyclonedx.org/docs/1.6/json/. The image depends on the roots of
 * its targets and each root on its packages; a package has its source package as ancestor.
 */
export function makeCycloneDx(input: EvidenceInput): object {
  const { packages, targets } = listContents(input);
  const body = {
    version: 1,
    metadata: {
      timestamp: formatTime(input.epoch),
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', name: 'hew', version: input.builder.version }] },
      component: imageComponent(input),
    },
    components: [
      // Scanners look for the distribution here to know whose advisories count.
      { type: 'operating-system', 'bom-ref': 'distribution', name: input.distribution.id, version: input.distribution.releasever, description: input.distribution.name },
      ...targets.map((target) => targetComponent(input, target)),
      ...packages.map(packageComponent),
    ],
    dependencies: [
      { ref: 'image', dependsOn: ['distribution', ...targets.map(({ id }) => id)] },
      { ref: 'distribution', dependsOn: [] },
      ...targets.map(({ id, packages: own }) => ({ ref: id, dependsOn: own.map((row) => row.id) })),
      ...packages.map(({ id }) => ({ ref: id, dependsOn: [] })),
    ],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(body)}`,
    ...body,
  };
}

const imageComponent = ({ image, artifacts }: EvidenceInput): object => ({
  type: imageKind(artifacts),
  'bom-ref': 'image',
  name: image.name,
  version: image.version,
  ...(image.summary === undefined ? {} : { description: image.summary }),
  components: artifacts.map(({ name, format, sha256 }) => ({
    type: 'file',
    'bom-ref': `artifact-${name}`,
    name: artifactFile({ name, format }),
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    properties: properties({ format }),
  })),
});

const targetComponent = ({ image, artifacts }: EvidenceInput, { id, name, target }: ListedTarget): object => ({
  type: imageKind(artifacts),
  'bom-ref': id,
  name: `${image.name}-${name}`,
  version: image.version,
  properties: properties({ arch: target.arch, level: hasLevels(target.arch) ? glibcLevel(target.level) : target.level }),
});

function packageComponent({ id, entry, purl, license, source }: ListedPackage): object {
  return {
    type: 'library',
    'bom-ref': id,
    ...(entry.vendor === '' ? {} : { supplier: { name: entry.vendor } }),
    name: entry.name,
    version: entry.evr,
    ...(entry.rpm === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: entry.rpm.sha256 }] }),
    ...licenses(entry.license, license),
    purl,
    ...(entry.rpm?.url === undefined ? {} : { externalReferences: [{ type: 'distribution', url: entry.rpm.url }] }),
    ...(source === undefined
      ? {}
      : { pedigree: { ancestors: [{ type: 'library', name: source.name, version: source.evr, purl: source.purl }] } }),
    properties: properties({
      arch: entry.arch,
      'installed-size': String(entry.size),
      ...(entry.repository === undefined ? {} : { repository: entry.repository }),
      ...(entry.why === undefined ? {} : { reason: entry.why }),
    }),
  };
}

const licenses = (field: string, { expression, standard }: DeclaredLicense): object => {
  if (expression === undefined) return {};
  return { licenses: [standard ? { expression, acknowledgement: 'declared' } : { license: { name: field.trim(), acknowledgement: 'declared' } }] };
};

const properties = (values: Readonly<Record<string, string>>): readonly object[] =>
  Object.entries(values).map(([name, value]) => ({ name: `hew:${name}`, value }));
