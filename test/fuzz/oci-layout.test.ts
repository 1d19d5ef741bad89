import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { machineFiles } from '../../src/host/files.ts';
import { openRoot } from '../../src/host/inside/root-files.ts';
import type { Host } from '../../src/host/port.ts';
import { readOciLayout, type OciImage } from '../../src/verify/gather/read-oci.ts';
import { readTar } from '../../src/verify/gather/read-tar.ts';
import { addMembers } from '../integration/verify/layouts.ts';
import { damagedBytes, damagedJson } from './damage.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-unit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const host = { fs: machineFiles, inside: openRoot, checkpoint: () => Promise.resolve() } as unknown as Host;

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let count = 0;
/** A layout with these blobs under their digests. */
function layout(index: string | Uint8Array, blobs: readonly Uint8Array[]): string {
  const path = join(folder, String((count += 1)));
  mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(path, 'index.json'), index);
  for (const bytes of blobs) writeFileSync(join(path, 'blobs', ...sha256(bytes).split(':')), bytes);
  return path;
}
const descriptor = (mediaType: string, bytes: Uint8Array): object => ({ mediaType, digest: sha256(bytes), size: bytes.length });
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const indexOf = (...manifests: readonly object[]): object => ({ schemaVersion: 2, manifests });

const tar = addMembers(Buffer.alloc(1024), [{ path: 'a', content: 'hello' }, { path: 'b', type: '5' }]);
const layer = gzipSync(tar);
const config = { architecture: 'amd64', os: 'linux', config: { Env: ['A=b'] }, rootfs: { type: 'layers', diff_ids: [sha256(tar)] }, history: [{ created: '2020-01-01T00:00:00Z' }] };
const manifest = {
  schemaVersion: 2, config: descriptor('application/vnd.oci.image.config.v1+json', json(config)),
  layers: [descriptor('application/vnd.oci.image.layer.v1.tar+gzip', layer)], annotations: { a: 'b' },
};
const good = indexOf(descriptor(MANIFEST, json(manifest)));

