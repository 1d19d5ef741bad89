import type { FlatSection } from '../../syntax/flatten.ts';
import { readCommands, type OpenCommand, type PlainCommand } from './commands.ts';
import { Variables } from './variables.ts';
import { expand, openAfter, type Open } from './words.ts';

type Node = FlatSection['body'][number];

/** What a script says in one go: commands with the here-document that they read, or a whole loop. */
export interface ShellStatement {
  readonly nodes: readonly Node[];
  readonly commands: readonly PlainCommand[];
  /** Why hew does not read it: the shell would have to decide something. */
  readonly problem?: string;
}

/**
 * Reads a script of the shell as far as it is plain: commands with quotes, variables that a line before sets, comments and
 * here-documents. Whatever else there is (pipes, conditions, loops, what another command prints) becomes a statement with
 * a problem, and the variables that it may set are unknown from there on. Nothing runs. Linear in the script.
 */
export const readScript = (body: FlatSection['body']): readonly ShellStatement[] => {
  const reader: Reader = { body, at: 0, variables: new Variables() };
  const statements: ShellStatement[] = [];
  while (reader.at < body.length) statements.push(readStatement(reader));
  return statements;
};

interface Reader {
  readonly body: FlatSection['body'];
  at: number;
  readonly variables: Variables;
}

const textOf = (node: Node | undefined): string => (node?.kind === 'text' ? node.text : '');

const readStatement = (reader: Reader): ShellStatement => {
  const first = reader.at;
  const line = readLine(reader);
  if (BLOCK.test(line)) return readBlock(reader, first);
  const { commands, problem } = readCommands(line, reader.variables);
  if (problem === undefined) {
    const whole = commands.map((command) => withInput(reader, command));
    return { nodes: reader.body.slice(first, reader.at), commands: whole };
  }
  skipDocuments(reader, line);
  const nodes = reader.body.slice(first, reader.at);
  reader.variables.forget(nodes.map(textOf));
  return { nodes, commands: [], problem };
};

/** The next line, with those that a backslash or an open quote joins to it. */
const readLine = (reader: Reader): string => {
  const parts: string[] = [];
  let open: Open = '';
  for (let joins = true; joins && reader.at < reader.body.length; reader.at += 1) {
    const text = textOf(reader.body[reader.at]);
    open = openAfter(text, open);
    const isContinued = (open === '' || open === '"') && /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
    joins = isContinued || open === '"' || open === "'";
    parts.push(isContinued ? text.slice(0, -1) : joins ? `${text}\n` : text);
  }
  return parts.join('');
};

const BLOCK = /^\s*(?:if|for|while|until|case|select|function|\{|\w+\s*\(\))(?=[\s({]|$)/;

/** A loop over the arguments that an installer was booted with, which sets variables alone. An image build has none. */
const BOOT_ARGUMENTS = /^\s*for \w+ in (?:\$\(cat \/proc\/cmdline\)|\$\(<\/proc\/cmdline\)|`cat \/proc\/cmdline`)\s*;?\s*(?:do)?\s*$/;
const SETS_VARIABLES = /^\s*(?:do|done|esac|;;|case\s+"?\$\w+"?\s+in|[^()\s;&|`$]+\)\s*\w+=(?:"?\$\{\w+#[^}`$]*\}"?|[\w./-]*)\s*(?:;;)?|)\s*$/;

const readBlock = (reader: Reader, first: number): ShellStatement => {
  let depth = 0;
  reader.at = first;
  do {
    const line = textOf(reader.body[reader.at]);
    depth += depthOf(line);
    reader.at += 1;
    skipDocuments(reader, line);
  } while (depth > 0 && reader.at < reader.body.length);
  const nodes = reader.body.slice(first, reader.at);
  const [head = '', ...rest] = nodes.map(textOf);
  if (BOOT_ARGUMENTS.test(head) && rest.every((line) => SETS_VARIABLES.test(line))) return { nodes, commands: [] };
  reader.variables.forget([head, ...rest]);
  return { nodes, commands: [], problem: `\`${head.trim()}\` is decided as the script runs` };
};

const OPENS = /^(?:if|for|while|until|case|select|function\s+\w+|\{|\w+\s*\(\)\s*\{)(?=[\s;({]|$)/;

/** A word that ends a block, at the start of a command. */
export const CLOSES = /^(?:fi|done|esac|\})(?=[\s;<>|&)]|$)/;

/** How many blocks more a line opens than it closes: only the first word of a command can do either. */
const depthOf = (line: string): number => {
  const commands = line.replace(/(?:^|\s)#.*/, '').split(/[;&|]+/);
  const starts = commands.map((command) => command.trim().replace(/^(?:(?:then|do|else|!|[^\s()]+\))\s+)+/, ''));
  return starts.filter((start) => OPENS.test(start)).length - starts.filter((start) => CLOSES.test(start)).length;
};

/** Takes the lines of the here-document that the command names. */
const withInput = (reader: Reader, { document, ...command }: OpenCommand): PlainCommand => {
  if (document === undefined) return command;
  const lines: string[] = [];
  for (; reader.at < reader.body.length; reader.at += 1) {
    const text = textOf(reader.body[reader.at]);
    const line = document.tabs ? text.replace(/^\t+/, '') : text;
    if (line === document.end) break;
    lines.push(line);
  }
  reader.at += 1;
  const text = lines.map((line) => `${line}\n`).join('');
  const input = document.literal ? text : expand(text, reader.variables);
  return input === undefined ? { ...command, words: [UNKNOWN, ...command.words] } : { ...command, input };
};

/** Leaves out the here-documents of a line that is not read. */
const skipDocuments = (reader: Reader, line: string): void => {
  for (const [, , end] of line.matchAll(/(?<!<)<<-?\s*(["'\\]?)([\w.!-]+)/g)) {
    while (reader.at < reader.body.length && textOf(reader.body[reader.at]).trim() !== end) reader.at += 1;
    reader.at += 1;
  }
};

/** Stands before the words of a command whose input depends on what the script finds out: no program is called so. */
export const UNKNOWN = '$(…)';
