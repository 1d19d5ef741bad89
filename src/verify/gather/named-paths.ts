import type { FileFact } from '../facts.ts';
import { pathsNamedBySshd, SSHD_CONFIG } from '../read/sshd.ts';
import { pathsInConditions } from '../read/unit-conditions.ts';
import { INTERESTS } from './interest.ts';

/**
 * Patterns of paths that configurations name and rules need: files that sshd includes, its host keys, and paths in
 * conditions of units. `included` are files that sshd includes by them.
 */
export const namedPatterns = (files: readonly FileFact[], included: ReadonlySet<string>): readonly string[] =>
  files.flatMap(({ path, text = '' }) => {
    if (path === SSHD_CONFIG || INTERESTS.sshd.path.test(path) || included.has(path)) return pathsNamedBySshd(text);
    return INTERESTS.units.path.test(path) || INTERESTS.dropIns.path.test(path) ? pathsInConditions(text) : [];
  });
