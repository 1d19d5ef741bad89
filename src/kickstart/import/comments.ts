import { isTable } from '../../definition/plain.ts';
import type { DefinitionInput, Path } from '../../definition/types.ts';
import type { CommentOf } from './toml.ts';

/** What stands behind a value that a kickstart file does not say. */
const ADDED = 'added, as for a build of the file itself';

/** Keys of every definition, which no comment need explain. */
const OWN = ['name', 'version', 'distro', 'outputs'];

/**
 * Comments for an image made of what a kickstart file says: the line of each value, or that it was added. Partitions
 * may have moved, since one for the firmware goes before them.
 */
export const commentsOf = (image: DefinitionInput, said: DefinitionInput, show: (path: Path) => string): CommentOf => {
  const places = new Map((said.disk?.partitions ?? []).map((partition, index) => [partition, index] as const));
  const original = (path: Path): Path | undefined => {
    const [table, list, index, ...rest] = path;
    if (table !== 'disk' || list !== 'partitions' || typeof index !== 'number') return path;
    const partition = image.disk?.partitions?.[index];
    const place = partition === undefined ? undefined : places.get(partition);
    return place === undefined ? undefined : [table, list, place, ...rest];
  };
  return (path) => {
    if (OWN.includes(String(path[0]))) return undefined;
    const from = original(path);
    return from === undefined || valueAt(said, from) === undefined ? ADDED : show(from);
  };
};

const valueAt = (value: unknown, path: Path): unknown => {
  let inner = value;
  for (const part of path) {
    if (Array.isArray(inner)) inner = (inner as readonly unknown[])[Number(part)];
    else inner = isTable(inner) ? inner[String(part)] : undefined;
  }
  return inner;
};
