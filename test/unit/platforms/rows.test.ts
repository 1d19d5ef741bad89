import { describe, expect, it } from 'vitest';

import { FORMAT_ROWS } from '../../../src/formats/rows.ts';
import { PLATFORM_ROWS, PLATFORMS } from '../../../src/platforms/rows.ts';
import { loadRules } from '../../../src/platforms/rules.ts';
import { CAPABILITY_RULES } from '../../../src/verify/rules/capabilities.ts';

describe('the rows of platforms', () => {
  it.each(PLATFORM_ROWS)('$id has rules, each once', async ({ id }) => {
    const rules = await loadRules(id);
    expect(rules.length).toBeGreaterThan(0);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it('need every capability at least once', () => {
    expect(new Set(PLATFORM_ROWS.flatMap(({ needs }): readonly string[] => needs))).toEqual(new Set(Object.keys(CAPABILITY_RULES)));
  });
});

describe('the rows of formats', () => {
  it.each(FORMAT_ROWS)('$id is checked by platforms that exist', ({ platforms }) => {
    expect(PLATFORMS).toEqual(expect.arrayContaining([...platforms]));
  });
});
