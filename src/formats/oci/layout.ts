import { posix } from 'node:path';

import type { PackedLayer } from '../../container/layer.ts';
import { digestOf, type Digest } from '../../digest.ts';
import type { Host } from '../../host/port.ts';
import type { Plan, Target } from '../../plan/types.ts';
import {
  INDEX_TYPE,
  MANIFEST_TYPE,
  imageAnnotations,
  imageConfig,
  imageIndex,
  imageManifest,
  LAYOUT_FILE,
  platformOf,
  type Descriptor,
  type OciOutput,
} from './documents.ts';

/** What one target contributes to a layout. */
export interface TargetImage {
  readonly target: Target;
  readonly layers: readonly PackedLayer[];
  /** Seconds since 1970. */
  readonly epoch: number;
}

/** Where a blob of a layout lies. */
export const blobPath = (layout: string, digest: Digest): string =>
  posix.join(layout, 'blobs', ...digest.split(':'));

/**
 * Writes the documents of a layout whose layers are in `blobs/` already: configurations, manifests, the index and
 * `oci-layout`. Returns the digest of each target's manifest.
 */
export async function writeLayout(
  host: Host,
  plan: Plan,
  output: OciOutput,
  images: readonly TargetImage[],
  layout: string,
): Promise<readonly Digest[]> {
  const manifests: Descriptor[] = [];
  for (const { target, layers, epoch } of images) {
    const created = new Date(epoch * 1000).toISOString().replace('.000Z', 'Z');
    const config = await writeBlob(host, layout, imageConfig(output, target, layers, created));
    const manifest = imageManifest(config, output, layers, imageAnnotations(plan, output, created));
    manifests.push({ mediaType: MANIFEST_TYPE, ...(await writeBlob(host, layout, manifest)), platform: platformOf(target) });
  }
  await host.fs.write(posix.join(layout, 'oci-layout'), LAYOUT_FILE);
  const named = await nameImage(host, layout, manifests, output.tag ?? plan.image.version);
  await host.fs.write(posix.join(layout, 'index.json'), JSON.stringify(imageIndex([named])));
  return manifests.map(({ digest }) => digest);
}

/** One tagged descriptor: of the manifest, or of an index of all manifests if there are several platforms. */
async function nameImage(
  host: Host,
  layout: string,
  manifests: readonly Descriptor[],
  tag: string,
): Promise<Descriptor> {
  const [only] = manifests;
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  if (only !== undefined && manifests.length === 1) return { ...only, annotations };
  return { mediaType: INDEX_TYPE, ...(await writeBlob(host, layout, imageIndex(manifests))), annotations };
}

async function writeBlob(host: Host, layout: string, value: object): Promise<{ digest: Digest; size: number }> {
  const text = JSON.stringify(value);
  const digest = digestOf(text);
  await host.fs.write(blobPath(layout, digest), text);
  return { digest, size: Buffer.byteLength(text) };
}

/** Arguments of tar(1) for a layout as one file: sorted names, nothing from the machine. */
export const archiveArguments = (layout: string, file: string, epoch: number): string[] => [
  '--create',
  `--file=${file}`,
  `--directory=${layout}`,
  '--format=ustar',
  '--sort=name',
  '--numeric-owner',
  '--owner=0',
  '--group=0',
  '--mode=u=rwX,go=rX',
  `--mtime=@${epoch}`,
  '--',
  'blobs',
  'index.json',
  'oci-layout',
];
