import { didYouMean } from '../../definition/nearest.ts';
import type { InterpretOptions } from '../apply/command.ts';
import { appliers } from '../apply/index.ts';
import { readArguments, type Arguments } from '../syntax/arguments.ts';
import { commandNames, findCommand } from '../commands/index.ts';
import type { CommandRow } from '../commands/row.ts';
import type { Draft } from '../apply/draft.ts';
import { judgeOptions } from './judge-options.ts';
import { findPlaceholder, templateLine, unfilled } from './placeholders.ts';
import type { CommandNode, SyntaxProblem } from '../syntax/tree.ts';
import { refusedFor, type LineRange, type Verdict } from './verdict.ts';

/** Decides on one command, and writes what it says into the draft where it is applied. */
export const judgeCommand = (node: CommandNode, draft: Draft, options: InterpretOptions): Verdict => {
  const lines = { place: node.place, lines: node.lines, subject: node.name };
  const placeholder = templateLine(node.source) ?? findPlaceholder([node.name, ...node.words].join(' '));
  if (placeholder !== undefined) return refusedFor(lines, unfilled(placeholder));
  if (node.problem !== undefined) return refusedFor(lines, node.problem);
  const row = findCommand(node.name);
  if (row === undefined) return refusedFor(lines, unknownCommand(node.name));
  const args = readArguments(row.verbatim ? [] : node.words, row.options, row.words);
  const judged = judgeRow(lines, row, args);
  const apply = appliers.get(row.names[0] ?? '');
  if (judged.decision !== 'applied' || apply === undefined) return judged;
  let verdict = judged;
  apply({
    node,
    args,
    draft,
    options,
    refuse: (message, hint) => {
      if (verdict.decision !== 'refused') verdict = refusedFor(lines, { code: 'kickstart-refused', message, hint });
    },
    ignore: (reason) => {
      if (verdict.decision !== 'refused') verdict = { ...verdict, decision: 'ignored', reason };
    },
    note: (text) => {
      verdict = { ...verdict, notes: [...verdict.notes, text] };
    },
  });
  return verdict;
};

/** What the table alone says of a command or of a section's header. */
export const judgeRow = (lines: LineRange, row: CommandRow, args: Arguments): Verdict => {
  const refusal = refusalOf(row, args);
  if (refusal !== undefined) return refusedFor(lines, { code: 'kickstart-refused', ...refusal });
  return { ...lines, decision: row.disposition, reason: row.note, notes: notesOf(lines.subject, row, args) };
};

const refusalOf = (row: CommandRow, args: Arguments): { message: string; hint?: string } | undefined => {
  if (row.disposition === 'refused')
    return { message: row.note, ...(row.instead === undefined ? {} : { hint: row.instead }) };
  const problem = args.problems[0] ?? judgeOptions(row.rules, args);
  if (problem !== undefined) return problem;
  const refusals = args.used.filter(({ option }) => option.disposition === 'refused');
  const [first] = refusals;
  if (first === undefined) return undefined;
  const names = [
    ...new Set(refusals.filter(({ option }) => option.note === first.option.note).map(({ spelled }) => spelled)),
  ];
  const message = `${names.join(', ')}: ${first.option.note ?? 'refused'}`;
  return { message, ...(first.option.instead === undefined ? {} : { hint: first.option.instead }) };
};

const notesOf = (subject: string, row: CommandRow, args: Arguments): readonly string[] => {
  const notes = row.deprecated ? [`${subject} is deprecated`] : [];
  const aliasOf = row.names[0];
  if (aliasOf !== undefined && row.deprecated && aliasOf !== subject)
    notes.push(`${subject} is an old name of ${aliasOf}`);
  for (const { option, spelled } of args.used) {
    const [current = spelled] = option.names;
    if (option.deprecated) notes.push(`${spelled} is deprecated`);
    else if (!option.names.includes(spelled)) notes.push(`${spelled} is short for ${current}`);
    else if (spelled !== current) notes.push(`${spelled} is another spelling of ${current}`);
    if (option.disposition === 'ignored') notes.push(`${spelled} is ignored: ${option.note ?? ''}`);
  }
  return notes;
};

const unknownCommand = (name: string): SyntaxProblem => ({
  code: 'kickstart-unknown-command',
  message: `there is no kickstart command "${name}"`,
  hint: didYouMean(name, commandNames) ?? 'remove the line, or move it into a section',
});
