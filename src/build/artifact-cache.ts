import { posix } from 'node:path';

import type { CacheContent, CachePlace } from '../cache/cache.ts';
import { unpack, type FileToKeep } from '../cache/packed-file.ts';
import { tableOf } from '../cache/inputs.ts';
import type { Json } from '../cache/record.ts';
import { digestOfValue } from '../digest.ts';
import type { Artifact } from '../formats/artifact.ts';
import { extentsOf } from '../formats/describe-file.ts';
import type { ByteRange, Host } from '../host/port.ts';
import type { FetchedTarget } from '../packages/fetch-target.ts';
import { portablePlan } from '../plan/plan-digest.ts';
import type { Plan } from '../plan/types.ts';
import type { BuildContext } from './build-context.ts';
import type { CheckedRules } from './check-outputs.ts';
import { keptName, layerInputs, mayBeKept, toJson, type LayerHost, type LayerTarget } from './layer-cache.ts';
import type { BuiltTarget } from './layers.ts';
import type { BootableDisk } from './make-bootable.ts';

/** What is known about a root when its artifacts are there. */
export interface ProvenTarget extends Pick<BuiltTarget, 'target' | 'epoch' | 'packages' | 'audit'> {
  readonly disk?: Pick<BootableDisk, 'secureBootFaults'>;
}

/** Artifacts in the folder of a publication, with their notices and their evidence. */
export interface FinishedArtifacts {
  /** One for each target. */
  readonly built: readonly ProvenTarget[];
  readonly artifacts: readonly Artifact[];
  readonly rules: readonly CheckedRules[];
  /** Notices of the build that made them. */
  readonly notices: readonly string[];
}

/** The place of a plan's artifacts in the cache. */
export interface ArtifactPlace {
  /** Writes the artifacts of an earlier build of the same inputs into a folder; undefined if there are none. */
  readonly take: ((folder: string) => Promise<FinishedArtifacts>) | undefined;
  /** Keeps the artifacts in a folder, unless an input changed while they were made. They must not change before the cache settles. */
  keep(made: FinishedArtifacts, folder: string): Promise<void>;
}

/** Looks for the artifacts of a plan. */
export async function openArtifacts({ host, plan, cache }: BuildContext, fetched: readonly FetchedTarget[]): Promise<ArtifactPlace> {
  if (!mayBeKept(plan)) return { take: undefined, keep: () => Promise.resolve() };
  let gathered: Json | undefined;
  const inputs = async (): Promise<Json> => (gathered = await artifactInputs(host, plan, fetched));
  const place = await cache.open({ kind: 'artifacts', name: keptName(plan, fetched), inputs });
  const { found } = place;
  return {
    take: found === undefined ? undefined : (folder) => take(host, fetched, found, folder),
    keep: async (made, folder) => {
      if (gathered === undefined || found !== undefined) return;
      const before = digestOfValue(gathered);
      if (digestOfValue(await inputs()) === before) place.keep(await contentOf(host, made, folder));
    },
  };
}

/**
 * Everything that the artifacts depend on: what the layers depend on, the rest of the plan, and the other files that it
 * names. Outputs are digests, because their settings may hold secrets.
 */
export async function artifactInputs(host: LayerHost, plan: Plan, fetched: readonly LayerTarget[]): Promise<Json> {
  const { image, outputs, limits, deviations } = portablePlan(plan);
  const inLayers = new Set([...plan.configuration.files, ...plan.configuration.scripts].map(({ source }) => source));
  const paths = plan.inputs.map(({ path }) => path).filter((path) => !inLayers.has(path));
  const digests = await host.fs.digestFiles(await Promise.all(paths.map((path) => host.fs.realPath(path))));
  return {
    ...(await layerInputs(host, plan, fetched)),
    image: toJson(image),
    outputs: tableOf(outputs, ({ format }) => format, (output) => digestOfValue(output)),
    limits: toJson(limits),
    deviations: tableOf(deviations, ({ kind, subject }) => `${kind} ${subject}`, ({ reason }) => reason),
    inputs: tableOf(paths.map((path, index) => [posix.basename(path), digests[index] ?? ''] as const), ([name]) => name, ([, digest]) => digest),
  };
}

/** A file of an artifact in an entry. */
interface KeptFile {
  /** Path in the output folder. */
  readonly path: string;
  /** A sparse file: its size and its runs of data. */
  readonly sparse?: { readonly size: number; readonly runs: readonly ByteRange[] };
}

/** The value of an entry. Targets are those of the build that takes it: they hold paths and addresses of the machine. */
interface KeptArtifacts extends Omit<FinishedArtifacts, 'built'> {
  readonly built: readonly Omit<ProvenTarget, 'target'>[];
  readonly files: Readonly<Record<string, KeptFile>>;
}

async function contentOf(host: Host, { built, artifacts, rules, notices }: FinishedArtifacts, folder: string): Promise<Parameters<CachePlace['keep']>[0]> {
  const paths = (await Promise.all(artifacts.map(({ name }) => filesBelow(host, folder, name)))).flat();
  const files = new Map<string, KeptFile>();
  const toKeep = new Map<string, FileToKeep>();
  for (const [index, path] of paths.entries()) {
    const file = posix.join(folder, path);
    const sparse = await sparseOf(host, file);
    files.set(`file-${index}`, { path, ...(sparse === undefined ? {} : { sparse }) });
    toKeep.set(`file-${index}`, sparse === undefined ? file : { path: file, runs: sparse.runs });
  }
  const value: KeptArtifacts = {
    built: built.map(({ epoch, packages, audit, disk }) =>
      ({ epoch, packages, audit, ...(disk === undefined ? {} : { disk: { secureBootFaults: disk.secureBootFaults } }) })),
    artifacts, rules, notices, files: Object.fromEntries(files),
  };
  return { value: toJson(value), files: Object.fromEntries(toKeep) };
}

/** Paths of the files of an artifact, which is a file or a folder. */
async function filesBelow(host: Host, folder: string, name: string): Promise<readonly string[]> {
  const path = posix.join(folder, name);
  if ((await host.fs.status(path))?.kind !== 'directory') return [name];
  return (await Promise.all((await host.fs.list(path)).map((entry) => filesBelow(host, folder, posix.join(name, entry))))).flat();
}

async function sparseOf(host: Host, path: string): Promise<KeptFile['sparse']> {
  const status = await host.fs.status(path);
  if (status === undefined) throw new Error(`${path} was to be kept and is not there`);
  const extents = await extentsOf(host, path, status);
  if (extents.every(({ hole }) => !hole)) return undefined;
  return { size: status.size, runs: extents.filter(({ hole }) => !hole).map(({ start, length }) => ({ start, length })) };
}

async function take(host: Host, fetched: readonly FetchedTarget[], { value, files }: CacheContent, folder: string): Promise<FinishedArtifacts> {
  const { built, files: paths, ...kept } = value as unknown as KeptArtifacts;
  const inside = host.inside(folder);
  for (const [name, { path, sparse }] of Object.entries(paths)) {
    const [from, to] = [files[name] ?? '', await inside.locate(path)];
    await host.fs.makeFolder(posix.dirname(to));
    if (sparse === undefined) await host.fs.copy(from, to);
    else await unpack(host, from, to, sparse);
  }
  return {
    ...kept,
    built: fetched.map(({ session: { target } }, index) => {
      const known = built[index];
      if (known === undefined) throw new TypeError('the entry has fewer targets than its inputs');
      return { ...known, target };
    }),
  };
}
