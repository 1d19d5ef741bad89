import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { diffSides, type Side } from '../../src/diff/diff-sides.ts';
import { factsOfLock } from '../../src/diff/facts.ts';
import type { LockFile } from '../../src/packages/lock-file.ts';
import { arbitraryLock } from '../unit/packages/samples.ts';

const sideOf = (lock: LockFile, name: string): Side => ({ name, images: lock.request.targets.map((target) => factsOfLock(lock, target.name, name)) });

it('locks are compared target by target', () => {
  fc.assert(fc.property(arbitraryLock, (lock) => {
    const { images, same } = diffSides(sideOf(lock, 'a'), sideOf(lock, 'b'));
    expect(images.map(({ target }) => target)).toEqual(lock.request.targets.map(({ name }) => name));
    expect(same && images.every(({ diff, only }) => diff.same && only === undefined)).toBe(true);
  }), { numRuns: 10 });
});
