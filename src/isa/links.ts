import { resolveLinks } from '../resolve-links.ts';

/**
 * Finds links that lead back to themselves, so that nothing can ever be opened through them. Pure: works on the link
 * targets of a tree, resolved inside its root as a booted system would. Links that lead to nothing are not loops.
 */
export const findLinkLoops = (links: ReadonlyMap<string, string>): readonly string[] =>
  [...links.keys()].filter((path) => resolveLinks(path, {
    follow: true,
    look: ({ above, name }) => {
      const target = links.get(`/${[...above, name].join('/')}`);
      return target === undefined ? { kind: 'folder' } : { kind: 'link', target };
    },
  }) === 'loop').toSorted();
