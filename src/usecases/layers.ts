import { posix } from 'node:path';

import { packLayer, type Compression, type PackedLayer } from '../container/layer.ts';
import { digestOf, digestOfValue } from '../digest.ts';
import type { Host } from '../host/port.ts';
import type { InstalledPackage } from '../packages/installed.ts';
import type { Lock } from '../packages/lock.ts';
import type { Plan, Target } from '../plan/types.ts';
import { sourceDateEpoch, type Root } from '../rootfs/make-root.ts';
import type { AuditSummary } from './audit-root.ts';

/** A root packed in every way that the outputs ask for, with what is known of it. */
export interface BuiltTarget {
  readonly target: Target;
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly packages: readonly InstalledPackage[];
  readonly audit: AuditSummary;
  readonly layers: readonly LayerFile[];
}

export interface LayerFile {
  readonly way: Packing;
  readonly layer: PackedLayer;
  /** Absolute path. */
  readonly file: string;
}

/** A way to pack a root. */
export interface Packing {
  readonly compression: Compression;
  readonly level: number | undefined;
}

/** The different ways in which the outputs of a plan pack a root. Pure. */
export function packings(plan: Plan): readonly Packing[] {
  const ways = plan.outputs.flatMap((output): Packing[] =>
    output.format === 'oci' || output.format === 'tar'
      ? [{ compression: output.compression, level: output['compression-level'] }]
      : [],
  );
  return ways.filter((way, index) => ways.findIndex((other) => isSame(way, other)) === index);
}

const isSame = (a: Packing, b: Packing): boolean => a.compression === b.compression && a.level === b.level;

/** The layer of a target that is packed in that way. Throws `TypeError` when it was never asked for. */
export function layerFor({ layers }: BuiltTarget, compression: Compression, level: number | undefined): LayerFile {
  const found = layers.find(({ way }) => isSame(way, { compression, level }));
  if (found === undefined) throw new TypeError(`no layer was packed with ${compression}`);
  return found;
}

/** Packs a root once for each way that the outputs ask for. */
export async function packLayers(
  host: Host,
  plan: Plan,
  root: Root,
  audit: AuditSummary,
  detail: (text: string) => void,
): Promise<BuiltTarget> {
  const folder = await host.makeWorkFolder(`layers-${root.target.level}`, 0);
  const entries = (await host.fs.list(root.path)).filter((name) => name !== 'lost+found');
  const layers: LayerFile[] = [];
  for (const way of packings(plan)) {
    const file = posix.join(folder, String(layers.length));
    const layer = await packLayer(host, { root: root.path, entries, epoch: root.epoch, ...way }, file, detail);
    layers.push({ way, layer, file });
  }
  return { target: root.target, epoch: root.epoch, packages: root.packages, audit, layers };
}

/** Raised when the way in which roots or layers are made changes, so that layers of older versions are not taken. */
const RECIPE = 2;

/** What a kept layer is known by: everything that its bytes depend on. */
async function layerKey(host: Host, plan: Plan, target: Target, lock: Lock): Promise<string> {
  const sources = [];
  for (const { source } of [...plan.configuration.files, ...plan.configuration.scripts]) {
    if (source !== undefined) sources.push(digestOf(await host.fs.readBytes(source)));
  }
  const { root: tools } = await host.tools();
  const value = {
    recipe: RECIPE,
    tools: posix.basename(tools),
    packages: lock.packages.map(({ sha256, reason, repository }) => [sha256, reason, repository]),
    request: plan.packages,
    image: [plan.image.name, plan.image.version],
    distribution: plan.distribution,
    target: { ...target, repositories: target.repositories.map(({ settings, cost }) => [settings, cost]) },
    configuration: plan.configuration,
    sources,
    ways: packings(plan),
    epoch: sourceDateEpoch(host.env['SOURCE_DATE_EPOCH']),
  };
  return digestOfValue(value).slice('sha256:'.length);
}

/** Scripts that reach the network may do something else each time; what they made is not kept. */
const isRepeatable = (plan: Plan): boolean => plan.configuration.scripts.every(({ network }) => !network);

/** Layers of an earlier build of the same packages and settings, or undefined. Damaged ones do not count. */
export async function findLayers(host: Host, plan: Plan, target: Target, lock: Lock): Promise<BuiltTarget | undefined> {
  if (!isRepeatable(plan)) return undefined;
  const folder = posix.join(host.paths.cache, 'layers', await layerKey(host, plan, target, lock));
  const text = await host.fs.readTextIfThere(posix.join(folder, 'layers.json'));
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as BuiltTarget;
  const layers = [];
  for (const [index, entry] of kept.layers.entries()) {
    const file = posix.join(folder, String(index));
    if ((await host.fs.status(file))?.size !== entry.layer.size) return undefined;
    layers.push({ ...entry, file, way: { compression: entry.way.compression, level: entry.way.level } });
  }
  return { ...kept, target, layers };
}

/** Keeps layers for later builds. They appear by rename, so that a reader finds all of them or none. */
export async function keepLayers(host: Host, plan: Plan, lock: Lock, built: BuiltTarget): Promise<void> {
  if (!isRepeatable(plan)) return;
  const parent = posix.join(host.paths.cache, 'layers');
  await host.fs.makeFolder(parent);
  const unfinished = await host.fs.temporaryFolder(posix.join(parent, '.new-'));
  try {
    for (const [index, { file }] of built.layers.entries()) {
      await host.fs.copy(file, posix.join(unfinished, String(index)));
    }
    await host.fs.write(posix.join(unfinished, 'layers.json'), JSON.stringify(built));
    const folder = posix.join(parent, await layerKey(host, plan, built.target, lock));
    await host.fs.remove(folder);
    await host.fs.rename(unfinished, folder);
  } finally {
    await host.fs.remove(unfinished);
  }
}
