import TOML from '@iarna/toml';
import type { Problem } from '../errors.ts';
import { toPlain } from './plain.ts';
import { Positions } from './positions.ts';
import { locateToml } from './toml-positions.ts';
import type { ParsedFile } from './parsed-file.ts';

/** Parses TOML 1.0. The parser stops at the first problem, so there is at most one. */
export const parseToml = (text: string, file: string): ParsedFile => {
  try {
    return { value: toPlain(TOML.parse(text)), positions: locateToml(text), problems: [] };
  } catch (error) {
    return { value: undefined, positions: new Positions(), problems: [asProblem(error, file)] };
  }
};

const asProblem = (error: unknown, file: string): Problem => {
  const { line, col, message } = error as { line?: number; col?: number; message?: string };
  const [what = 'not TOML'] = (message ?? '').split('\n');
  return {
    code: 'toml-syntax',
    message: `not valid TOML: ${lowerFirst(what.replace(/ at row \d+, col \d+, pos \d+:?$/, ''))}`,
    // The parser counts from 0.
    place: line === undefined || col === undefined ? { file } : { file, line: line + 1, column: Math.max(1, col + 1) },
    hint: 'see https://toml.io/en/v1.0.0',
  };
};

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
