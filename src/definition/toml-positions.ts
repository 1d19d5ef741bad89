import { LineTable, Positions } from './positions.ts';
import type { Path, PathPart } from './types.ts';

/**
 * Finds the positions of keys and values in a TOML document. It reads no values and reports no problems: the document
 * has passed the real parser, which gives no positions. Grammar: https://toml.io/en/v1.0.0
 */
export const locateToml = (text: string): Positions => new TomlLocator(text).locate();

interface Key {
  readonly parts: readonly string[];
  /** Offset of each part. */
  readonly offsets: readonly number[];
}

class TomlLocator {
  readonly #text: string;
  readonly #lines: LineTable;
  readonly #positions = new Positions();
  /** Number of elements so far of each array of tables, by the path of the array. */
  readonly #elements = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new LineTable(text);
  }

  locate(): Positions {
    this.#add([], 0);
    let table: Path = [];
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      const start = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
      // An accepted document always advances; any other must not hang here.
      if (this.#at === start) this.#at += 1;
    }
    return this.#positions;
  }

  #header(): Path {
    const start = this.#at;
    const isElement = this.#text.startsWith('[[', start);
    this.#at += isElement ? 2 : 1;
    this.#skipSpace();
    const key = this.#key();
    this.#skipSpace();
    if (this.#text[this.#at] === ']') this.#at += isElement ? 2 : 1;
    return isElement ? this.#openElement(key, start) : this.#openTable(key, start, key.parts.length);
  }

  #openElement(key: Key, start: number): Path {
    const last = key.parts.length - 1;
    const array: Path = [...this.#openTable(key, start, last), key.parts[last] ?? ''];
    this.#add(array, start, key.offsets[last]);
    const id = JSON.stringify(array);
    const index = this.#elements.get(id) ?? 0;
    this.#elements.set(id, index + 1);
    const element = [...array, index];
    this.#add(element, start);
    return element;
  }

  /** A part of a header that names an array of tables means its last element. */
  #openTable(key: Key, start: number, length: number): Path {
    const path: PathPart[] = [];
    for (const [index, part] of key.parts.slice(0, length).entries()) {
      path.push(part);
      this.#add(path, start, key.offsets[index]);
      const elements = this.#elements.get(JSON.stringify(path));
      if (elements !== undefined) path.push(elements - 1);
    }
    return path;
  }

  #pair(table: Path): void {
    const key = this.#key();
    this.#skipSpace();
    if (this.#text[this.#at] === '=') this.#at += 1;
    this.#skipSpace();
    const path: PathPart[] = [...table];
    for (const [index, part] of key.parts.entries()) {
      path.push(part);
      // `a.b = 1` defines the table a at its first part, and the value b at the value.
      const isLast = index === key.parts.length - 1;
      this.#add(path, isLast ? this.#at : key.offsets[index] ?? this.#at, key.offsets[index]);
    }
    this.#value(path);
  }

  #key(): Key {
    const parts: string[] = [];
    const offsets: number[] = [];
    do {
      if (parts.length > 0) this.#at += 1;
      this.#skipSpace();
      offsets.push(this.#at);
      parts.push(this.#keyPart());
      this.#skipSpace();
    } while (this.#text[this.#at] === '.');
    return { parts, offsets };
  }

  #keyPart(): string {
    const quote = this.#text[this.#at];
    const start = this.#at;
    if (quote === '"' || quote === "'") {
      this.#string(quote);
      const inner = this.#text.slice(start + 1, this.#at - 1);
      return quote === '"' ? unescapeToml(inner) : inner;
    }
    this.#match(/[A-Za-z0-9_-]*/y);
    return this.#text.slice(start, this.#at);
  }

  #value(path: Path): void {
    const first = this.#text[this.#at];
    if (first === '[') this.#array(path);
    else if (first === '{') this.#inlineTable(path);
    else if (first === '"' || first === "'") this.#string(first);
    else this.#match(/[^\s,\]}#]*(?: \d\d:[^\s,\]}#]*)?/y);
  }

  #array(path: Path): void {
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#skipBlank();
      if (this.#at >= this.#text.length || this.#text[this.#at] === ']') break;
      const element = [...path, index];
      const start = this.#at;
      this.#add(element, start);
      this.#value(element);
      this.#skipBlank();
      if (this.#text[this.#at] === ',' || this.#at === start) this.#at += 1;
    }
    this.#at += 1;
  }

  #inlineTable(path: Path): void {
    this.#at += 1;
    for (;;) {
      this.#skipBlank();
      if (this.#at >= this.#text.length || this.#text[this.#at] === '}') break;
      const start = this.#at;
      this.#pair(path);
      this.#skipBlank();
      if (this.#text[this.#at] === ',' || this.#at === start) this.#at += 1;
    }
    this.#at += 1;
  }

  #string(quote: '"' | "'"): void {
    const triple = quote.repeat(3);
    const isLong = this.#text.startsWith(triple, this.#at);
    this.#at += isLong ? 3 : 1;
    while (this.#at < this.#text.length) {
      if (quote === '"' && this.#text[this.#at] === '\\') this.#at += 2;
      else if (isLong ? this.#text.startsWith(triple, this.#at) : this.#text[this.#at] === quote) break;
      else this.#at += 1;
    }
    this.#at += isLong ? 3 : 1;
    // A multi-line string may end with up to two quotes of its own before the closing three.
    if (isLong) this.#match(quote === '"' ? /"{0,2}/y : /'{0,2}/y);
  }

  #skipSpace(): void {
    this.#match(/[ \t]*/y);
  }

  #skipBlank(): void {
    this.#match(/(?:[ \t\r\n\uFEFF]|#[^\n]*)*/y);
  }

  #match(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #add(path: Path, value: number, key?: number): void {
    this.#positions.add(path, {
      value: this.#lines.position(value),
      ...(key === undefined ? {} : { key: this.#lines.position(key) }),
    });
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\' };

const unescapeToml = (text: string): string =>
  text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short?: string, long?: string, letter = '') => {
    const code = short ?? long;
    if (code === undefined) return escapes[String(letter)] ?? String(letter);
    const point = Number.parseInt(code, 16);
    return point > 0x10_ff_ff ? '\uFFFD' : String.fromCodePoint(point);
  });
