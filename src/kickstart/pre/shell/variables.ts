/** Variables of a script, as far as the lines read so far say what they hold. */
export class Variables {
  readonly #values = new Map<string, string>();
  #isOpen = false;

  /** The value, or undefined where hew cannot tell it. */
  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    if (!this.#isOpen) this.#values.set(name, value);
  }

  /**
   * Forgets what lines that hew does not read may set: each variable that they name without `$`. After a line that can set any
   * variable, or that defines a function, no value is known any more.
   */
  forget(lines: readonly string[]): void {
    for (const line of lines) {
      if (SETS_ANY.test(line)) {
        this.#isOpen = true;
        this.#values.clear();
      }
      for (const [name] of line.matchAll(NAME)) this.#values.delete(name);
    }
  }
}

const NAME = /(?<![\w$]|\$\{)[A-Za-z_]\w*/g;
const SETS_ANY = /(?:^|[\s;&|(])(?:eval|source|\.|function)\s|^\s*\w+\s*\(\)/;
