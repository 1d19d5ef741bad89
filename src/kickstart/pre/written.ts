import { flatten } from '../syntax/flatten.ts';
import type { KickstartFile } from '../syntax/tree.ts';
import { newPreState, readPre } from './read-pre.ts';

/** Files that the %pre scripts of a kickstart file write in lines that hew reads, by path. */
export const writtenFiles = (file: KickstartFile): ReadonlyMap<string, string> => {
  const state = newPreState();
  for (const node of flatten(file)) if (node.kind === 'flat-section' && node.header.name === '%pre') readPre(node, state);
  return state.files.known();
};
