import { placeOnLine, splitLines, type Line } from './lines.ts';
import { createLexer } from './shlex.ts';
import {
  sectionNames,
  directiveOf,
  isBlankLine,
  isCommentLine,
  isSectionName,
  readBody,
  readInclude,
} from './parse-section.ts';
import type { CommandNode, KickstartFile, SectionNode, SyntaxProblem, TopNode } from './tree.ts';

export interface ParseOptions {
  /** Where the text comes from; every node's place names it. */
  readonly path: string;
  /** The section, such as `%post`, that this file is included into. Its lines are then that section's lines. */
  readonly within?: string;
}

/**
 * Reads one kickstart file as pykickstart does and never fails: what the syntax does not allow becomes a node with a
 * `problem`. `print(parse(text)) === text` for every text. Linear in the length of the text.
 * Rules: https://github.com/pykickstart/pykickstart, parser.py (`_stateMachine`, `_readSection`).
 */
export const parse = (text: string, { path, within }: ParseOptions): KickstartFile => {
  const lines = splitLines(text);
  if (within !== undefined) {
    const { nodes, end, next } = readBody(lines, 0, path, within);
    const strayEnd: readonly TopNode[] =
      end === undefined ? [] : [{ ...end, kind: 'error', problem: strayEndIn(within) }];
    return { path, within, nodes: [...nodes, ...strayEnd, ...readCommands(lines, next, path)] };
  }
  return { path, nodes: readCommands(lines, 0, path) };
};

const readCommands = (lines: readonly Line[], start: number, path: string): readonly TopNode[] => {
  const boundaries = findBoundaries(lines);
  const nodes: TopNode[] = [];
  let index = start;
  for (let line = lines[index]; line !== undefined; line = lines[index]) {
    const base = { place: placeOnLine(line, path), source: line.source, lines: 1 };
    if (isBlankLine(line)) nodes.push({ ...base, kind: 'blank' });
    else if (isCommentLine(line)) nodes.push({ ...base, kind: 'comment' });
    else {
      const node = readCommand(lines, index, path);
      index += node.lines;
      if (node.name === '%include' || node.name === '%ksappend') nodes.push(readInclude(node, node.words));
      else if (!node.name.startsWith('%')) nodes.push(node);
      else if (isSectionName(node.name) || closesItself(boundaries, index)) {
        const section = readSection(lines, index, path, node);
        nodes.push(section.node);
        index = section.next;
      } else {
        nodes.push({ ...node, kind: 'error', problem: unknownSection(node.name) });
      }
      continue;
    }
    index += 1;
  }
  return nodes;
};

/** One command with the lines that its backslashes join. */
const readCommand = (lines: readonly Line[], start: number, path: string): CommandNode => {
  const lexer = createLexer();
  const sources: string[] = [];
  let lexed = lexer.feed('');
  let index = start;
  for (let line = lines[index]; line !== undefined; line = lines[index]) {
    sources.push(line.source);
    index += 1;
    lexed = lexer.feed(line.text);
    if (lexed.state !== 'continues') break;
  }
  const [name = '', ...words] = lexed.words;
  return {
    kind: 'command',
    place: placeOnLine(lines[start] ?? NO_LINE, path),
    source: sources.join(''),
    lines: sources.length,
    name,
    words,
    ...(lexed.state === 'complete' ? {} : { problem: LEXICAL[lexed.state] }),
  };
};

/** Never seen: a command begins on a line. */
const NO_LINE: Line = { number: 1, text: '', source: '' };

const LEXICAL: Readonly<Record<'continues' | 'open-quote', SyntaxProblem>> = {
  continues: { code: 'kickstart-syntax', message: 'the file ends after a backslash', hint: 'Remove the backslash.' },
  'open-quote': {
    code: 'kickstart-syntax',
    message: 'a quote is not closed',
    hint: 'Close the quote on the same line.',
  },
};

const readSection = (
  lines: readonly Line[],
  start: number,
  path: string,
  header: CommandNode,
): { readonly node: SectionNode; readonly next: number } => {
  const { nodes: body, end, next } = readBody(lines, start, path, header.name);
  const problem = sectionProblem(header, end !== undefined);
  const { kind: _, ...rest } = header;
  return {
    node: { ...rest, kind: 'section', body, ...(end === undefined ? {} : { end }), ...(problem ? { problem } : {}) },
    next,
  };
};

const sectionProblem = (header: CommandNode, closed: boolean): SyntaxProblem | undefined => {
  if (!isSectionName(header.name)) return unknownSection(header.name);
  if (closed) return header.problem;
  return {
    code: 'kickstart-no-end',
    message: `${header.name} does not end with %end`,
    hint: 'Write a line with only %end after the section.',
  };
};

const strayEndIn = (section: string): SyntaxProblem => ({
  code: 'kickstart-syntax',
  message: `%end closes ${section}, which another file opened`,
  hint: `Move the %end to the file that opens ${section}.`,
});

const unknownSection = (name: string): SyntaxProblem =>
  name === '%end'
    ? { code: 'kickstart-syntax', message: '%end closes no section', hint: 'Remove the line.' }
    : {
        code: 'kickstart-unknown-section',
        message: `unknown section ${name}`,
        hint: `Sections are ${sectionNames.join(', ')}.`,
      };

/** For every line: whether an `%end` comes before the next known section. Read backwards once, so that it is linear. */
const findBoundaries = (lines: readonly Line[]): readonly boolean[] => {
  const closes: boolean[] = Array.from({ length: lines.length + 1 }, () => false);
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const word = directiveOf(lines[index]?.text ?? '');
    closes[index] = word === '%end' || (!isSectionName(word) && closes[index + 1] === true);
  }
  return closes;
};

const closesItself = (boundaries: readonly boolean[], index: number): boolean => boundaries[index] === true;
