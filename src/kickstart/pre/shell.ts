import type { FlatSection } from '../syntax/flatten.ts';

type Node = FlatSection['body'][number];

/** What a script says in one go: a command with the here-document that it reads, or a whole loop. */
export interface Statement {
  readonly nodes: readonly Node[];
  readonly commands: readonly PlainCommand[];
  /** Why hew does not read it: the shell would have to decide something. */
  readonly problem?: string;
}

/** A command without anything that the shell decides as it runs. */
export interface PlainCommand {
  readonly words: readonly string[];
  readonly input?: string;
  readonly output?: { readonly path: string; readonly append: boolean };
}

/**
 * Reads a script of the shell as far as it is plain: commands with quotes, variables that a line before sets, comments
 * and here-documents. Whatever else there is (pipes, conditions, loops, what another command prints) becomes a statement with a
 * problem, and the variables that it may set are unknown from there on. Nothing runs. Linear in the script.
 */
export const readShell = (body: FlatSection['body']): readonly Statement[] => {
  const reader: Reader = { body, at: 0, variables: new Map() };
  const statements: Statement[] = [];
  while (reader.at < body.length) statements.push(readStatement(reader));
  return statements;
};

interface Reader {
  readonly body: FlatSection['body'];
  at: number;
  readonly variables: Map<string, string | undefined>;
}

const textOf = (node: Node | undefined): string => (node?.kind === 'text' ? node.text : '');

const readStatement = (reader: Reader): Statement => {
  const first = reader.at;
  let line = textOf(reader.body[first]);
  reader.at += 1;
  while (/(?:^|[^\\])(?:\\\\)*\\$/.test(line) && reader.at < reader.body.length) {
    line = `${line.slice(0, -1)}${textOf(reader.body[reader.at])}`;
    reader.at += 1;
  }
  const opening = BLOCK.exec(line)?.[1];
  if (opening !== undefined) return readBlock(reader, first);
  const read = readCommands(line, reader.variables);
  const commands = read.commands.map((command) => withInput(reader, command));
  const nodes = reader.body.slice(first, reader.at);
  if (read.problem === undefined) return { nodes, commands };
  forget(reader.variables, nodes);
  return { nodes, commands: [], problem: read.problem };
};

