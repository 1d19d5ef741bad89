import { posix } from 'node:path';

import { packLayer, type LayerRequest } from '../container/layer.ts';
import { isSamePacking, packingOf, type LayerFile, type LayerStack, type Packing } from '../container/packing.ts';
import { sharedPackages, sharedPaths } from '../container/shared-layer.ts';
import { isDiskOutput } from '../formats/rows.ts';
import type { AuditSummary } from '../isa/audit-report.ts';
import type { Host } from '../host/port.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { Lock } from '../packages/lock.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { Root } from '../rootfs/make-root.ts';
import type { BootableDisk } from './make-bootable.ts';

/** A root packed in every way that the outputs need, with what is known about it. */
export interface BuiltTarget {
  readonly target: Target;
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly packages: readonly InstalledPackage[];
  readonly audit: AuditSummary;
  readonly stacks: readonly LayerStack[];
  readonly disk?: BootableDisk;
  /** Absolute path of the root, if this build made it. */
  readonly root?: string;
}

/** The different ways in which the outputs of a plan pack a root. */
export function packings(plan: Plan): readonly Packing[] {
  const ways = plan.outputs.flatMap((output) => (isDiskOutput(output) ? [] : [packingOf(output, plan.targets.length)]));
  return ways.filter((way, index) => ways.findIndex((other) => isSamePacking(way, other)) === index);
}

/** A root with what packing needs. */
export interface AuditedRoot {
  readonly root: Root;
  readonly lock: Lock;
  readonly audit: AuditSummary;
  readonly disk?: BootableDisk;
}

/** Where layers are packed. */
interface Workbench {
  readonly host: Host;
  /** Absolute path of a folder in the workspace. */
  readonly folder: string;
  readonly detail: (text: string) => void;
}

/** Packs every root once for each way that the outputs need. */
export async function packRoots(
  host: Host,
  plan: Plan,
  roots: readonly AuditedRoot[],
  detail: (text: string) => void,
): Promise<readonly BuiltTarget[]> {
  const bench: Workbench = { host, folder: await host.makeWorkFolder('layers', 0), detail };
  const stacks = new Map(roots.map(({ root }): [Root, LayerStack[]] => [root, []]));
  for (const way of packings(plan)) {
    const shared = way.shared ? await packShared(bench, roots, way) : undefined;
    for (const { root } of roots) {
      const layers = shared?.get(root) ?? [await pack(bench, root, way)];
      stacks.get(root)?.push({ way, layers });
    }
  }
  return roots.map(({ root, audit, disk }) => ({
    target: root.target,
    epoch: root.epoch,
    packages: root.packages,
    audit,
    root: root.path,
    stacks: stacks.get(root) ?? [],
    ...(disk === undefined ? {} : { disk }),
  }));
}

/**
 * One layer with what all roots share, and one per root for the rest. Digests decide what is shared, not package lists:
 * if a scriptlet made a difference, each root is packed whole.
 */
async function packShared(bench: Workbench, roots: readonly AuditedRoot[], way: Packing): Promise<ReadonlyMap<Root, readonly LayerFile[]> | undefined> {
  const { host, folder } = bench;
  const packages = sharedPackages(roots.map(({ lock }) => lock.packages));
  // The shared layer has one date, so that it does not differ between the targets.
  const epoch = Math.max(...roots.map(({ root }) => root.epoch));
  const stacks = new Map<Root, readonly LayerFile[]>();
  let common: LayerFile | undefined;
  for (const { root } of roots) {
    const paths = await sharedPaths(host, root, packages);
    const only = posix.join(folder, `only-${root.target.level}`);
    const without = posix.join(folder, `without-${root.target.level}`);
    await host.fs.write(only, paths.map((path) => `${path}\0`).join(''));
    await host.fs.write(without, paths.map((path) => `${path}\n`).join(''));
    const lower = await pack(bench, { ...root, epoch }, way, { only });
    if (common !== undefined && common.layer.digest !== lower.layer.digest) return undefined;
    common ??= lower;
    stacks.set(root, [common, await pack(bench, root, way, { without })]);
  }
  return stacks;
}

async function pack(
  { host, folder, detail }: Workbench,
  root: Root,
  { compression, level }: Packing,
  part: Pick<LayerRequest, 'only' | 'without'> = {},
): Promise<LayerFile> {
  const entries = (await host.fs.list(root.path)).filter((name) => name !== 'lost+found');
  const file = await host.fs.temporaryFolder(posix.join(folder, 'layer-'));
  const request = { root: root.path, entries, epoch: root.epoch, compression, level, ...part };
  const target = posix.join(file, 'layer');
  return { layer: await packLayer(host, request, target, detail), file: target };
}
