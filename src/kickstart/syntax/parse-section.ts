import { placeOnLine, type Line } from './lines.ts';
import { splitWords } from './shlex.ts';
import type { BodyNode, CommandNode, EndNode, IncludeNode, SyntaxProblem, TextNode } from './tree.ts';

/** Every section that pykickstart knows. */
export const sectionNames: readonly string[] = [
  '%packages',
  '%pre',
  '%pre-install',
  '%post',
  '%addon',
  '%onerror',
  '%traceback',
  '%certificate',
  '%anaconda',
];

const SECTIONS: ReadonlySet<string> = new Set(sectionNames);

/** Whether a word, with its percent sign, opens a section. */
export const isSectionName = (word: string): boolean => SECTIONS.has(word);

/** Sections whose lines are a script: blank lines and `#` lines belong to it. */
export const isScriptSection = (name: string): boolean =>
  ['%pre', '%pre-install', '%post', '%onerror', '%traceback'].includes(name);

export const isBlankLine = ({ text }: Line): boolean => text.trim() === '';
export const isCommentLine = ({ text }: Line): boolean => text.trimStart().startsWith('#');

/** The first word of a line, as Python's `str.split` sees it, where it begins with a percent sign; else ''. */
export const directiveOf = (text: string): string => /^\s*(%\S*)/.exec(text)?.[1] ?? '';

/**
 * Reads the lines of a section from `start` to its `%end`, to the next section's header, or to the end of the file.
 * `%end`, `%include`, `%ksappend` and headers count on any line, whatever surrounds them: in a here-document, indented.
 */
export const readBody = (
  lines: readonly Line[],
  start: number,
  path: string,
  section: string,
): { readonly nodes: readonly BodyNode[]; readonly end?: EndNode; readonly next: number } => {
  const nodes: BodyNode[] = [];
  let index = start;
  for (let line = lines[index]; line !== undefined; line = lines[index]) {
    const base = { place: placeOnLine(line, path), source: line.source, lines: 1 };
    const word = directiveOf(line.text);
    if (word === '%end') return { nodes, end: { ...base, kind: 'end' }, next: index + 1 };
    if (isSectionName(word)) return { nodes, next: index };
    if (word === '%include' || word === '%ksappend') nodes.push(readInclude({ ...base, name: word }, splitTail(line)));
    else nodes.push(readText(line, base, section));
    index += 1;
  }
  return { nodes, next: index };
};

/** An include node from a directive's line. A directive without a file name keeps a problem. */
export const readInclude = (
  node: Pick<CommandNode, 'place' | 'source' | 'lines' | 'name' | 'problem'>,
  words: readonly string[],
): IncludeNode => {
  const directive = node.name === '%ksappend' ? '%ksappend' : '%include';
  const target = words[0] ?? '';
  const problem: SyntaxProblem | undefined =
    target === ''
      ? { code: 'kickstart-syntax', message: `${directive} names no file`, hint: `Write ${directive} FILE.` }
      : node.problem;
  const { place, source, lines } = node;
  return { kind: 'include', directive, target, place, source, lines, ...(problem === undefined ? {} : { problem }) };
};

const splitTail = (line: Line): readonly string[] => splitWords(line.text).words.slice(1);

const readText = (line: Line, base: Omit<TextNode, 'kind' | 'text'>, section: string): BodyNode => {
  if (!isScriptSection(section)) {
    if (isBlankLine(line)) return { ...base, kind: 'blank' };
    if (isCommentLine(line)) return { ...base, kind: 'comment' };
  }
  return { ...base, kind: 'text', text: line.text };
};
