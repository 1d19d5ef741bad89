import { digestOf } from '../digest.ts';
import { artifactFile, formatChecksums } from './checksums.ts';
import { makeCycloneDx } from './cyclonedx.ts';
import { formatJson } from './ids.ts';
import type { EvidenceInput } from './input.ts';
import { makeManifest } from './manifest.ts';
import { makeProvenance, type EvidenceFile } from './provenance.ts';
import { makeSpdx } from './spdx.ts';

/** The names of evidence files, in one folder. */
export const EVIDENCE = {
  manifest: 'manifest.json',
  spdx: 'sbom.spdx.json',
  cycloneDx: 'sbom.cdx.json',
  provenance: 'provenance.intoto.json',
  checksums: 'SHA256SUMS',
  timings: 'timings.json',
} as const;

/**
 * All evidence of one build. Equal inputs give equal bytes. Only the timings differ from run to run, so neither the
 * checksums nor the provenance list them.
 */
export function makeEvidence(input: EvidenceInput): readonly EvidenceFile[] {
  const contents: readonly EvidenceFile[] = [
    { name: EVIDENCE.manifest, content: formatJson(makeManifest(input)) },
    { name: EVIDENCE.spdx, content: formatJson(makeSpdx(input)) },
    { name: EVIDENCE.cycloneDx, content: formatJson(makeCycloneDx(input)) },
  ];
  const provenance = { name: EVIDENCE.provenance, content: formatJson(makeProvenance(input, contents)) };
  const files = [...contents, provenance];
  return [
    ...files,
    { name: EVIDENCE.checksums, content: formatChecksums([...artifactSums(input), ...files.map(fileSum)]) },
    { name: EVIDENCE.timings, content: formatJson({ seconds: input.timings }) },
  ];
}

const artifactSums = ({ artifacts, artifactsAt = '' }: EvidenceInput): Parameters<typeof formatChecksums>[0] =>
  artifacts.map((artifact) => ({ name: `${artifactsAt}${artifactFile(artifact)}`, sha256: artifact.sha256 }));

const fileSum = ({ name, content }: EvidenceFile): { readonly name: string; readonly sha256: string } => ({
  name, sha256: digestOf(content).slice('sha256:'.length),
});
