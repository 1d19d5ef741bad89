import type { Cache, CachePlace } from '../cache/cache.ts';
import { makersOf, tableOf, type Makers } from '../cache/inputs.ts';
import type { Json } from '../cache/record.ts';
import { digestOf, digestOfValue } from '../digest.ts';
import { formatRow } from '../formats/rows.ts';
import type { Host } from '../host/port.ts';
import { usedKeys } from '../packages/keys.ts';
import type { FetchedTarget } from '../packages/fetch-target.ts';
import type { FetchedPackage } from '../packages/lock.ts';
import { hasPlainText, portablePlan } from '../plan/plan-digest.ts';
import type { Plan, PlannedRepository } from '../plan/types.ts';
import { readInput } from '../rootfs/inputs.ts';
import { carriedRepositories } from '../rootfs/keep-level.ts';
import { readSetting } from '../settings.ts';
import { packings, type BuiltTarget } from './layers.ts';
import { needsDisk } from './make-bootable.ts';

/** The part of the machine that inputs of layers come from. */
export type LayerHost = Makers & Pick<Host, 'fs' | 'env' | 'paths'>;

/** A target whose packages are known. */
export interface LayerTarget {
  readonly session: Pick<FetchedTarget['session'], 'plan' | 'target' | 'keys'>;
  readonly fetched: Pick<FetchedTarget['fetched'], 'lock'>;
}

/** The place of a plan's layers in the cache. */
export interface LayerPlace {
  /** Layers of an earlier build of the same packages and settings. */
  readonly found: readonly BuiltTarget[] | undefined;
  keep(built: readonly BuiltTarget[]): void;
}

/** Looks for the layers of a plan. */
export async function openLayers(host: Host, cache: Cache, plan: Plan, fetched: readonly FetchedTarget[]): Promise<LayerPlace> {
  // A disk is made of the root itself, which is not kept.
  if (!mayBeKept(plan) || needsDisk(plan)) return { found: undefined, keep: () => {} };
  const place = await cache.open({ kind: 'layers', name: keptName(plan, fetched), inputs: () => layerInputs(host, plan, fetched) });
  return { found: place.found === undefined ? undefined : placed(place.found), keep: (built) => place.keep(contentOf(built)) };
}

/**
 * Whether results of a plan may be cached. They may not if a script has network access (its result may differ), or if
 * an input is a password in plain text (inputs are stored beside the result).
 */
export const mayBeKept = ({ configuration }: Plan): boolean =>
  configuration.scripts.every(({ network }) => network === false) && !hasPlainText(configuration);

/** Name of what is kept of a plan: the image with its levels. */
export const keptName = ({ image }: Plan, fetched: readonly FetchedTarget[]): string =>
  `${image.name} for ${fetched.map(({ session: { target } }) => `${target.arch} ${target.level}`).join(', ')}`;

/**
 * Everything that the bytes of the layers depend on. A part of the plan that is added later is in it by itself: only
 * what artifacts alone depend on is left out, and the targets, which are taken as they were resolved. Files and scripts
 * are digests, because they may hold secrets.
 */
export async function layerInputs(host: LayerHost, plan: Plan, fetched: readonly LayerTarget[]): Promise<{ readonly [name: string]: Json }> {
  const { image, configuration, targets: _targets, outputs: _outputs, limits: _limits, deviations: _deviations, ...rest } = portablePlan(plan);
  const { files, scripts } = plan.configuration;
  const sources = new Map<string, string>();
  for (const { source } of [...files, ...scripts]) {
    if (source !== undefined) sources.set(source, digestOf(await host.fs.readBytes(source)));
  }
  const contentIn = ({ source }: { readonly source?: string }): string | undefined => (source === undefined ? undefined : sources.get(source));
  return {
    ...(await makersOf(host, plan.steps.flatMap(({ tools }) => tools))),
    ...toTable(rest),
    image: { name: image.name, version: image.version },
    targets: await targetsOf(host, plan, fetched),
    system: toJson(configuration.system),
    files: tableOf(configuration.files.map((row, index) => [row, index] as const), ([{ path }]) => path,
      ([row, index]) => digestOfValue([row, contentIn(files[index] ?? {})])),
    scripts: {
      order: scripts.map(({ name }) => name),
      ...tableOf(configuration.scripts.map((row, index) => [row, index] as const), ([{ name }]) => `script ${name}`,
        ([row, index]) => digestOfValue([row, contentIn(scripts[index] ?? {})])),
    },
    formatFiles: await formatFilesOf(host, plan),
    packing: toJson(packings(plan)),
    epoch: readSetting(host.env, 'SOURCE_DATE_EPOCH') ?? 'of the newest package',
  };
}

