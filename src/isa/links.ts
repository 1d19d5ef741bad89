import { resolveLinks } from '../resolve-links.ts';

/** Components of paths after which signals, timers and other work have their turn: some tens of milliseconds for the longest paths. */
const TURN = 8192;

/**
 * Finds links that lead back to themselves, so that no file can be opened through them. Resolves the links of a tree
 * inside its root, as a booted system does. Dangling links are not loops. A tree of a stranger may hold links that take
 * minutes: what `checkpoint` throws ends the search.
 */
export async function findLinkLoops(links: ReadonlyMap<string, string>, checkpoint: () => Promise<void>): Promise<readonly string[]> {
  const loops: string[] = [];
  let looked = 0;
  const isLoop = (path: string): boolean => resolveLinks(path, {
    follow: true,
    look: ({ above, name }) => {
      looked += 1;
      const target = links.get(`/${[...above, name].join('/')}`);
      return target === undefined ? { kind: 'folder' } : { kind: 'link', target };
    },
  }) === 'loop';
  for (const path of links.keys()) {
    if (isLoop(path)) loops.push(path);
    if (looked < TURN) continue;
    await checkpoint();
    looked = 0;
  }
  return loops.toSorted();
}
