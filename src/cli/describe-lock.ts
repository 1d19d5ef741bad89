import type { LockResult } from '../usecases/lock.ts';
import type { Lines } from './printer.ts';

/** What `hew lock` did, as text. */
export function describeLock({ path, written, packages, moved, vendored, exported }: LockResult): Lines {
  const lines = moved.flatMap(({ target, changes }) =>
    changes.map(({ name, from, to, why }) =>
      `  ${target}: ${name} ${from?.evr ?? 'new'} -> ${to?.evr ?? 'gone'}${why === undefined ? '' : ` (${why})`}`),
  );
  return [
    `${path}: ${packages} packages${written ? '' : ', unchanged'}`,
    ...lines,
    ...(vendored === undefined ? [] : [`${vendored}: the packages themselves`]),
    ...(exported === undefined ? [] : [`${exported}: the same for another program`]),
  ];
}
