/** One stanza of a Debian control file. Field names are kept as written; continuation lines are joined by newlines. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Reads deb822 text (deb-control(5)): stanzas divided by blank lines, `Name: value`, continuation lines indented by
 * one blank, `#` comments. Throws on a line that is none of these, with its number.
 */
export function parseControl(text: string): Stanza[] {
  const stanzas: Map<string, string>[] = [];
  let current: Map<string, string> | undefined;
  let field: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('#')) continue;
    if (line.trim() === '') {
      current = undefined;
      field = undefined;
    } else if (/^[ \t]/.test(line)) {
      if (current === undefined || field === undefined) throw new Error(`line ${index + 1}: nothing to continue`);
      current.set(field, `${current.get(field) ?? ''}\n${line.slice(1)}`);
    } else {
      const colon = line.indexOf(':');
      if (colon <= 0) throw new Error(`line ${index + 1}: neither a field nor a continuation: ${line}`);
      if (current === undefined) stanzas.push((current = new Map()));
      field = line.slice(0, colon);
      current.set(field, line.slice(colon + 1).trim());
    }
  }
  return stanzas;
}

export interface Source {
  readonly name: string;
  /** Debian version. */
  readonly version: string;
}

/** The source package of a binary stanza: `Source: glibc`, `Source: dnf5 (5.4.6.0-2)`, or the package itself. */
export function sourceOf(stanza: Stanza): Source {
  const version = stanza.get('Version') ?? '';
  const match = /^(\S+)(?:\s+\((\S+)\))?$/.exec(stanza.get('Source') ?? '');
  return { name: match?.[1] ?? stanza.get('Package') ?? '', version: match?.[2] ?? version };
}

export interface Prose {
  readonly summary: string;
  readonly description: string;
}

/** Splits `Description` into its synopsis and its text; a lone dot stands for an empty line. */
export function proseOf(stanza: Stanza): Prose {
  const [summary = '', ...rest] = (stanza.get('Description') ?? '').split('\n');
  const description = rest.map((line) => (line === '.' ? '' : line)).join('\n');
  return { summary: summary.trim(), description: description.trim() === '' ? summary.trim() : description };
}
