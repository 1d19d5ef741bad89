import { posix } from 'node:path';

import { z } from 'zod';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';

/** The files of an artifact, unpacked into the workspace. */
export interface OpenedArtifact {
  readonly format: 'folder' | 'oci' | 'tar';
  /** Absolute path of the root. */
  readonly root: string;
  /** The OCI platform, as the index or the configuration says it. */
  readonly platform?: { readonly architecture: string; readonly variant?: string | undefined };
}

/**
 * Opens an artifact that anybody made: a root folder, an OCI layout as a folder or as one file, or a tar of a root.
 * Archives are unpacked in the sandbox, so that nothing in them can land elsewhere. An index of several platforms
 * gives one artifact for each. Throws `HewError` when it is none of these.
 */
export async function openArtifact(host: Host, path: string): Promise<readonly OpenedArtifact[]> {
  const status = await host.fs.status(path);
  if (status === undefined) throw problem('artifact-not-found', `there is no file or folder ${path}`, 'check the path');
  if (status.kind === 'directory') {
    const isLayout = (await host.fs.status(posix.join(path, 'oci-layout'))) !== undefined;
    return isLayout ? openLayout(host, path) : [{ format: 'folder', root: path }];
  }
  const unpacked = await host.makeWorkFolder('artifact', status.size * 4);
  await unpack(host, path, unpacked);
  const isLayout = (await host.fs.status(posix.join(unpacked, 'oci-layout'))) !== undefined;
  return isLayout ? openLayout(host, unpacked) : [{ format: 'tar', root: unpacked }];
}

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const platform = z.object({ architecture: z.string(), variant: z.string().optional() });
const index = z.object({ manifests: z.array(z.object({ digest, mediaType: z.string().optional(), platform: platform.optional() })) });
const manifest = z.object({ config: z.object({ digest }), layers: z.array(z.object({ digest })) });

/** Deeper nesting of indexes than any tool makes. */
const MAX_DEPTH = 4;

async function openLayout(host: Host, layout: string, file = 'index.json', depth = 0): Promise<readonly OpenedArtifact[]> {
  if (depth > MAX_DEPTH) throw problem('oci-invalid', 'the image index nests too deeply', 'the layout is not well-formed');
  const opened: OpenedArtifact[] = [];
  for (const entry of (await readJson(host, posix.join(layout, file), index)).manifests) {
    const blob = blobOf(entry.digest);
    if (entry.mediaType?.includes('index') === true) {
      opened.push(...(await openLayout(host, layout, blob, depth + 1)));
      continue;
    }
    const { config, layers } = await readJson(host, posix.join(layout, blob), manifest);
    const root = await host.makeWorkFolder(`artifact-root-${entry.digest.slice(7, 19)}`, 0);
    for (const layer of layers) await applyLayer(host, posix.join(layout, blobOf(layer.digest)), root);
    const described = entry.platform ?? (await readJson(host, posix.join(layout, blobOf(config.digest)), platform));
    opened.push({ format: 'oci', root, platform: described });
  }
  return opened;
}

const blobOf = (name: string): string => posix.join('blobs', ...name.split(':'));

async function readJson<T>(host: Host, path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await host.fs.readTextIfThere(path);
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problem('oci-invalid', `${posix.basename(path)} is not what the OCI image specification asks for`, parsed.error.message);
}

/** Whiteouts take away what lower layers brought: https://github.com/opencontainers/image-spec/blob/main/layer.md */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

async function applyLayer(host: Host, file: string, root: string): Promise<void> {
  const { stdout } = await host.run({
    tool: 'tar',
    args: ['--list', '--auto-compress', `--file=${file}`, '--quoting-style=literal'],
    view: { read: [file] },
  });
  for (const name of stdout.split('\n').filter((line) => posix.basename(line).startsWith(WHITEOUT))) {
    const folder = posix.join(root, posix.dirname(name));
    // Only names inside the root: the list of a foreign tar is not to be trusted.
    if (!posix.normalize(folder).startsWith(root)) continue;
    if (posix.basename(name) === OPAQUE) {
      for (const entry of await host.fs.list(folder)) await host.fs.remove(posix.join(folder, entry));
    } else {
      await host.fs.remove(posix.join(folder, posix.basename(name).slice(WHITEOUT.length)));
    }
  }
  await unpack(host, file, root, [`--exclude=${WHITEOUT}*`]);
}

async function unpack(host: Host, file: string, folder: string, more: readonly string[] = []): Promise<void> {
  const args = ['--extract', '--numeric-owner', '--same-permissions', '--xattrs', '--xattrs-include=*', ...more];
  try {
    await host.run({
      tool: 'tar',
      // Compression is found by content: blobs have no endings.
      args: [...args, `--file=${file}`, `--directory=${folder}`],
      view: { read: [file], write: [folder] },
    });
  } catch (error) {
    throw new HewError(
      { code: 'artifact-unknown', message: `${file} is neither a root, an OCI layout nor a tar of one`, hint: 'hew opens folders, OCI layouts, OCI archives and tar files' },
      { cause: error },
    );
  }
}

const problem = (code: string, message: string, hint: string): HewError => new HewError({ code, message, hint });
