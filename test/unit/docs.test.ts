import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { CHECKOUT } from '../support/checkout.ts';

describe('docs/security.md', () => {
  it('names tests and sources that are there', () => {
    const text = readFileSync(join(CHECKOUT, 'docs/security.md'), 'utf8');
    const named = [...text.matchAll(/`((?:test|src)\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(CHECKOUT, path)))).toEqual([]);
  });
});
