import type { OptionRules } from '../commands/row.ts';
import type { Arguments, ArgumentProblem } from '../syntax/arguments.ts';

/** The first rule that a command breaks. */
export const judgeOptions = (rules: OptionRules, args: Arguments): ArgumentProblem | undefined => {
  const has = (name: string): boolean => (name === 'WORD' ? args.words.length > 0 : args.has(name));
  const missing = split(rules.needs).find((name) => !args.has(name) || args.text(name) === '' && !isFlag(args, name));
  if (missing !== undefined) return { message: `it has no ${missing}`, hint: `Add ${missing}.` };
  const oneOf = split(rules.needsOne);
  if (oneOf.length > 0 && !oneOf.some(has)) {
    return { message: `it has none of ${listed(oneOf)}`, hint: `Give one of ${listed(oneOf)}.` };
  }
  for (const group of rules.excludes ?? []) {
    const [first, second] = split(group).filter(has);
    if (first !== undefined && second !== undefined) {
      return { message: `${listed([first, second], 'and')} exclude each other`, hint: 'Keep one of them.' };
    }
  }
  for (const [name, other] of Object.entries(rules.beside ?? {})) {
    if (has(name) && !has(other)) return { message: `${name} means nothing without ${other}`, hint: `Add ${other}.` };
  }
  for (const [name, values] of Object.entries(rules.choices ?? {})) {
    const value = args.text(name);
    if (value !== undefined && !split(values).includes(value)) {
      return { message: `${name} is none of ${listed(split(values))}: "${value}"`, hint: `Write one of ${listed(split(values))}.` };
    }
  }
  const empty = split(rules.filled).find((name) => args.text(name) === '');
  return empty === undefined ? undefined : { message: `${empty} is empty`, hint: `Write ${empty}=VALUE, or leave it out.` };
};

const split = (names: string | undefined): readonly string[] => names?.split(' ') ?? [];

const isFlag = (args: Arguments, name: string): boolean =>
  args.used.some(({ option }) => option.takes === 'nothing' && option.names.includes(name));

const listed = (names: readonly string[], last = 'or'): string => {
  const shown = names.map((name) => (name === 'WORD' ? 'a value' : name));
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1) ?? ''}`;
};
