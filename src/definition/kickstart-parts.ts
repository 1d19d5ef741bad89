import { DISK_FORMATS, FORMAT_ROWS } from '../formats/rows.ts';
import { isKickstart } from './source.ts';
import { childOf, plainOf, withoutParts, type Table, type Tree } from './tree.ts';
import type { Deviation, LoadOptions } from './types.ts';

/**
 * Removes from a merged definition what its kickstart file says for another purpose. A distribution from the command
 * line replaces `url` and `repo` lines without a key. Partitions and the boot loader have no effect if no output is a
 * disk, and a container gets its network from its runtime.
 */
export const settleKickstart = (
  tree: Table, { distro }: Pick<LoadOptions, 'distro'>,
): { readonly tree: Table; readonly deviations: readonly Deviation[] } => {
  const replaced = distro === undefined ? [] : itemsOf(tree, 'repositories').filter(isReplaceable);
  const foreign = foreignParts(tree);
  const rest = withoutParts(tree, new Set([...replaced, ...idleParts(tree), ...foreign.map(({ part }) => part)]));
  return {
    tree: rest.kind === 'table' ? rest : tree,
    deviations: [
      ...replaced.map((repository): Deviation => ({
        kind: 'flag',
        subject: `repository ${String(plainOf(childOf(repository, 'id') ?? repository))}`,
        reason: `the repositories of ${distro ?? ''} replace it`,
        place: { file: `--distro ${distro ?? ''}` },
        was: { value: plainOf(repository), place: repository.place },
      })),
      ...foreign.map(({ key, part }): Deviation => ({
        kind: 'flag',
        subject: `system.${key}`,
        reason: FOREIGN[key] ?? '',
        place: part.place,
        was: { value: plainOf(part), place: part.place },
      })),
    ],
  };
};

const itemsOf = (tree: Table, key: string): readonly Tree[] => {
  const list = childOf(tree, key);
  return list?.kind === 'list' ? list.items : [];
};

const isFromKickstart = ({ place }: Tree): boolean => isKickstart(place.file);

/** A definition that gives its key wants it besides those of the distribution. */
const isReplaceable = (repository: Tree): boolean =>
  isFromKickstart(repository) && ['gpgkey', 'reason'].every((key) => childOf(repository, key) === undefined);

const formatsOf = (tree: Table): readonly string[] =>
  itemsOf(tree, 'outputs').map((output) => String(plainOf(childOf(output, 'format') ?? output)));

const CONTAINERS: readonly string[] = FORMAT_ROWS.filter(({ kind }) => kind === 'container').map(({ id }) => id);

/** Whether all outputs are containers. */
export const areContainers = (formats: readonly string[]): boolean =>
  formats.length > 0 && formats.every((format) => CONTAINERS.includes(format));

/** Keys ignored for container outputs, with the reason shown to the user. Anaconda requires them in every kickstart file. */
export const FOREIGN: Readonly<Record<string, string>> = {
  network: 'a container gets its network from its runtime',
  selinux: 'the host of a container decides on SELinux',
  'default-target': 'a container starts its command',
};

const foreignParts = (tree: Table): readonly { readonly key: string; readonly part: Tree }[] => {
  const formats = formatsOf(tree);
  const system = childOf(tree, 'system');
  if (system === undefined || !areContainers(formats)) return [];
  return Object.keys(FOREIGN).flatMap((key) => {
    const part = childOf(system, key);
    const parts = part?.kind === 'list' ? part.items : part === undefined ? [] : [part];
    return parts.filter(isFromKickstart).map((one) => ({ key, part: one }));
  });
};

const idleParts = (tree: Table): readonly Tree[] => {
  const formats = formatsOf(tree);
  if (formats.length === 0 || formats.some((format) => DISK_FORMATS.includes(format))) return [];
  return ['boot', 'disk'].map((key) => childOf(tree, key)).filter((part) => part !== undefined).filter(isFromKickstart);
};
