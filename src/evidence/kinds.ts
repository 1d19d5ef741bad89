import { rowOfArtifact } from '../formats/rows.ts';
import type { Artifact } from '../formats/artifact.ts';

export type ImageKind = 'container' | 'operating-system';

/** What an image is: disks hold a system that boots, everything else is run by somebody's kernel. */
export const imageKind = (artifacts: readonly Pick<Artifact, 'format'>[]): ImageKind =>
  artifacts.every(({ format }) => (rowOfArtifact(format)?.kind ?? 'disk') !== 'disk') ? 'container' : 'operating-system';
