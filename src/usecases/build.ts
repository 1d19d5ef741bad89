import { posix } from 'node:path';

import { artifactName, describeFile, packRoot, writeOci, type Artifact, type PackedRoot } from '../container/pack.ts';
import type { Compression } from '../container/layer.ts';
import type { Output } from '../definition/index.ts';
import { stages, type Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import { gatherKeys } from '../packages/keys.ts';
import type { InstalledPackage } from '../packages/installed.ts';
import { dnfPaths, resolvePackages } from '../packages/resolve.ts';
import { verifyPackages } from '../packages/verify.ts';
import type { Plan, Target } from '../plan/types.ts';
import { makeRoot, type Root, type RunStep } from '../rootfs/make-root.ts';
import { openPublication } from './publish.ts';

export interface BuildOptions {
  /** Absolute path of the output folder. */
  readonly output: string;
}

/** What a build made: the value that `hew build --json` prints. */
export interface BuildResult {
  readonly image: string;
  readonly version: string;
  readonly level: string;
  readonly packages: readonly InstalledPackage[];
  readonly artifacts: readonly (Artifact & { readonly path: string })[];
  readonly evidence: readonly string[];
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Builds every target of a plan and publishes the artifacts together. */
export async function buildImage(host: Host, plan: Plan, options: BuildOptions, emit: Emit): Promise<BuildResult> {
  const timings = new Map<string, number>();
  emit({ kind: 'planned', title: describe(plan), stages: plan.steps });
  const staged = stages(() => host.clock.seconds(), emit, timings);
  const step: RunStep = (id, work) => staged(plan.steps.find((row) => row.id === id) ?? { id, title: id }, work);
  const publication = await openPublication(host, options.output);
  try {
    const roots: Root[] = [];
    for (const target of plan.targets) roots.push(await buildRoot(host, plan, target, step));
    const artifacts = await step('pack', (detail) => packOutputs(host, plan, roots, publication.folder, detail));
    await step('publish', () => publication.publish(artifacts.map(({ name }) => name)));
    return {
      image: plan.image.name,
      version: plan.image.version,
      level: plan.targets.map(({ level }) => level).join('+'),
      packages: roots.flatMap(({ packages }) => packages),
      artifacts: artifacts.map((artifact) => ({ ...artifact, path: posix.join(options.output, artifact.name) })),
      evidence: [],
      timings: Object.fromEntries(timings),
    };
  } finally {
    await publication.abandon();
  }
}

const describe = ({ image, distribution, targets }: Plan): string =>
  `${image.name} ${image.version}, ${distribution.name}, ${targets.map(({ arch, level }) => `${arch} ${level}`).join(' and ')}`;

async function buildRoot(host: Host, plan: Plan, target: Target, step: RunStep): Promise<Root> {
  const paths = dnfPaths(host);
  const { keys, fetched } = await step('resolve', async (detail) => {
    const gathered = await gatherKeys(host, target, paths);
    return { keys: gathered, fetched: await resolvePackages(host, plan, target, gathered, detail) };
  });
  await step('verify', () => verifyPackages(host, target, fetched, keys, paths));
  return makeRoot(host, plan, target, fetched, paths, step);
}

async function packOutputs(
  host: Host,
  plan: Plan,
  roots: readonly Root[],
  folder: string,
  detail: (text: string) => void,
): Promise<readonly Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const output of plan.outputs) {
    if (output.format === 'oci') {
      const packed: PackedRoot[] = [];
      for (const root of roots) {
        packed.push({ root, ...(await pack(host, root, output.compression, output['compression-level'], detail)) });
      }
      const name = artifactName(plan, output, roots.map(({ target }) => target.level));
      artifacts.push(...(await writeOci(host, plan, output, packed, folder, name)));
    } else if (output.format === 'tar') {
      for (const root of roots) artifacts.push(await writeTar(host, plan, output, root, folder, detail));
    }
  }
  return artifacts;
}

async function pack(
  host: Host,
  root: Root,
  compression: Compression,
  level: number | undefined,
  detail: (text: string) => void,
): Promise<Pick<PackedRoot, 'layer' | 'file'>> {
  const folder = await host.makeWorkFolder(`layers-${root.target.level}`, 0);
  return packRoot(host, root, compression, level, folder, detail);
}

const TAR_ENDINGS = { zstd: '.tar.zst', gzip: '.tar.gz', xz: '.tar.xz', none: '.tar' } as const;

async function writeTar(
  host: Host,
  plan: Plan,
  output: Extract<Output, { format: 'tar' }>,
  root: Root,
  folder: string,
  detail: (text: string) => void,
): Promise<Artifact> {
  const { file } = await pack(host, root, output.compression, output['compression-level'], detail);
  const target = posix.join(folder, `${artifactName(plan, output, [root.target.level])}${TAR_ENDINGS[output.compression]}`);
  await host.fs.copy(file, target);
  return describeFile(host, 'tar', target);
}
