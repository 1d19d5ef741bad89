import { describe, expect, it } from 'vitest';

import { FORMAT_ROWS, OUTPUT_FORMATS } from '../../../src/formats/rows.ts';
import { PLATFORM_ROWS, PLATFORMS } from '../../../src/platforms/rows.ts';
import { rulesOf } from '../../../src/platforms/rules.ts';
import { CAPABILITY_RULES } from '../../../src/verify/rules/capabilities.ts';

describe('the rows of platforms', () => {
  it.each(PLATFORM_ROWS)('$id takes formats that hew writes, and has rules', ({ id, formats }) => {
    expect(OUTPUT_FORMATS).toEqual(expect.arrayContaining([...formats]));
    expect(rulesOf(id).length).toBeGreaterThan(0);
    expect(new Set(rulesOf(id)).size).toBe(rulesOf(id).length);
  });

  it('need every capability at least once', () => {
    expect(new Set(PLATFORM_ROWS.flatMap(({ needs }): readonly string[] => needs))).toEqual(new Set(Object.keys(CAPABILITY_RULES)));
  });
});

describe('the rows of formats', () => {
  it.each(FORMAT_ROWS)('$id is checked by platforms that take it', ({ id, platforms }) => {
    for (const platform of platforms) expect(PLATFORM_ROWS.find((row) => row.id === platform)?.formats).toContain(id);
    expect(PLATFORMS).toEqual(expect.arrayContaining([...platforms]));
  });
});
