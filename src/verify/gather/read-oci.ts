import { posix } from 'node:path';

import { createHash } from 'node:crypto';
import { z } from 'zod';

import { LIMITS } from '../../readers/limits.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import type { LayerFacts, OciConfigFacts, OciFacts, OciPlatform, OciProblem } from '../oci-facts.ts';
import { withCheckpoints } from './checkpoints.ts';
import { readTar, tarBudget, type TarBudget } from './read-tar.ts';

/** An image of a layout, and the paths of its layers. */
export interface OciImage {
  readonly facts: OciFacts;
  /** Absolute paths of the layers, lowest first; undefined where one is missing or unreadable. */
  readonly layers: readonly string[] | undefined;
}

/**
 * Reads an OCI layout and checks every part against the image specification. Each fault is a fact, not an exception, so
 * that all are reported. A layout without any readable image gives one image that holds only its faults.
 * https://github.com/opencontainers/image-spec
 */
export async function readOciLayout(host: Host, layout: string): Promise<readonly OciImage[]> {
  const problems: OciProblem[] = [];
  const files = host.inside(layout);
  const reader = { host, files, problems, images: new Map(), layers: new Map(), blobs: new Map(), indexes: new Set<string>(), budget: tarBudget() };
  const marker = parseJson(await readJson(reader, 'oci-layout', 'oci-layout'), layoutFile);
  const found = await readIndex(reader, 'index.json', await readJson(reader, 'index.json', 'index.json'), 0);
  const shared = { layoutVersion: marker?.imageLayoutVersion, problems };
  if (found.length === 0) {
    problems.push({ part: 'index', message: 'index.json names no image that can be read' });
    return [{ facts: { ...shared, ...NOTHING }, layers: undefined }];
  }
  return found.map(({ facts, layers }) => ({ facts: { ...shared, ...facts, problems: [...problems, ...facts.problems] }, layers }));
}

const NOTHING = { indexPlatform: undefined, annotations: {}, config: undefined, layers: [] } as const;

interface Reader {
  readonly host: Host;
  /** The layout: nothing outside it is read, whatever links it holds. */
  readonly files: RootFiles;
  /** Faults that concern the layout as a whole. */
  readonly problems: OciProblem[];
  /** What was read, by digest: a blob may be named a million times, and is read once. */
  readonly images: Map<string, FoundImage>;
  readonly layers: Map<string, LayerFacts | undefined>;
  readonly blobs: Map<string, string>;
  readonly indexes: Set<string>;
  readonly budget: TarBudget;
}

const TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: /^application\/vnd\.oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?$/,
} as const;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const platform = z.object({ architecture: z.string(), os: z.string().optional(), variant: z.string().optional() });
const annotations = z.record(z.string(), z.string()).optional();
const descriptor = z.object({ mediaType: z.string(), digest, size: z.number().int().nonnegative(), platform: platform.optional() });
const layoutFile = z.object({ imageLayoutVersion: z.string() });
const indexFile = z.object({ schemaVersion: z.number(), mediaType: z.string().optional(), manifests: z.array(z.unknown()) });
const manifestFile = z.object({
  schemaVersion: z.number(), mediaType: z.string().optional(), config: descriptor, layers: z.array(descriptor), annotations,
});
const configFile = z.object({
  ...platform.shape,
  created: z.string().optional(),
  config: z.looseObject({ User: z.string().optional() }).nullish(),
  rootfs: z.object({ type: z.string(), diff_ids: z.array(z.string()) }),
  history: z.array(z.object({ created: z.string().optional() })).optional(),
});

type FoundImage = { readonly facts: Omit<OciFacts, 'layoutVersion'>; readonly layers: readonly string[] | undefined };

async function readIndex(reader: Reader, name: string, text: string | undefined, depth: number): Promise<readonly FoundImage[]> {
  const tell = (message: string): void => void reader.problems.push({ part: 'index', message: `${name} ${message}` });
  const index = parseJson(text, indexFile);
  if (index === undefined) tell('is not an image index');
  if (depth > LIMITS.oci.depth) tell('nests too deeply');
  if (index === undefined || depth > LIMITS.oci.depth) return [];
  if (index.schemaVersion !== 2) tell(`has schemaVersion ${index.schemaVersion}`);
  if (index.mediaType !== undefined && index.mediaType !== TYPES.index) tell(`has the media type ${index.mediaType}`);
  const found: FoundImage[] = [];
  // An image that is named thousands of times counts once.
  for (const entry of withoutRepeats(index.manifests)) {
    const parsed = descriptor.safeParse(entry);
    if (!parsed.success) {
      tell(`holds an invalid descriptor: ${z.prettifyError(parsed.error).split('\n')[0] ?? ''}`);
      continue;
    }
    if (parsed.data.mediaType === TYPES.index) found.push(...(await readNested(reader, parsed.data, depth)));
    else if (reader.images.size >= LIMITS.oci.images) {
      tell(`names more than ${LIMITS.oci.images} images`);
      break;
    } else if (parsed.data.mediaType === TYPES.manifest) found.push(...(await readNamed(reader, parsed.data)));
    else tell(`names a ${parsed.data.mediaType}`);
  }
  return found;
}

const withoutRepeats = (entries: readonly unknown[]): Iterable<unknown> =>
  new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values();

/** Each index once: otherwise indexes that name each other many times would never end. */
async function readNested(reader: Reader, entry: Descriptor, depth: number): Promise<readonly FoundImage[]> {
  if (reader.indexes.has(entry.digest)) return [];
  reader.indexes.add(entry.digest);
  const text = await readBlob(reader, entry, reader.problems);
  return text === undefined ? [] : readIndex(reader, entry.digest, text, depth + 1);
}

