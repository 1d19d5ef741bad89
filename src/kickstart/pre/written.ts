import { flatten } from '../syntax/flatten.ts';
import type { KickstartFile } from '../syntax/tree.ts';
import { readPre } from './read-pre.ts';

/** Files that the %pre scripts of a kickstart file write in lines that hew reads, by path. Later scripts count. */
export const writtenFiles = (file: KickstartFile): ReadonlyMap<string, string> => {
  const sections = flatten(file).filter((node) => node.kind === 'flat-section');
  return new Map(sections.filter(({ header }) => header.name === '%pre').flatMap((section) => [...readPre(section, new Map()).written]));
};
