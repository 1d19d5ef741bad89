import { nearest } from '../definition/index.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Emit } from '../events.ts';
import { chooseAdvisories, unfixedPackages, type Advisory, type AdvisoryChoice } from '../packages/advisories.ts';
import { readAdvisories, type DnfSession } from '../packages/dnf5/index.ts';
import { lockedPackages, type LockFile } from '../packages/lock-file.ts';
import { targetName } from '../packages/lock-request.ts';
import { updateTarget, type UpdatedTarget } from './update-packages.ts';

/** A target whose packages are those that advisories ask for, and every advisory that its repositories have. */
export interface FollowedTarget {
  readonly updated: UpdatedTarget;
  readonly offered: readonly Advisory[];
}

/** Moves what is older than advisories ask for, and what that forces, for one target. Says which stay open. */
export async function followAdvisories(
  session: DnfSession, lock: LockFile, choice: AdvisoryChoice, emit: Emit, detail: (text: string) => void,
): Promise<FollowedTarget> {
  const { target, fingerprints } = session;
  const locked = lockedPackages(lock, target);
  detail('read advisories');
  const offered = await readAdvisories(session);
  const followed = chooseAdvisories(offered, choice);
  const wanted = unfixedPackages(locked, followed);
  if (wanted.size === 0) {
    emit({ kind: 'notice', message: nothingToDo(offered, choice, `${target.arch} ${target.level}`) });
    return { offered, updated: { resolved: { target, fingerprints, packages: locked.map(({ file: _file, ...entry }) => entry) }, moved: { target: targetName(target), changes: [] } } };
  }
  const updated = await updateTarget(session, lock, wanted, emit, detail);
  for (const [name, open] of unfixedPackages(updated.resolved.packages, followed)) {
    emit({ kind: 'notice', message: `${name} for ${target.arch} ${target.level} stays older than ${open.map(({ id }) => id).join(', ')} asks for` });
  }
  return { offered, updated };
}

function nothingToDo(offered: readonly Advisory[], choice: AdvisoryChoice, target: string): string {
  if (offered.length === 0) return `no repository for ${target} has advisories, so nothing is known to be fixed there`;
  return `no package for ${target} is older than ${choice === 'security' ? 'advisories about security ask for' : `${choice.join(', ')} asks for`}`;
}

/** Throws `HewError` for each id that no repository of any target has. */
export function refuseUnknownAdvisories(choice: AdvisoryChoice, offered: readonly Advisory[]): void {
  if (choice === 'security') return;
  const known = [...new Set(offered.map(({ id }) => id))];
  const problems = choice.filter((id) => !known.includes(id)).map((id): Problem => ({
    code: 'advisory-not-found',
    message: `no repository has the advisory \`${id}\``,
    hint: known.length === 0 ? 'none of the repositories has advisories' : `there is ${(nearest(id, known).length > 0 ? nearest(id, known) : known.slice(0, 3)).map((one) => `\`${one}\``).join(', ')}`,
  }));
  if (problems.length > 0) throw new HewError(problems);
}
