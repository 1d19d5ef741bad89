import { describe, expect, it } from 'vitest';

import { artifactName } from '../../../src/formats/artifact-name.ts';
import type { PackedLayer } from '../../../src/container/layer.ts';
import { imageConfig, imageIndex, imageManifest, platformOf, type OciOutput } from '../../../src/formats/oci/documents.ts';
import type { Plan, Target } from '../../../src/plan/types.ts';

const target = { arch: 'x86_64', level: 'v3' } as Target;
const layers: PackedLayer[] = [{ compression: 'gzip', digest: 'sha256:aa', size: 3, diffId: 'sha256:bb' }];
const output = (config: OciOutput['config'] = {}): OciOutput => ({ format: 'oci', compression: 'gzip', archive: true, config }) as OciOutput;

it('a level above the baseline is the variant of a platform', () => {
  expect(platformOf({ arch: 'x86_64', level: 'baseline' })).toEqual({ architecture: 'amd64', os: 'linux' });
  expect(platformOf(target)).toEqual({ architecture: 'amd64', os: 'linux', variant: 'v3' });
  expect(platformOf({ arch: 'aarch64', level: 'baseline' })).toEqual({ architecture: 'arm64', os: 'linux' });
});

describe('imageConfig', () => {
  it('asks for no user and no command unless the definition does', () => {
    expect(imageConfig(output(), target, layers, '2026-01-01T00:00:00Z')).toEqual({
      created: '2026-01-01T00:00:00Z', architecture: 'amd64', os: 'linux', variant: 'v3',
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'] },
      rootfs: { type: 'layers', diff_ids: ['sha256:bb'] },
      history: [{ created: '2026-01-01T00:00:00Z', created_by: 'hew build' }],
    });
  });
  it('spells every key as the specification does', () => {
    const full = output({
      cmd: ['a'], entrypoint: ['b'], env: ['C=d'], user: 'e', workdir: '/f', labels: { g: 'h' }, ports: ['80', '53/udp'], volumes: ['/i'], 'stop-signal': 'SIGQUIT',
    });
    expect(imageConfig(full, target, layers, 'x')).toMatchObject({ config: {
      Cmd: ['a'], Entrypoint: ['b'], Env: ['C=d'], User: 'e', WorkingDir: '/f', Labels: { g: 'h' },
      ExposedPorts: { '80/tcp': {}, '53/udp': {} }, Volumes: { '/i': {} }, StopSignal: 'SIGQUIT',
    } });
  });
});

it('a manifest names its configuration and its layers by media type', () => {
  expect(imageManifest({ digest: 'sha256:cc', size: 9 }, output(), layers, { k: 'v' })).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: 'sha256:cc', size: 9 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: 'sha256:aa', size: 3 }],
    annotations: { k: 'v' },
  });
  expect(imageIndex([])).toEqual({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] });
});

it.each([
  [{}, ['baseline'], 'web-1'], [{}, ['v3'], 'web-1-v3'], [{}, ['baseline', 'v3'], 'web-1'],
  [{ 'file-name': 'mine' }, ['baseline'], 'mine'], [{ 'file-name': 'mine' }, ['v2'], 'mine-v2'],
])('artifact of %j at %j is %s', (named, levels, name) => {
  expect(artifactName({ image: { name: 'web', version: '1' } } as Plan, named, levels)).toBe(name);
});
