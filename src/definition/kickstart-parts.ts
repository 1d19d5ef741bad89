import { DISK_FORMATS } from './schema/words.ts';
import { isKickstart } from './source.ts';
import { childOf, plainOf, withoutParts, type Table, type Tree } from './tree.ts';
import type { Deviation, LoadOptions } from './types.ts';

/**
 * Takes out of a merged definition what its kickstart file says for another purpose. A distribution that is named on
 * the command line takes the place of `url` and `repo` lines that nobody gave a key; partitions and the boot loader are
 * idle where no output is a disk. Pure.
 */
export const settleKickstart = (
  tree: Table, { distro }: Pick<LoadOptions, 'distro'>,
): { readonly tree: Table; readonly deviations: readonly Deviation[] } => {
  const replaced = distro === undefined ? [] : itemsOf(tree, 'repositories').filter(isReplaceable);
  const rest = withoutParts(tree, new Set([...replaced, ...idleParts(tree)]));
  return {
    tree: rest.kind === 'table' ? rest : tree,
    deviations: replaced.map((repository): Deviation => ({
      kind: 'flag',
      subject: `repository ${String(plainOf(childOf(repository, 'id') ?? repository))}`,
      reason: `the repositories of ${distro ?? ''} take its place`,
      place: { file: `--distro ${distro ?? ''}` },
      was: { value: plainOf(repository), place: repository.place },
    })),
  };
};

const itemsOf = (tree: Table, key: string): readonly Tree[] => {
  const list = childOf(tree, key);
  return list?.kind === 'list' ? list.items : [];
};

const isFromKickstart = ({ place }: Tree): boolean => isKickstart(place.file);

/** A definition that gives its key wants it beside those of the distribution. */
const isReplaceable = (repository: Tree): boolean =>
  isFromKickstart(repository) && ['gpgkey', 'reason'].every((key) => childOf(repository, key) === undefined);

const idleParts = (tree: Table): readonly Tree[] => {
  const formats = itemsOf(tree, 'outputs').map((output) => String(plainOf(childOf(output, 'format') ?? output)));
  if (formats.length === 0 || formats.some((format) => DISK_FORMATS.includes(format))) return [];
  return ['boot', 'disk'].map((key) => childOf(tree, key)).filter((part) => part !== undefined).filter(isFromKickstart);
};
