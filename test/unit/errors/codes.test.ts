import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { renderErrorDocs } from '../../../bin/error-docs.ts';
import { STAGES } from '../../../src/errors/codes.ts';
import { CHECKOUT } from '../../support/checkout.ts';

const ROWS = STAGES.flatMap(({ codes }) => Object.entries(codes));

describe('error codes', () => {
  it('are in docs/errors.md as they are declared (`npm run docs` writes it)', async () => {
    expect(readFileSync(join(CHECKOUT, 'docs/errors.md'), 'utf8')).toBe(await renderErrorDocs());
  });

  it('are declared once', () => {
    const codes = ROWS.map(([code]) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it('are each used by the program', () => {
    const files = globSync('src/**/*.ts', { cwd: CHECKOUT }).filter((file) => !file.startsWith('src/errors/'));
    const source = files.map((file) => readFileSync(join(CHECKOUT, file), 'utf8')).join('\n');
    expect(ROWS.map(([code]) => code).filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });

  it.each(ROWS)('%s has its cause and its remedy, a sentence each', (_code, { cause, remedy }) => {
    for (const text of [cause, remedy]) expect(text).toMatch(/^[A-Z`0-9a-z].{10,}[.]$/);
    expect(cause).not.toMatch(/[.] [A-Z]/);
    expect(remedy).not.toMatch(/[.] [A-Z]/);
  });
});
