import type { EvidenceArtifact } from './input.ts';

export type ImageKind = 'container' | 'operating-system';

const CONTAINER_FORMATS: readonly string[] = ['oci', 'oci-archive', 'tar', 'wsl'];

/** What an image is: disks hold a system that boots, everything else is run by somebody's kernel. */
export const imageKind = (artifacts: readonly Pick<EvidenceArtifact, 'format'>[]): ImageKind =>
  artifacts.every(({ format }) => CONTAINER_FORMATS.includes(format)) ? 'container' : 'operating-system';
