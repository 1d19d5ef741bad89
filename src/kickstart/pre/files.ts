import type { PlainCommand } from './shell/commands.ts';
import type { Outcome } from './table.ts';

/**
 * The files that scripts write in lines that hew reads. The text of a file is known as long as no other line names it, and no
 * such line writes to a path that it keeps in a variable.
 */
export class WrittenFiles {
  readonly #texts = new Map<string, string>();
  readonly #unread: string[] = [];
  #isOpen = false;

  /** Notes lines that hew does not read: they may write to what they name. */
  leaveOpen(lines: string): void {
    this.#unread.push(lines);
    this.#isOpen ||= />>?\s*["']?\$|\btee\b/.test(lines);
  }

  leaveAllOpen(): void {
    this.#isOpen = true;
  }

  /** Reads a command that writes files alone: cat, echo, printf, tee, rm, or no command. Undefined for any other. */
  write(name: string, words: readonly string[], command: PlainCommand): Outcome | undefined {
    for (const path of command.touches) this.leaveOpen(path);
    const text = textOf(name, words, command);
    if (text === undefined) {
      if (command.output !== undefined) this.leaveOpen(command.output.path);
      return name === 'rm' ? this.#remove(words) : undefined;
    }
    const outputs = name === 'tee' ? teeOutputs(words) : command.output === undefined ? [] : [command.output];
    for (const { path, append } of outputs) {
      if (text === UNKNOWN_TEXT) return { problem: `hew does not know what \`${name}\` writes to ${path}` };
      this.#texts.set(path, append ? `${this.#texts.get(path) ?? ''}${text}` : text);
    }
    return { says: outputs.map(({ path }) => `writes ${path}`).join('; ') };
  }

  /** By path: the texts that are known. */
  known(): ReadonlyMap<string, string> {
    const named = new Set(this.#unread.join('\n').match(/[\w./@+-]+/g));
    return new Map([...this.#texts].filter(([path]) => !this.#isOpen && /^\/[\w./@+-]+$/.test(path) && !named.has(path)));
  }

  #remove(words: readonly string[]): Outcome | undefined {
    const paths = words.filter((word) => !/^-[fr]+$/.test(word));
    if (!paths.every((path) => /^\/[\w./@+-]+$/.test(path))) return undefined;
    for (const path of paths) this.#texts.delete(path);
    return { says: '' };
  }
}

const UNKNOWN_TEXT = Symbol('a text that is decided as the script runs');

/** What the command writes to its output; undefined where it is no command that writes a text. */
const textOf = (name: string, words: readonly string[], { input }: PlainCommand): string | typeof UNKNOWN_TEXT | undefined => {
  if (name === '') return '';
  if (name === 'echo') return echoed(words) ?? UNKNOWN_TEXT;
  if (name === 'printf') return printed(words) ?? UNKNOWN_TEXT;
  if (name === 'tee') return input ?? UNKNOWN_TEXT;
  return name === 'cat' ? (words.length === 0 ? input : undefined) ?? UNKNOWN_TEXT : undefined;
};

const teeOutputs = (words: readonly string[]): readonly { readonly path: string; readonly append: boolean }[] =>
  words.filter((word) => !word.startsWith('-')).map((path) => ({ path, append: words.includes('-a') }));

const echoed = (words: readonly string[]): string | undefined => {
  const [option, ...rest] = words;
  // With -e, and in some shells always, a backslash means more.
  if (option === '-e' || words.some((word) => word.includes('\\'))) return undefined;
  return option === '-n' ? rest.join(' ') : `${words.join(' ')}\n`;
};

/** A format without anything to fill in, and no escape besides the end of a line. */
const printed = ([format = '', ...rest]: readonly string[]): string | undefined =>
  rest.length > 0 || format.startsWith('-') || /%|\\[^n]/.test(format) ? undefined : format.replaceAll(String.raw`\n`, '\n');