async function readNamed(reader: Reader, entry: Descriptor): Promise<readonly FoundImage[]> {
  const known = reader.images.get(entry.digest);
  if (known !== undefined) return [{ ...known, facts: { ...known.facts, indexPlatform: entry.platform } }];
  const text = await readBlob(reader, entry, reader.problems);
  if (text === undefined) return [];
  const image = await readImage(reader, entry, text);
  reader.images.set(entry.digest, image);
  return [image];
}

type Descriptor = z.infer<typeof descriptor>;

async function readImage(reader: Reader, entry: Descriptor, text: string): Promise<FoundImage> {
  const problems: OciProblem[] = [];
  const tell = (part: OciProblem['part'], message: string): void => void problems.push({ part, message });
  const manifest = parseJson(text, manifestFile);
  if (manifest === undefined) {
    tell('manifest', `${entry.digest} is not an image manifest`);
    return { facts: { problems, ...NOTHING, indexPlatform: entry.platform }, layers: undefined };
  }
  if (manifest.schemaVersion !== 2) tell('manifest', `the manifest has schemaVersion ${manifest.schemaVersion}`);
  const { mediaType = TYPES.manifest } = manifest;
  if (mediaType !== TYPES.manifest) tell('manifest', `the manifest has the media type ${mediaType}`);
  if (manifest.config.mediaType !== TYPES.config) tell('manifest', `the configuration has the media type ${manifest.config.mediaType}`);
  const config = parseJson(await readBlob(reader, manifest.config, problems), configFile);
  if (config === undefined) tell('config', 'the configuration breaks the specification');
  else if (config.rootfs.type !== 'layers') tell('config', `rootfs.type is ${config.rootfs.type}`);
  const layers: LayerFacts[] = [];
  const isBounded = manifest.layers.length <= LIMITS.oci.layers;
  if (!isBounded) tell('manifest', `the manifest names ${manifest.layers.length} layers`);
  for (const layer of isBounded ? manifest.layers : []) {
    if (!TYPES.layer.test(layer.mediaType)) tell('manifest', `a layer has the media type ${layer.mediaType}`);
    const facts = await readLayer(reader, layer, problems);
    if (facts !== undefined) layers.push(facts);
  }
  const whole = layers.length === manifest.layers.length && layers.every(({ problem }) => problem === undefined);
  return {
    facts: {
      problems, indexPlatform: entry.platform, annotations: manifest.annotations ?? {}, layers,
      config: config === undefined ? undefined : toConfig(config),
    },
    layers: whole ? await Promise.all(layers.map((layer) => reader.files.locate(blobPath(layer.digest)))) : undefined,
  };
}

const toConfig = ({ architecture, os, variant, created, config, rootfs, history }: z.infer<typeof configFile>): OciConfigFacts => ({
  platform: { architecture, os, variant } satisfies OciPlatform,
  created,
  user: config?.User,
  settings: config ?? {},
  diffIds: rootfs.diff_ids,
  history: (history ?? []).map((entry) => entry.created),
});

const blobPath = (name: string): string => posix.join('blobs', ...name.split(':'));

async function readLayer(reader: Reader, layer: Descriptor, problems: OciProblem[]): Promise<LayerFacts | undefined> {
  if (reader.layers.has(layer.digest)) return reader.layers.get(layer.digest);
  const isThere = await checkBlob(reader, layer, problems);
  const facts = isThere ? { digest: layer.digest, ...(await readTar(reader.host, await reader.files.locate(blobPath(layer.digest)), reader.budget)) } : undefined;
  reader.layers.set(layer.digest, facts);
  return facts;
}

async function readBlob(reader: Reader, entry: Descriptor, problems: OciProblem[]): Promise<string | undefined> {
  const text = await readJson(reader, blobPath(entry.digest), entry.digest);
  return (await checkBlob(reader, entry, problems)) ? text : undefined;
}

/** Undefined for a missing file, and, with a fault, for anything but a small plain file: a pipe would never end. */
async function readJson({ files, problems }: Reader, path: string, name: string): Promise<string | undefined> {
  const status = await files.status(path);
  if (status === undefined) return undefined;
  const problem = status.kind !== 'file' ? `is no plain file (${status.kind})` : status.size > LIMITS.oci.json ? 'is larger than 4 MiB' : undefined;
  if (problem === undefined) return files.readText(path, { limit: LIMITS.oci.json, follow: false });
  problems.push({ part: 'index', message: `${name} ${problem}` });
  return undefined;
}

/** Whether the blob exists; a wrong size or digest is a fault and does not stop the check. */
async function checkBlob({ host, files, blobs }: Reader, entry: Descriptor, problems: OciProblem[]): Promise<boolean> {
  const tell = (message: string): void => void problems.push({ part: 'digest', message: `${entry.digest} ${message}` });
  const status = await files.status(blobPath(entry.digest));
  if (status?.kind !== 'file') {
    tell('is not in the layout');
    return false;
  }
  if (status.size !== entry.size) tell(`has ${status.size} bytes and its descriptor says ${entry.size}`);
  const actual = blobs.get(entry.digest) ?? (await digestOf(host, files, blobPath(entry.digest)));
  blobs.set(entry.digest, actual);
  if (actual !== entry.digest) tell(`has other content: its digest is ${actual}`);
  return true;
}

async function digestOf(host: Host, files: RootFiles, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of withCheckpoints(host, files.pieces(path))) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

function parseJson<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
