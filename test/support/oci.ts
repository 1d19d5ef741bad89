import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface OciConfig {
  readonly created: string;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history: readonly { readonly created: string; readonly created_by: string; readonly empty_layer?: boolean }[];
}

export interface OciImage {
  readonly descriptor: OciDescriptor;
  readonly manifest: {
    readonly schemaVersion: number;
    readonly mediaType: string;
    readonly config: OciDescriptor;
    readonly layers: readonly OciDescriptor[];
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly config: OciConfig;
  /** Layers as tar, decompressed. */
  readonly layers: readonly Buffer[];
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Media types of the image specification, and how a layer of each is read. */
const READERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'application/vnd.oci.image.layer.v1.tar': (bytes) => bytes,
  'application/vnd.oci.image.layer.v1.tar+gzip': (bytes) => gunzipSync(bytes),
  'application/vnd.oci.image.layer.v1.tar+zstd': (bytes) => zstdDecompressSync(bytes),
};

/**
 * Reads an OCI layout and holds it against the image specification on the way: every digest and size against the
 * bytes, media types, every DiffID against its layer, no blob that nothing names. Throws at the first departure.
 * https://github.com/opencontainers/image-spec
 */
export function readLayout(layout: string): { readonly images: readonly OciImage[]; readonly index: unknown } {
  const seen = new Set<string>();
  const blob = ({ digest, size }: OciDescriptor): Buffer => {
    demand(/^sha256:[0-9a-f]{64}$/.test(digest), `${digest} is a digest`);
    const bytes = readFileSync(join(layout, 'blobs', ...digest.split(':')));
    demand(bytes.length === size, `${digest} has ${size} bytes, it has ${bytes.length}`);
    demand(sha256(bytes) === digest, `${digest} is the digest of its content`);
    seen.add(digest.slice('sha256:'.length));
    return bytes;
  };
  const json = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
  const marker = json<{ imageLayoutVersion: string }>(readFileSync(join(layout, 'oci-layout')));
  demand(marker.imageLayoutVersion === '1.0.0', 'oci-layout names version 1.0.0');
  const index = json<{ schemaVersion: number; mediaType: string; manifests: OciDescriptor[] }>(readFileSync(join(layout, 'index.json')));
  demand(index.schemaVersion === 2, 'index.json has schemaVersion 2');
  demand(index.mediaType === 'application/vnd.oci.image.index.v1+json', 'index.json has its media type');
  const images = index.manifests.map((descriptor) => {
    demand(descriptor.mediaType === 'application/vnd.oci.image.manifest.v1+json', 'the index names manifests');
    const manifest = json<OciImage['manifest']>(blob(descriptor));
    demand(manifest.schemaVersion === 2 && manifest.mediaType === descriptor.mediaType, 'a manifest has its media type');
    demand(manifest.config.mediaType === 'application/vnd.oci.image.config.v1+json', 'a configuration has its media type');
    const config = json<OciConfig>(blob(manifest.config));
    const layers = manifest.layers.map((layer) => {
      const read = READERS[layer.mediaType];
      if (read === undefined) throw new Error(`${layer.mediaType} is no media type of a layer`);
      return read(blob(layer));
    });
    checkConfig(config, layers);
    return { descriptor, manifest, config, layers };
  });
  const strays = readdirSync(join(layout, 'blobs/sha256')).filter((name) => !seen.has(name));
  demand(strays.length === 0, `every blob is named: ${strays.join(', ')}`);
  demand(readdirSync(layout).sort().join() === 'blobs,index.json,oci-layout', 'the layout holds nothing else');
  return { images, index };
}

function checkConfig(config: OciConfig, layers: readonly Buffer[]): void {
  demand(config.rootfs.type === 'layers', 'rootfs.type is layers');
  demand(config.os === 'linux' && ['amd64', 'arm64'].includes(config.architecture), 'the platform is one of Go');
  const ids = layers.map((layer) => sha256(layer));
  demand(ids.join() === config.rootfs.diff_ids.join(), 'diff_ids are the digests of the uncompressed layers');
  const filled = config.history.filter(({ empty_layer }) => empty_layer !== true);
  demand(filled.length === layers.length, 'history tells of each layer');
  demand(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(config.created), 'created is a time of RFC 3339');
}

function demand(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`not so: ${rule}`);
}
