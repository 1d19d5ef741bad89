import type { Variables } from './variables.ts';
import { readWords, REDIRECTION, type Word } from './words.ts';

/** A command without anything that the shell decides as it runs. */
export interface PlainCommand {
  readonly words: readonly string[];
  readonly input?: string;
  readonly output?: { readonly path: string; readonly append: boolean };
  /** Files that it opens for writing in another way: by `2>`, by `&>`, or before the last `>`. */
  readonly touches: readonly string[];
}

/** A command whose here-document is still to be read from the lines that follow. */
export interface OpenCommand extends PlainCommand {
  readonly document?: { readonly end: string; readonly literal: boolean; readonly tabs: boolean };
}

export interface Commands {
  readonly commands: readonly OpenCommand[];
  /** Why hew does not read the line. */
  readonly problem?: string;
}

/** Reads the commands of one line, each as if those before it succeeded. Assignments go into the variables. */
export const readCommands = (line: string, variables: Variables): Commands => {
  const commands: OpenCommand[] = [];
  let rest = line;
  while (rest.trim() !== '') {
    const read = readWords(rest, variables);
    const command = read && redirect(read.words);
    if (read === undefined || command === undefined) return { commands, problem: `\`${line.trim()}\`: it is decided as the script runs` };
    rest = read.rest;
    const { words } = command;
    const sets = words[0] === 'export' ? words.slice(1) : words;
    if (sets.length > 0 && sets.every((word) => /^[A-Za-z_]\w*=/.test(word))) {
      // After another command on the line it may be that command which decides.
      if (commands.length > 0) variables.forget(sets);
      else for (const word of sets) variables.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    } else if (words.length > 0 || command.output !== undefined || command.touches.length > 0) commands.push(command);
  }
  return { commands };
};

/** Takes redirections out of the words. Undefined where the command reads a file, or more than one here-document. */
const redirect = (words: readonly Word[]): OpenCommand | undefined => {
  const plain: string[] = [];
  const touches: string[] = [];
  let command: Omit<OpenCommand, 'words' | 'touches'> = {};
  for (let index = 0; index < words.length; index += 1) {
    const { text = '', quoted = false } = words[index] ?? {};
    if (quoted || !REDIRECTION.test(text)) {
      plain.push(text);
      continue;
    }
    if (/>&\d$/.test(text)) continue;
    index += 1;
    const target = words[index];
    if (target === undefined || (text === '<' && !target.text.startsWith('/dev/'))) return undefined;
    if (text === '<<' || text === '<<-') {
      if (command.document !== undefined) return undefined;
      command = { ...command, document: { end: target.text, literal: target.quoted, tabs: text === '<<-' } };
    } else if (text === '<<<') command = { ...command, input: `${target.text}\n` };
    else if (text !== '<' && !target.text.startsWith('/dev/')) {
      if (command.output !== undefined) touches.push(command.output.path);
      if (/^1?>>?$/.test(text)) command = { ...command, output: { path: target.text, append: text.endsWith('>>') } };
      else touches.push(target.text);
    }
  }
  return { ...command, words: plain, touches };
};
