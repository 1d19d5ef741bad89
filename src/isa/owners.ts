/**
 * Looks up the package that owns a path. RPM file lists still contain paths below `/bin`, `/lib64` or `/usr/sbin`,
 * which are links in a root with a merged /usr; a walk finds the files at their real paths. Source:
 * https://fedoraproject.org/wiki/Changes/Unify_bin_and_sbin and file-hierarchy(7).
 */
export const ownerLookup =
  (owned: ReadonlyMap<string, string>): ((path: string) => string | undefined) =>
  (path) => {
    const exact = owned.get(path);
    if (exact !== undefined) return exact;
    for (const other of otherNames(path)) {
      const owner = owned.get(other);
      if (owner !== undefined) return owner;
    }
    return undefined;
  };

const merged = [
  ['/usr/bin/', '/usr/sbin/', '/bin/', '/sbin/'],
  ['/usr/lib64/', '/lib64/'],
  ['/usr/lib/', '/lib/'],
];

const otherNames = (path: string): readonly string[] => {
  for (const folders of merged) {
    const folder = folders.find((candidate) => path.startsWith(candidate));
    if (folder !== undefined) {
      return folders.filter((other) => other !== folder).map((other) => other + path.slice(folder.length));
    }
  }
  return [];
};