const BLOCK = /^\s*(if|for|while|until|case|select|function|\{|\w+\s*\(\))(?=[\s({]|$)/;
const OPENS = /^(?:if|for|while|until|case|select|\{|\w+\(\))$/;
const CLOSES = /^(?:fi|done|esac|\})$/;

/** A loop over the arguments that an installer was booted with, which sets variables alone. An image build has none. */
const BOOT_ARGUMENTS = /^\s*for \w+ in (?:\$\(cat \/proc\/cmdline\)|\$\(<\/proc\/cmdline\)|`cat \/proc\/cmdline`)\s*;?\s*(?:do)?\s*$/;
const SETS_VARIABLES = /^\s*(?:do|done|esac|;;|case\s+"?\$\w+"?\s+in|[^()\s;&|`$]+\)\s*\w+=(?:"?\$\{\w+#[^}`$]*\}"?|[\w./-]*)\s*(?:;;)?|)\s*$/;

const readBlock = (reader: Reader, first: number): Statement => {
  let depth = 0;
  reader.at = first;
  do {
    depth += depthOf(textOf(reader.body[reader.at]));
    reader.at += 1;
  } while (depth > 0 && reader.at < reader.body.length);
  const nodes = reader.body.slice(first, reader.at);
  const [head, ...rest] = nodes.map(textOf);
  if (BOOT_ARGUMENTS.test(head ?? '') && rest.every((line) => SETS_VARIABLES.test(line))) return { nodes, commands: [] };
  forget(reader.variables, nodes);
  return { nodes, commands: [], problem: `\`${(head ?? '').trim()}\` is decided as the script runs` };
};

const depthOf = (line: string): number => {
  const words = line.replace(/(?:^|\s)#.*/, '').split(/[\s;]+/).filter(Boolean);
  return words.filter((word) => OPENS.test(word)).length - words.filter((word) => CLOSES.test(word)).length;
};

/** What a statement that is not read may set is unknown from there on. */
const forget = (variables: Map<string, string | undefined>, nodes: readonly Node[]): void => {
  for (const node of nodes) {
    for (const [, name = ''] of textOf(node).matchAll(/(?:^|[\s;&|(])(?:read\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)(?=\+?=|\s*$)/g)) variables.set(name, undefined);
  }
};

interface RawCommand extends PlainCommand {
  readonly document?: { readonly end: string; readonly literal: boolean; readonly tabs: boolean };
}

/** Takes the lines of the here-document that the command names. */
const withInput = (reader: Reader, { document, ...command }: RawCommand): PlainCommand => {
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
  const input = document.literal ? text : expandDocument(text, reader.variables);
  return input === undefined ? { ...command, words: [UNKNOWN, ...command.words] } : { ...command, input };
};

/** Stands before the words of a command whose input depends on what the script finds out: no program is called so. */
export const UNKNOWN = '$(…)';

const expandDocument = (text: string, variables: ReadonlyMap<string, string | undefined>): string | undefined => {
  if (/`|\$\(|\$\{[^}]*[^\w}]/.test(text)) return undefined;
  let known = true;
  const expanded = text.replaceAll(/\\([\\$`])|\\\n|\$(?:\{(\w+)\}|(\w+))/g, (_, escaped: string | undefined, braced: string | undefined, bare: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const name = braced ?? bare;
    if (name === undefined) return '';
    const value = variables.get(name);
    known &&= value !== undefined;
    return value ?? '';
  });
  return known ? expanded : undefined;
};

const NOT_PLAIN = 'it is decided as the script runs';

/** The commands of one line. */
const readCommands = (line: string, variables: Map<string, string | undefined>): { readonly commands: readonly RawCommand[]; readonly problem?: string } => {
  const commands: RawCommand[] = [];
  let rest = line;
  while (rest.trim() !== '') {
    const read = readWords(rest, variables);
    if (read === undefined) return { commands, problem: `\`${line.trim()}\`: ${NOT_PLAIN}` };
    rest = read.rest;
    const command = redirect(read.words);
    if (command === undefined) return { commands, problem: `\`${line.trim()}\`: ${NOT_PLAIN}` };
    const { words } = command;
    const sets = words[0] === 'export' ? words.slice(1) : words;
    if (sets.length > 0 && sets.every((word) => /^[A-Za-z_]\w*=/.test(word))) {
      for (const word of sets) variables.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    } else if (words.length > 0) commands.push(command);
  }
  return { commands };
};

interface Word {
  readonly text: string;
  /** Whether any part of it was in quotes. */
  readonly quoted: boolean;
}

/** Cuts words up to the end of a command. Undefined where the shell would have to decide. */
const readWords = (line: string, variables: ReadonlyMap<string, string | undefined>): { readonly words: readonly Word[]; readonly rest: string } | undefined => {
  const words: Word[] = [];
  let word: { text: string; quoted: boolean } | undefined;
  const finish = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const add = (text: string, quoted = false): void => {
    word ??= { text: '', quoted: false };
    word.text += text;
    word.quoted ||= quoted;
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(line); match !== null; match = TOKEN.exec(line)) {
    const [token] = match;
    const end = TOKEN.lastIndex;
    if (/^\s/.test(token)) finish();
    else if (token === '#' && word === undefined) return { words, rest: '' };
    else if (token.startsWith("'")) add(token.slice(1, -1), true);
    else if (token.startsWith('"')) {
      const inner = expandDocument(token.slice(1, -1).replaceAll('\\"', '"'), variables);
      if (inner === undefined) return undefined;
      add(inner, true);
    } else if (token === ';' || token === '&&') {
      finish();
      return { words, rest: line.slice(end) };
    } else if (REDIRECTION.test(token)) {
      finish();
      words.push({ text: token, quoted: false });
    } else if (/^[$`&|()"']/.test(token)) {
      const name = /^\$\{?(\w+)\}?$/.exec(token)?.[1];
      const value = name === undefined ? undefined : variables.get(name);
      if (value === undefined || /[\s*?[]/.test(value)) return undefined;
      add(value);
    } else add(token.startsWith('\\') ? token.slice(1) : token, token.startsWith('\\'));
  }
  finish();
  return { words, rest: '' };
};

const TOKEN = /\s+|'[^']*'|"(?:[^"\\]|\\.)*"|&>>?|\d?>>|\d?>&\d|\d?>|<<<|<<-?|<|&&|\|\||[;&|()#`"']|\$\{\w+\}|\$\w+|\$|\\.|[^\s'"&<>;|()#`$\\]+|\\/gy;
const REDIRECTION = /^(?:&>>?|\d?>>|\d?>&\d|\d?>|<<<|<<-?|<)$/;

/** Takes redirections out of the words. */
const redirect = (words: readonly Word[]): RawCommand | undefined => {
  const plain: string[] = [];
  let command: Omit<RawCommand, 'words'> = {};
  for (let index = 0; index < words.length; index += 1) {
    const { text = '', quoted = false } = words[index] ?? {};
    if (quoted || !REDIRECTION.test(text)) {
      plain.push(text);
      continue;
    }
    if (/>&\d$/.test(text)) continue;
    index += 1;
    const target = words[index];
    if (target === undefined || text === '<' && !target.text.startsWith('/dev/')) return undefined;
    if (text === '<<' || text === '<<-') {
      if (command.document !== undefined) return undefined;
      command = { ...command, document: { end: target.text, literal: target.quoted, tabs: text === '<<-' } };
    } else if (text === '<<<') command = { ...command, input: `${target.text}\n` };
    else if (/^1?>>?$/.test(text) && !target.text.startsWith('/dev/')) {
      command = { ...command, output: { path: target.text, append: text.endsWith('>>') } };
    }
  }
  return { ...command, words: plain };
};
