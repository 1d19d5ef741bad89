import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

type Json = Record<string, unknown>;
interface Descriptor extends Json { digest: string; size: number }
interface Manifest extends Json { config: Descriptor; layers: Descriptor[] }
interface Config extends Json { rootfs: { type: string; diff_ids: string[] }; config: Json; created: string }

/** The parts of a layout with one image, to be changed in place. */
export interface Parts {
  readonly index: Json & { manifests: Descriptor[] };
  readonly manifest: Manifest;
  readonly config: Config;
  /** Layers as tar, without compression. */
  readonly layers: Buffer[];
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * Copies a layout with a change: layers are compressed anew, and every digest above is made right again, so that only
 * the change itself is wrong. `diff_ids` follow the layers unless the change says that they must not.
 */
export function changeLayout(layout: string, target: string, change: (parts: Parts) => void, { keepDiffIds = false } = {}): string {
  cpSync(layout, target, { recursive: true });
  const blob = ({ digest }: Descriptor): Buffer => readFileSync(join(layout, 'blobs', ...digest.split(':')));
  const parse = <T>(bytes: Buffer): T => JSON.parse(bytes.toString()) as T;
  const index = parse<Parts['index']>(readFileSync(join(layout, 'index.json')));
  const [entry] = index.manifests;
  if (entry === undefined) throw new Error('the layout holds no image');
  const manifest = parse<Manifest>(blob(entry));
  const config = parse<Config>(blob(manifest.config));
  const before = manifest.layers.map((layer) => zstdDecompressSync(blob(layer)));
  const layers = [...before];
  change({ index, manifest, config, layers });
  const put = (descriptor: Descriptor, bytes: Uint8Array): void => {
    Object.assign(descriptor, { digest: sha256(bytes), size: bytes.length });
    writeFileSync(join(target, 'blobs', ...descriptor.digest.split(':')), bytes);
  };
  layers.forEach((layer, number) => {
    const descriptor = manifest.layers[number];
    if (layer === before[number] || descriptor === undefined) return;
    put(descriptor, zstdCompressSync(layer));
    if (!keepDiffIds) config.rootfs.diff_ids[number] = sha256(layer);
  });
  put(manifest.config, Buffer.from(JSON.stringify(config)));
  put(entry, Buffer.from(JSON.stringify(manifest)));
  writeFileSync(join(target, 'index.json'), JSON.stringify(index));
  return target;
}

export interface TarMember {
  readonly path: string;
  /** Letter of the type: `0` a file, `1` a hard link, `3` a character device. */
  readonly type?: string;
  readonly link?: string;
  readonly content?: string;
}

/** A tar with members added at its end. */
export function addMembers(tar: Buffer, members: readonly TarMember[]): Buffer {
  let end = tar.length;
  while (end >= 512 && tar.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
  return Buffer.concat([tar.subarray(0, end), ...members.map(member), Buffer.alloc(1024)]);
}

function member({ path, type = '0', link = '', content = '' }: TarMember): Buffer {
  const header = Buffer.alloc(512);
  const fields: readonly (readonly [number, string])[] = [
    [0, path], [100, '0000644\0'], [108, '0000000\0'], [116, '0000000\0'], [124, `${content.length.toString(8).padStart(11, '0')}\0`],
    [136, '00000000000\0'], [148, '        '], [156, type], [157, link], [257, 'ustar'], [263, '00'], [329, '0000001\0'], [337, '0000003\0'],
  ];
  for (const [offset, text] of fields) header.write(text, offset, 'latin1');
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0'))]);
}
