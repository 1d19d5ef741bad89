import { posix } from 'node:path';

import { describeFile } from '../formats/describe-file.ts';
import { digestOf, digestOfValue } from '../digest.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { sourceDateEpoch } from '../rootfs/make-root.ts';
import type { FetchedTarget } from '../packages/fetch-target.ts';
import { sortByDigest } from '../packages/lock.ts';
import { packings, type BuiltTarget } from './layers.ts';
import { needsDisk } from './make-bootable.ts';

/** Raised when the way in which roots or layers are made changes, so that layers of older versions are not taken. */
const RECIPE = 6;

/** What kept layers are known by: everything that their bytes depend on. */
async function cacheKey(host: Host, plan: Plan, fetched: readonly FetchedTarget[]): Promise<string> {
  const sources = [];
  for (const { source } of [...plan.configuration.files, ...plan.configuration.scripts]) {
    if (source !== undefined) sources.push(digestOf(await host.fs.readBytes(source)));
  }
  const { root: tools } = await host.tools();
  const value = {
    recipe: RECIPE,
    tools: posix.basename(tools),
    request: plan.packages,
    image: [plan.image.name, plan.image.version],
    distribution: plan.distribution,
    targets: fetched.map(({ target, fetched: { lock } }) => ({
      packages: sortByDigest(lock.packages).map(({ sha256, reason, repository }) => [sha256, reason, repository]),
      arch: target.arch,
      level: target.level,
      vars: target.vars,
      repositories: target.repositories.map(({ settings, cost }) => [settings, cost]),
    })),
    configuration: plan.configuration,
    sources,
    ways: packings(plan),
    epoch: sourceDateEpoch(host.env['SOURCE_DATE_EPOCH']),
  };
  return digestOfValue(value).slice('sha256:'.length);
}

/**
 * Whether what was made may be kept: not where scripts reach the network, which may do something else each time, and
 * not where a disk is made of the root, which would have to be kept as well.
 */
const isKept = (plan: Plan): boolean => plan.configuration.scripts.every(({ network }) => !network) && !needsDisk(plan);

/** Layers of an earlier build of the same packages and settings, or undefined. Damaged ones do not count. */
export async function findLayers(
  host: Host,
  plan: Plan,
  fetched: readonly FetchedTarget[],
): Promise<readonly BuiltTarget[] | undefined> {
  if (!isKept(plan)) return undefined;
  const folder = posix.join(host.paths.cache, 'layers', await cacheKey(host, plan, fetched));
  const text = await host.fs.readTextIfThere(posix.join(folder, 'layers.json'));
  if (text === undefined) return undefined;
  const built = placedIn(JSON.parse(text) as readonly BuiltTarget[], folder);
  for (const { layer, file } of filesOf(built)) {
    if ((await host.fs.status(file))?.size !== layer.size) return undefined;
    if ((await describeFile(host, 'layer', file)).sha256 !== nameOf(layer)) return undefined;
  }
  return built;
}

/** Keeps layers for later builds. They appear by rename, so that a reader finds all of them or none. */
export async function keepLayers(
  host: Host,
  plan: Plan,
  fetched: readonly FetchedTarget[],
  built: readonly BuiltTarget[],
): Promise<void> {
  if (!isKept(plan)) return;
  const parent = posix.join(host.paths.cache, 'layers');
  await host.fs.makeFolder(parent);
  const unfinished = await host.fs.temporaryFolder(posix.join(parent, '.new-'));
  try {
    for (const { layer, file } of filesOf(built)) await host.fs.copy(file, posix.join(unfinished, nameOf(layer)));
    await host.fs.write(posix.join(unfinished, 'layers.json'), JSON.stringify(built.map(({ root: _gone, ...kept }) => kept)));
    const folder = posix.join(parent, await cacheKey(host, plan, fetched));
    await host.fs.remove(folder);
    await host.fs.rename(unfinished, folder).catch(unlessThere);
  } finally {
    await host.fs.remove(unfinished);
  }
}

/** Another build of the same was quicker; what it kept is as good. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

type LayerOfBuild = BuiltTarget['stacks'][number]['layers'][number];

const filesOf = (built: readonly BuiltTarget[]): readonly LayerOfBuild[] =>
  built.flatMap(({ stacks }) => stacks.flatMap(({ layers }) => layers));

const nameOf = ({ digest }: LayerOfBuild['layer']): string => digest.slice('sha256:'.length);

/** The same build with its layers where they are kept. */
const placedIn = (built: readonly BuiltTarget[], folder: string): readonly BuiltTarget[] =>
  built.map((target) => ({
    ...target,
    stacks: target.stacks.map(({ way, layers }) => ({
      // JSON leaves out what is undefined.
      way: { ...way, level: way.level },
      layers: layers.map(({ layer }) => ({ layer, file: posix.join(folder, nameOf(layer)) })),
    })),
  }));
