/** A line of `SHA256SUMS`. */
export interface Checksum {
  readonly name: string;
  readonly sha256: string;
}

const LINE = /^(\\?)([0-9a-f]{64}) [ *](.+)$/;

/**
 * Reads the format of `formatChecksums` and `sha256sum`. Undefined if a line is not in that format, or a name appears
 * twice, which would be ambiguous.
 */
export function readChecksums(text: string): readonly Checksum[] | undefined {
  const rows: Checksum[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const [, escaped, sha256, name] = LINE.exec(line) ?? [];
    if (sha256 === undefined || name === undefined) return undefined;
    rows.push({ sha256, name: escaped === '' ? name : unescape(name) });
  }
  return new Set(rows.map(({ name }) => name)).size === rows.length ? rows : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' };

const unescape = (name: string): string => name.replaceAll(/\\[\\nr]/g, (code) => ESCAPES[code] ?? code);
