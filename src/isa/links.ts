import { resolveLinks } from '../resolve-links.ts';

/**
 * Finds links that lead back to themselves, so that no file can be opened through them. Resolves the links of a tree
 * inside its root, as a booted system does. Dangling links are not loops.
 */
export const findLinkLoops = (links: ReadonlyMap<string, string>): readonly string[] =>
  [...links.keys()].filter((path) => resolveLinks(path, {
    follow: true,
    look: ({ above, name }) => {
      const target = links.get(`/${[...above, name].join('/')}`);
      return target === undefined ? { kind: 'folder' } : { kind: 'link', target };
    },
  }) === 'loop').toSorted();
