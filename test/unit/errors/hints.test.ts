import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { readWords } from '../../../src/commands/lock.ts';
import { CHECKOUT } from '../../support/checkout.ts';

/** Sources without comments, by path. */
const sources = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) =>
  [name, readFileSync(join(CHECKOUT, 'src', name), 'utf8').replaceAll(/\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')] as const);

/** Every command of hew that a message or hint quotes, with its file. What is filled in stands as a word in capitals. */
const quoted = sources.flatMap(([name, text]) => [...text.matchAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g)].flatMap(([literal]) =>
  [...literal.slice(1, -1).replaceAll('\\`', '`').matchAll(/`hew ([a-z$][^`]*)`/g)].map(([, words = '']) =>
    [words.replaceAll(/\$\{[^}]*\}/g, 'FILLED').trim(), name] as const)));

interface CommandClass {
  readonly args?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly flags?: Readonly<Record<string, { readonly type: string; readonly char?: string }>>;
}

const commands = new Map<string, CommandClass>();
beforeAll(async () => {
  for (const name of readdirSync(join(CHECKOUT, 'src/commands'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))) {
    const loaded = await import(join(CHECKOUT, 'src/commands', name)) as { default: CommandClass };
    commands.set(name.replace(/\.ts$/, '').replaceAll('/', ' '), loaded.default);
  }
});

/** What is wrong with a command line; undefined if hew would take it. */
function faultOf(line: string): string | undefined {
  const words = line.split(' ');
  if (/^[A-Z]+$/.test(words[0] ?? '')) return undefined;
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => commands.has(one));
  const command = commands.get(name ?? '');
  if (name === undefined || command === undefined) return 'no such command';
  const rest = words.slice(name.split(' ').length);
  const flags: Readonly<Record<string, { readonly type: string }>> = { ...command.flags, help: { type: 'boolean' }, json: { type: 'boolean' }, verbose: { type: 'boolean' } };
  let given = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (!word.startsWith('-')) given += 1;
    else if (flags[word.slice(2)] === undefined) return `no flag ${word}`;
    else if (flags[word.slice(2)]?.type === 'option') at += 1;
  }
  const needed = Object.values(command.args ?? {}).filter(({ required }) => required === true).length;
  // A command that is only named needs no arguments: `hew inspect` shows it.
  return rest.length > 0 && !rest.includes('--help') && given < needed ? 'an argument is missing' : undefined;
}

describe('commands in messages and hints', () => {
  it('are there', () => expect(quoted.length).toBeGreaterThan(30));

  it('are commands, flags and arguments that hew takes', () => {
    expect(quoted.flatMap(([line, name]) => {
      const fault = faultOf(line);
      return fault === undefined ? [] : [`${name}: hew ${line}: ${fault}`];
    })).toEqual([]);
  });

  it.each([
    [['nano', 'web.toml'], 'hew lock web.toml --update nano'],
    [['web', 'nano'], 'hew lock web --update nano'],
    [[], 'hew lock IMAGE --update'],
  ])('put the image before --update: %j', (words, expected) => {
    const parsed = [{ type: 'flag', flag: 'update' } as const, ...words.map((input) => ({ type: 'arg', input }) as const)];
    expect(() => readWords(parsed)).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ hint: expect.stringContaining(`\`${expected}\``) })] }));
  });
});

describe('TOML in messages and hints', () => {
  const ONE_LINE = /\[\[?[a-z][a-z.-]*\]\]? [a-z"'][\w"'.-]* = /;

  it('has a line for its header, since TOML takes nothing behind one', () => {
    const files = [...sources, ['docs/errors.md', readFileSync(join(CHECKOUT, 'docs/errors.md'), 'utf8')] as const];
    expect(files.flatMap(([name, text]) => (ONE_LINE.exec(text) ?? []).map((found) => `${name}: ${found}`))).toEqual([]);
  });
});