async function read(path: string): Promise<readonly OciImage[]> {
  try {
    return await readOciLayout(host, path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

describe('an OCI layout tells its faults, whatever is in it', () => {
  it('and none where it is good', async () => {
    const [image] = await read(layout(json(good), [json(manifest), json(config), layer]));
    expect(image?.facts).toMatchObject({ problems: [], layers: [{ entries: [{ path: 'a' }, { path: 'b' }], problem: undefined }] });
  });

  it.each([
    ['index', damagedJson(good), (text: string) => layout(text, [json(manifest), json(config), layer])],
    ['manifest', damagedJson(manifest), (text: string) => layout(json(indexOf(descriptor(MANIFEST, Buffer.from(text)))), [Buffer.from(text), json(config), layer])],
    ['configuration', damagedJson(config), (text: string) => {
      const changed = json({ ...manifest, config: descriptor('application/vnd.oci.image.config.v1+json', Buffer.from(text)) });
      return layout(json(indexOf(descriptor(MANIFEST, changed))), [changed, Buffer.from(text), layer]);
    }],
  ])('where a value of its %s is another', async (_part, texts, make) => {
    await fc.assert(fc.asyncProperty(texts, async (text) => {
      expect((await read(make(text))).length).toBeGreaterThan(0);
    }), { numRuns: 150 });
  });

  it.each([['gzip', gzipSync(tar)], ['zstd', zstdCompressSync(tar)], ['nothing', tar]])('where bytes of a layer are others, compressed by %s', async (name, bytes) => {
    const path = join(folder, `layer-${name}`);
    await fc.assert(fc.asyncProperty(damagedBytes(bytes), async (changed) => {
      writeFileSync(path, changed);
      expect(['string', 'undefined']).toContain(typeof (await readTar(host, path)).problem);
    }), { numRuns: 150 });
  });
});

describe('an OCI layout made to have no end', () => {
  it('is read once each: indexes that name the next thousands of times', async () => {
    let inner = descriptor(MANIFEST, json(manifest));
    const blobs: Buffer[] = [json(manifest), json(config), layer];
    for (let depth = 0; depth < 3; depth += 1) {
      const blob = json(indexOf(...Array.from({ length: 3000 }, () => inner)));
      blobs.push(blob);
      inner = descriptor(INDEX, blob);
    }
    const images = await read(layout(json(indexOf(inner, inner)), blobs));
    expect(images.length).toBeLessThanOrEqual(3000);
  }, 30_000);

  it('is read once each: a manifest that names one layer thousands of times', async () => {
    const large = gzipSync(addMembers(Buffer.alloc(1024), [{ path: 'a', content: 'x'.repeat(2 ** 20) }]));
    const many = json({ ...manifest, layers: Array.from({ length: 500 }, () => descriptor('application/vnd.oci.image.layer.v1.tar+gzip', large)) });
    const [image] = await read(layout(json(indexOf(descriptor(MANIFEST, many))), [many, json(config), large]));
    expect(image?.facts.layers.length).toBe(500);
  }, 30_000);

  it('is refused where a manifest names more layers than any tool makes', async () => {
    const many = json({ ...manifest, layers: Array.from({ length: 5000 }, () => manifest.layers[0]) });
    const [image] = await read(layout(json(indexOf(descriptor(MANIFEST, many))), [many, json(config), layer]));
    expect(image?.facts.problems.map(({ message }) => message)).toContain('the manifest names 5000 layers');
    expect(image?.layers).toBeUndefined();
  });

  it('holds an image once, however often it is named, and not more than any layout has', async () => {
    const named = descriptor(MANIFEST, json(manifest));
    expect(await read(layout(json(indexOf(...Array.from({ length: 15_000 }, () => named))), [json(manifest), json(config), layer]))).toHaveLength(1);
    const others = Array.from({ length: 150 }, (_, index) => json({ ...manifest, annotations: { index: String(index) } }));
    const images = await read(layout(json(indexOf(...others.map((bytes) => descriptor(MANIFEST, bytes)))), [...others, json(config), layer]));
    expect(images).toHaveLength(100);
    expect(images[0]?.facts.problems.map(({ message }) => message)).toContain('index.json names more than 100 images');
  });

  it('is refused where a part of it is no plain file', async () => {
    for (const name of ['index.json', 'oci-layout']) {
      for (const make of [(path: string) => execFileSync('mkfifo', [path]), (path: string) => symlinkSync('/dev/zero', path)]) {
        const path = layout(json(good), [json(manifest), json(config), layer]);
        rmSync(join(path, name));
        make(join(path, name));
        const [image] = await read(path);
        expect(image?.facts.problems.map(({ message }) => message).join()).toContain(`${name} is no plain file`);
      }
    }
    const outside = layout(json(good), [json(manifest), json(config), layer]);
    const inner = layout(json(good), []);
    rmSync(join(inner, 'blobs'), { recursive: true });
    symlinkSync(join(outside, 'blobs'), join(inner, 'blobs'));
    expect((await read(inner))[0]?.facts.problems.map(({ part }) => part)).toContain('digest');
  });

  it('is refused where a part that is read whole is larger than registries take', async () => {
    const huge = Buffer.alloc(5 * 2 ** 20, ' ');
    const [image] = await read(layout(json(indexOf(descriptor(MANIFEST, huge))), [huge]));
    expect(image?.facts.problems.map(({ message }) => message)).toContain(`${sha256(huge)} is larger than 4 MiB`);
    const [other] = await read(layout(huge, []));
    expect(other?.facts.problems.map(({ message }) => message)).toContain('index.json is larger than 4 MiB');
  });

  it('is refused where a small layer holds millions of headers', async () => {
    const headers = addMembers(Buffer.alloc(1024), [{ path: 'a' }]).subarray(0, 512);
    const path = join(folder, 'bomb');
    writeFileSync(path, zstdCompressSync(Buffer.concat(Array.from({ length: 5000 }, () => headers))));
    const { problem, entries } = await readTar(host, path, { entries: 4000, names: 2 ** 20 });
    expect([problem, entries.length]).toEqual([expect.stringContaining('entries'), 4000]);
    const long = await readTar(host, path, { entries: 5000, names: 1000 });
    expect([long.problem, long.entries.length]).toEqual([expect.stringContaining('its names have more than'), 1000]);
  });
});
