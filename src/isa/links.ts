/**
 * Finds links that lead back to themselves, so that nothing can ever be opened through them. Pure: works on the link
 * targets of a tree, resolved inside its root as a booted system would. Links that lead to nothing are not loops.
 */
export const findLinkLoops = (links: ReadonlyMap<string, string>): readonly string[] =>
  [...links.keys()].filter((path) => loops(path, links)).toSorted();

/** As many as Linux follows before it says ELOOP (`MAXSYMLINKS`, path_resolution(7)). */
const mostLinks = 40;

const loops = (path: string, links: ReadonlyMap<string, string>): boolean => {
  let followed = 0;
  let todo = parts(path);
  let done: string[] = [];
  while (todo.length > 0) {
    const [name = '', ...rest] = todo;
    todo = rest;
    if (name === '..') done.pop();
    else done.push(name);
    const target = links.get(`/${done.join('/')}`);
    if (target === undefined || name === '..') continue;
    followed += 1;
    if (followed > mostLinks) return true;
    todo = [...parts(target), ...todo];
    done = target.startsWith('/') ? [] : done.slice(0, -1);
  }
  return false;
};

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');
