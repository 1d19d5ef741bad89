import type { PackedLayer } from '../../container/layer.ts';
import type { Digest } from '../../digest.ts';
import { ISA, type Architecture } from '../../isa/rows.ts';
import type { Plan, Target } from '../../plan/types.ts';
import type { OutputOf } from '../rows.ts';

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: ImagePlatform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions */
export interface ImagePlatform {
  readonly architecture: (typeof ISA)[Architecture]['names']['oci'];
  readonly os: 'linux';
  /** `v3` for x86-64-v3: the Go and OCI convention for GOAMD64 levels. */
  readonly variant?: string;
}

export type OciOutput = OutputOf<'oci'>;

/** Media types: https://github.com/opencontainers/image-spec/blob/main/media-types.md */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

/** Media types by compression: https://github.com/opencontainers/image-spec/blob/main/layer.md */
const LAYER_TYPES: Readonly<Record<OciOutput['compression'], string>> = {
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  none: 'application/vnd.oci.image.layer.v1.tar',
};

/** The content of `oci-layout`: https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export const LAYOUT_FILE = JSON.stringify({ imageLayoutVersion: '1.0.0' });

/** The platform of a target. The baseline has no variant, as registries expect of plain amd64. */
export const platformOf = ({ arch, level }: Pick<Target, 'arch' | 'level'>): ImagePlatform => ({
  architecture: ISA[arch].names.oci,
  os: 'linux',
  ...(level === 'baseline' ? {} : { variant: level }),
});

/** Image configuration: https://github.com/opencontainers/image-spec/blob/main/config.md. */
export function imageConfig(output: OciOutput, target: Target, layers: readonly PackedLayer[], created: string): object {
  const { cmd, entrypoint, env, user, workdir, labels, ports, volumes } = output.config;
  const asSet = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [name, {}]));
  return {
    created,
    ...platformOf(target),
    config: {
      ...(user === undefined ? {} : { User: user }),
      ...(ports === undefined ? {} : { ExposedPorts: asSet(ports.map((port) => (port.includes('/') ? port : `${port}/tcp`))) }),
      Env: env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'],
      ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
      ...(cmd === undefined ? {} : { Cmd: cmd }),
      ...(volumes === undefined ? {} : { Volumes: asSet(volumes) }),
      ...(workdir === undefined ? {} : { WorkingDir: workdir }),
      ...(labels === undefined ? {} : { Labels: labels }),
      ...(output.config['stop-signal'] === undefined ? {} : { StopSignal: output.config['stop-signal'] }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: 'hew build' })),
  };
}

/** Image manifest: https://github.com/opencontainers/image-spec/blob/main/manifest.md. */
export const imageManifest = (
  config: Omit<Descriptor, 'mediaType'>,
  output: OciOutput,
  layers: readonly PackedLayer[],
  annotations: Readonly<Record<string, string>>,
): object => ({
  schemaVersion: 2,
  mediaType: MANIFEST_TYPE,
  config: { mediaType: CONFIG_TYPE, ...config },
  layers: layers.map(({ digest, size }) => ({ mediaType: LAYER_TYPES[output.compression], digest, size })),
  annotations,
});

/** An image index: https://github.com/opencontainers/image-spec/blob/main/image-index.md. */
export const imageIndex = (manifests: readonly Descriptor[]): object => ({
  schemaVersion: 2,
  mediaType: INDEX_TYPE,
  manifests,
});

/** Pre-defined keys: https://github.com/opencontainers/image-spec/blob/main/annotations.md. */
export const imageAnnotations = (plan: Plan, output: OciOutput, created: string): Record<string, string> => ({
  'org.opencontainers.image.created': created,
  'org.opencontainers.image.title': plan.image.name,
  'org.opencontainers.image.version': plan.image.version,
  ...(plan.image.summary === undefined ? {} : { 'org.opencontainers.image.description': plan.image.summary }),
  ...output.annotations,
});
