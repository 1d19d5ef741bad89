import { digestOfValue } from '../digest.ts';
import type { FileFacts } from './facts.ts';

/** In what two entries of one path differ. */
export type FileAspect = 'kind' | 'content' | 'mode' | 'owner' | 'group' | 'target' | 'attributes' | 'time';

export interface FileChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: string;
  readonly from?: FileFacts;
  readonly to?: FileFacts;
  /** Empty unless it is a change. */
  readonly aspects: readonly FileAspect[];
}

/** How two trees differ, sorted by path. */
export function diffFiles(a: readonly FileFacts[], b: readonly FileFacts[]): readonly FileChange[] {
  const [left, right] = [byPath(a), byPath(b)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((path): readonly FileChange[] => {
    const [from, to] = [left.get(path), right.get(path)];
    if (from === undefined) return to === undefined ? [] : [{ kind: 'added', path, to, aspects: [] }];
    if (to === undefined) return [{ kind: 'removed', path, from, aspects: [] }];
    const aspects = differingAspects(from, to);
    return aspects.length === 0 ? [] : [{ kind: 'changed', path, from, to, aspects }];
  });
}

const byPath = (files: readonly FileFacts[]): ReadonlyMap<string, FileFacts> => new Map(files.map((file) => [file.path, file]));

const ASPECTS: Readonly<Record<FileAspect, (from: FileFacts, to: FileFacts) => boolean>> = {
  kind: (from, to) => from.kind !== to.kind,
  // Where a reader left digests out, sizes are all there is.
  content: (from, to) =>
    from.digest === undefined || to.digest === undefined ? from.size !== to.size : from.digest !== to.digest,
  mode: (from, to) => from.mode !== to.mode,
  owner: (from, to) => from.owner !== to.owner,
  group: (from, to) => from.group !== to.group,
  target: (from, to) => from.target !== to.target,
  attributes: (from, to) => digestOfValue(from.attributes ?? {}) !== digestOfValue(to.attributes ?? {}),
  time: (from, to) => from.time !== undefined && to.time !== undefined && from.time !== to.time,
};

const differingAspects = (from: FileFacts, to: FileFacts): readonly FileAspect[] =>
  (Object.keys(ASPECTS) as FileAspect[]).filter((aspect) => ASPECTS[aspect](from, to));