/** Files that formats need in the root, by path. `writeFormatFiles` writes them. */
async function formatFilesOf(host: LayerHost, plan: Plan): Promise<Json> {
  const files = plan.outputs.flatMap((output) => formatRow(output.format).rootFiles?.(plan.image, output) ?? []);
  const digests = await Promise.all(files.map(async ({ content }) =>
    digestOf(typeof content === 'object' && 'input' in content ? await readInput(host, plan, content.input) : content)));
  return tableOf(files.map((file, index) => [file.path, digests[index] ?? ''] as const), ([path]) => path, ([, digest]) => digest);
}

async function targetsOf(host: LayerHost, plan: Plan, fetched: readonly LayerTarget[]): Promise<Json> {
  const { targets } = portablePlan({ ...plan, targets: fetched.map(({ session }) => session.target) });
  const rows = await Promise.all(fetched.map(async ({ session, fetched: { lock } }, index) => {
    const { target, keys } = session;
    const digests = new Map<string, string[]>();
    for (const id of keys.keys()) digests.set(id, await Promise.all(usedKeys(keys, id).map(async (path) => digestOf(await host.fs.readBytes(path)))));
    const { repositories = [], ...rest } = targets[index] ?? {};
    return [`${target.arch} ${target.level}`, {
      ...toTable(rest),
      packages: tableOf(lock.packages, ({ name, arch }) => `${name}.${arch}`, describePackage),
      emulate: target.emulate ?? null,
      repositories: tableOf(repositories, ({ id }) => id, (row) => ({ ...toTable(row), keys: digests.get(row.id) ?? [] })),
      // In the image stands what `$cachedir` means on this machine.
      cache: carriedRepositories(session, lock.packages).some(isInCache) ? digestOf(host.paths.cache) : null,
    }] as const;
  }));
  return Object.fromEntries(rows);
}

const isInCache = ({ settings: { baseurl, metalink = '', mirrorlist = '' } }: PlannedRepository): boolean =>
  [...baseurl, metalink, mirrorlist].some((url) => url.includes('$cachedir'));

const describePackage = ({ evr, sha256, reason, repository }: FetchedPackage): string => `${evr} ${sha256} ${reason} ${repository}`;

/** A plain value as JSON stores it, without undefined properties. */
export const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
const toTable = (value: unknown): { readonly [name: string]: Json } => toJson(value) as { readonly [name: string]: Json };

type LayerOfBuild = BuiltTarget['stacks'][number]['layers'][number];

const nameOf = ({ digest }: LayerOfBuild['layer']): string => digest.slice('sha256:'.length);

function contentOf(built: readonly BuiltTarget[]) {
  const files = built.flatMap(({ stacks }) => stacks.flatMap(({ layers }) => layers));
  return {
    value: toJson(built.map(({ root: _gone, ...kept }) => kept)),
    files: Object.fromEntries(files.map(({ layer, file }) => [nameOf(layer), file])),
  };
}

/** A build from the cache, with the current places of its layers. */
const placed = ({ value, files }: NonNullable<CachePlace['found']>): readonly BuiltTarget[] =>
  (value as unknown as readonly BuiltTarget[]).map((target) => ({
    ...target,
    stacks: target.stacks.map(({ way, layers }) => ({
      // JSON leaves out what is undefined.
      way: { ...way, level: way.level },
      layers: layers.map(({ layer }) => ({ layer, file: files[nameOf(layer)] ?? '' })),
    })),
  }));
