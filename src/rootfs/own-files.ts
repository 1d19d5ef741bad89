import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { HewError, type Problem } from '../errors.ts';
import type { Host, RootFiles } from '../host/port.ts';
import type { Configuration, Plan } from '../plan/types.ts';

/** Paths of the image that the definition writes: its files, and the logs of its scripts. */
export const ownPaths = ({ files, scripts }: Configuration): readonly string[] =>
  [...files.map(({ path }) => path), ...scripts.flatMap(({ log }) => log ?? [])].map((path) => posix.normalize(path));

/**
 * Records the definition's files as they are now, and returns the check that they are unchanged. The check throws
 * `HewError` with each file that was removed or changed since. A file that a script removed is not recorded.
 */
export async function noteOwnFiles(host: Host, plan: Plan, root: string): Promise<() => Promise<void>> {
  const describeAll = async (): Promise<ReadonlyMap<string, string>> => {
    const image = host.inside(root);
    const found = new Map<string, string>();
    for (const { path } of plan.configuration.files) {
      const description = await describe(image, path);
      if (description !== undefined) found.set(path, description);
    }
    return found;
  };
  const before = await describeAll();
  return async () => {
    const after = await describeAll();
    const lost = [...before].filter(([path, description]) => after.get(path) !== description);
    if (lost.length === 0) return;
    throw new HewError(lost.map(([path]) => notKept(plan, path, after.has(path) ? 'overwritten' : 'removed')));
  };
}

/** Kind, attributes and digest of what is at a path; undefined if it does not exist. */
async function describe(image: RootFiles, path: string): Promise<string | undefined> {
  const status = await image.status(path);
  if (status?.kind === 'symlink') return `link to ${await image.linkTarget(path)}`;
  if (status?.kind !== 'file') return status?.kind;
  const hash = createHash('sha256');
  for await (const piece of image.pieces(path)) hash.update(piece);
  return `file ${status.mode} ${status.uid}:${status.gid} ${hash.digest('hex')}`;
}

const notKept = (plan: Plan, path: string, fate: 'overwritten' | 'removed'): Problem => ({
  code: 'file-not-kept',
  message: `\`${path}\` is ${fate} by a later step of the build, so it would not be in the image as the definition says`,
  subject: { kind: 'file', name: path },
  place: { file: plan.image.file },
  hint: 'remove the file, write it with a script, or change the key that makes hew write there',
});
