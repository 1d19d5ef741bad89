import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interpret } from '../support.ts';

interface Case {
  readonly expected: string;
  readonly text: string;
}

const cases: readonly Case[] = readFileSync(join(import.meta.dirname, 'lines.txt'), 'utf8')
  .split('\n')
  .filter((line) => /^[-+~] /.test(line))
  .map((line) => ({ expected: line.charAt(0), text: line.slice(2).replaceAll(' ; ', '\n') }));

const refusalOf = (text: string): { readonly reason: string; readonly instead?: string } | undefined =>
  interpret(`${text}\n`).verdicts.find(({ decision }) => decision === 'refused');

const textsOf = (sign: string): readonly string[] => cases.filter(({ expected }) => expected === sign).map(({ text }) => text);

describe('single lines, held against the rules of pykickstart', () => {
  it.each(textsOf('+'))('accepted: %s', (text) => {
    expect(refusalOf(text)).toBeUndefined();
  });

  it.each(textsOf('-'))('refused: %s', (text) => {
    expect(refusalOf(text)).toBeDefined();
  });

  it.each(textsOf('~'))('refused on purpose, with what to write instead: %s', (text) => {
    expect(refusalOf(text)?.instead).toMatch(/\S+ \S+/);
  });
});
