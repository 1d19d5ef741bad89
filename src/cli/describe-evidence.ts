import type { EvidenceReport } from '../usecases/verify-evidence.ts';
import { formatTable } from './format.ts';
import type { Lines } from './printer.ts';

/** What was proven, and what was not, as a person reads it. `key` is the file that was named. */
export const describeEvidence = ({ artifact, image, version, packages, sha256, signature }: EvidenceReport, key: string | undefined): Lines =>
  [
    `${artifact}: this is the artifact that its evidence speaks of`,
    ...formatTable([
      ['  image', `${image} ${version}`],
      ['  digest', `sha256:${sha256}`],
      ['  packages', `${packages}, as the manifest, both SBOMs and the provenance say alike`],
      ['  signature', describeSignature(signature, key)],
    ]),
  ];

const describeSignature = (signature: EvidenceReport['signature'], key: string | undefined): string => {
  switch (signature) {
    case 'valid':
      return `valid, by the key ${key ?? ''}`;
    case 'not-checked':
      return 'NOT CHECKED: nothing is proven about who made it; name the public key with --key';
    case 'absent':
      return 'NONE: nothing is proven about who made it';
  }
};
