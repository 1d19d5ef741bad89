import type { Host } from '../host/port.ts';

/** A root of one target, and which package brought each path. */
export interface OwnedRoot {
  readonly path: string;
  readonly owners: ReadonlyMap<string, string>;
}

/**
 * Names of packages that all targets have, byte for byte the same. Files of theirs are worth a layer of their own,
 * which the images of all levels share.
 */
export function sharedPackages(locks: readonly (readonly { readonly name: string; readonly sha256: string }[])[]): ReadonlySet<string> {
  const [first = [], ...others] = locks.map((packages) => new Map(packages.map(({ name, sha256 }) => [name, sha256])));
  return new Set([...first].filter(([name, sha256]) => others.every((other) => other.get(name) === sha256)).map(([name]) => name));
}

/**
 * Paths of a root, relative to it and sorted, that belong to these packages: files and links, since folders hold what
 * differs too. Only paths that rpm names as they lie in the root.
 */
export async function sharedPaths(
  host: Pick<Host, 'inside'>,
  { path, owners }: OwnedRoot,
  packages: ReadonlySet<string>,
): Promise<readonly string[]> {
  const paths: string[] = [];
  await host.inside(path).tree().visit((entry) => {
    if (entry.kind !== 'file' && entry.kind !== 'symlink' && entry.kind !== 'hardlink') return;
    const owner = owners.get(entry.path);
    // tar reads the list of what is left out by lines.
    if (owner !== undefined && packages.has(owner) && !entry.path.includes('\n')) paths.push(entry.path.slice(1));
  });
  return paths.sort();
}
