import { describe, expect, it } from 'vitest';

import { chooseStale } from '../../../src/cache/limit.ts';

const entry = (id: string, bytes: number, lastUse: number) => ({ id, bytes, lastUse });

describe('chooseStale', () => {
  const entries = [entry('new', 40, 3), entry('old', 10, 1), entry('between', 30, 2)];
  it.each([[80, []], [79, ['old']], [70, ['old']], [69, ['old', 'between']], [39, ['old', 'between', 'new']]])(
    'under a limit of %i takes %j: least recently used first', (limit, stale) => expect(chooseStale(entries, limit)).toEqual(stale),
  );
});
