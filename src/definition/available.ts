import { readLayers } from './layers.ts';
import { readDistribution } from './distribution.ts';
import { namesOf, shownPath, type SourceReader } from './source.ts';
import type { Distribution, LevelModel } from './types.ts';
import { childOf, plainOf } from './tree.ts';

/** Something that a definition or a command may name. */
export interface AvailableItem {
  readonly name: string;
  /** As a user would type it in the current folder. */
  readonly file: string;
  /** Its own summary; absent if it has none or cannot be read. */
  readonly summary?: string;
}

/** A distribution, and what its file says of it; only name and file where that cannot be read. */
export interface AvailableDistribution extends AvailableItem {
  readonly baseline?: Distribution['baseline'];
  readonly levelModel?: LevelModel;
  readonly arches?: Distribution['arches'];
  /** `YYYY-MM-DD`; absent where it is not known. */
  readonly endOfLife?: string;
}

export interface Available {
  readonly images: readonly AvailableItem[];
  readonly profiles: readonly AvailableItem[];
  readonly distributions: readonly AvailableDistribution[];
}

/** Every image, profile and distribution that can be named here, including broken ones. */
export const listAvailable = async (source: SourceReader): Promise<Available> => ({
  images: await itemsOf(source, 'image'),
  profiles: await itemsOf(source, 'profile'),
  distributions: await listDistributions(source),
});

/** The same of distributions alone. */
export const listDistributions = async (source: SourceReader): Promise<readonly AvailableDistribution[]> => {
  const items: AvailableDistribution[] = [];
  for (const [name, file] of await namesOf(source, 'distribution')) {
    const { distribution } = await readDistribution(source, file, source.cwd, undefined);
    items.push({ name, file: shownPath(source, file), ...(distribution === undefined ? {} : aboutDistribution(distribution)) });
  }
  return items;
};

const aboutDistribution = (distribution: Distribution): Omit<AvailableDistribution, 'name' | 'file'> => ({
  summary: distribution.name,
  baseline: distribution.baseline,
  levelModel: distribution['level-model'],
  arches: distribution.arches,
  ...(distribution['end-of-life'] === undefined ? {} : { endOfLife: distribution['end-of-life'] }),
});

const itemsOf = async (source: SourceReader, kind: 'image' | 'profile'): Promise<readonly AvailableItem[]> => {
  const items: AvailableItem[] = [];
  for (const [name, file] of await namesOf(source, kind)) {
    const summary = await summaryOf(source, file);
    const item = { name, file: shownPath(source, file) };
    items.push(summary === undefined ? item : { ...item, summary });
  }
  return items;
};

const summaryOf = async (source: SourceReader, file: string): Promise<string | undefined> => {
  const { layers } = await readLayers(source, file, {});
  const own = layers.find((layer) => layer.file === file);
  const summary = childOf(own?.tree, 'summary');
  return summary === undefined ? undefined : String(plainOf(summary));
};
