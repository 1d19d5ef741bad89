import type { EvidenceReport } from '../usecases/verify-evidence.ts';
import { formatTable } from './format.ts';
import type { Lines } from './printer.ts';

/** What was proven, and what was not, as text. `key` is the file given by `--key`. */
export const describeEvidence = ({ artifact, image, version, packages, sha256, signature }: EvidenceReport, key: string | undefined): Lines =>
  [
    `${artifact}: the evidence describes this artifact`,
    ...formatTable([
      ['  image', `${image} ${version}`],
      ['  digest', `sha256:${sha256}`],
      ['  packages', `${packages}, the same in manifest, both SBOMs and provenance`],
      ['  signature', describeSignature(signature, key)],
    ]),
  ];

const describeSignature = (signature: EvidenceReport['signature'], key: string | undefined): string => {
  switch (signature) {
    case 'valid':
      return `valid for the key ${key ?? ''}`;
    case 'not-checked':
      return 'NOT CHECKED: it is not proven who made it; give the public key with --key';
    case 'absent':
      return 'NONE: it is not proven who made it';
  }
};
