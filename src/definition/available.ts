import { readLayers } from './layers.ts';
import { readDistribution } from './distribution.ts';
import { namesOf, shownPath, type SourceKind, type SourceReader } from './source.ts';
import { childOf, plainOf } from './tree.ts';

/** Something that a definition or a command may name. */
export interface AvailableItem {
  readonly name: string;
  /** As a user would type it in the current folder. */
  readonly file: string;
  /** Its own summary; absent if it has none or cannot be read. */
  readonly summary?: string;
}

export interface Available {
  readonly images: readonly AvailableItem[];
  readonly profiles: readonly AvailableItem[];
  readonly distributions: readonly AvailableItem[];
}

/** Every image, profile and distribution that can be named here, including broken ones. */
export const listAvailable = async (source: SourceReader): Promise<Available> => ({
  images: await itemsOf(source, 'image'),
  profiles: await itemsOf(source, 'profile'),
  distributions: await itemsOf(source, 'distribution'),
});

const itemsOf = async (source: SourceReader, kind: SourceKind): Promise<readonly AvailableItem[]> => {
  const items: AvailableItem[] = [];
  for (const [name, file] of await namesOf(source, kind)) {
    const summary = await summaryOf(source, kind, file);
    const item = { name, file: shownPath(source, file) };
    items.push(summary === undefined ? item : { ...item, summary });
  }
  return items;
};

const summaryOf = async (source: SourceReader, kind: SourceKind, file: string): Promise<string | undefined> => {
  if (kind === 'distribution') return (await readDistribution(source, file, source.cwd, undefined)).distribution?.name;
  const { layers } = await readLayers(source, file, {});
  const own = layers.find((layer) => layer.file === file);
  const summary = childOf(own?.tree, 'summary');
  return summary === undefined ? undefined : String(plainOf(summary));
};
