import type { Variables } from './variables.ts';

export interface Word {
  readonly text: string;
  /** Whether any part of it was in quotes. */
  readonly quoted: boolean;
}

/** The words of one command, and what follows the `;`, `&&` or `||` that ends it. */
export interface Words {
  readonly words: readonly Word[];
  readonly rest: string;
}

const TOKEN = /\s+|'[^']*'|"(?:[^"\\]|\\[^])*"|&>>?|\d?>>|\d?>&\d|\d?>|<<<|<<-?|<|&&|\|\||[;&|()#`"']|\$\{\w+\}|\$\w+|\$|\\.|[^\s'"&<>;|()#`$\\]+|\\/gy;

/** An operator of redirection, which is a word by itself. */
export const REDIRECTION = /^(?:&>>?|\d?>>|\d?>&\d|\d?>|<<<|<<-?|<)$/;

/** What runs only where the command before `||` fails: one command, or commands in braces. */
const FALLBACK = /^\s*(?:\{[^{}]*\}|[^;&|{}()]+)/;

/** Cuts a line into the words of its first command. Undefined where the shell would have to decide. */
export const readWords = (line: string, variables: Variables): Words | undefined => {
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
    else if (token === '#') add(token);
    else if (token.startsWith("'") && token.length > 1) add(token.slice(1, -1), true);
    else if (token.startsWith('"') && token.length > 1) {
      const inner = expand(token.slice(1, -1).replaceAll('\\"', '"'), variables);
      if (inner === undefined) return undefined;
      add(inner, true);
    } else if (token === ';' || token === '&&' || token === '||') {
      finish();
      const rest = line.slice(end);
      if (token !== '||') return { words, rest };
      const fallback = FALLBACK.exec(rest)?.[0] ?? '';
      variables.forget([fallback]);
      return { words, rest: rest.slice(fallback.length).replace(/^\s*(?:;|&&)/, '') };
    } else if (REDIRECTION.test(token)) {
      finish();
      words.push({ text: token, quoted: false });
    } else if (/^[$`&|()"']/.test(token)) {
      const name = /^\$\{?(\w+)\}?$/.exec(token)?.[1];
      const value = name === undefined ? undefined : variables.get(name);
      if (value === undefined || /[\s*?[]/.test(value)) return undefined;
      if (value !== '') add(value);
    } else add(token.startsWith('\\') ? token.slice(1) : token, token.startsWith('\\'));
  }
  finish();
  return { words, rest: '' };
};

/** The text of a here-document or of double quotes with its variables replaced. Undefined where one is not known. */
export const expand = (text: string, variables: Variables): string | undefined => {
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

/** What is open at a place in a script: a quote, a comment, or nothing. */
export type Open = '' | "'" | '"' | '#';

/** What is open at the end of a line, given what is open where it begins. */
export const openAfter = (line: string, before: Open): Open => {
  let open = before;
  for (const [token] of line.matchAll(/\\.|(?:^|\s)#|['"]/g)) {
    if (token.startsWith('\\')) {
      if (open === "'" && token === "\\'") open = '';
    } else if (token.endsWith('#')) {
      if (open === '') return '#';
    } else if (open === '') open = token === "'" ? "'" : '"';
    else if (open === token) open = '';
  }
  return open;
};
