import type { Path } from './types.ts';

const bareKey = /^[A-Za-z0-9_-]+$/;

/** A key path as TOML writes it, with list positions in brackets: `disk.partitions[0].size`, `files."/etc/motd"`. */
export const formatPath = (path: Path): string =>
  path.map((part, at) => {
    if (typeof part === 'number') return `[${part}]`;
    const key = bareKey.test(part) ? part : JSON.stringify(part);
    return at === 0 ? key : `.${key}`;
  }).join('');

/**
 * Reads a key path as users write it after `--set` or in `replace`: dots between keys, quotes around keys with dots,
 * brackets for positions. Undefined if it is not a key path.
 */
export const parsePath = (text: string): Path | undefined => {
  const path: (string | number)[] = [];
  const part = /\.?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^.'"[\]\s=]+))|\[(\d+)\]/y;
  while (part.lastIndex < text.length) {
    const start = part.lastIndex;
    const found = part.exec(text);
    if (found === null) return undefined;
    const [, escaped, literal, bare, position] = found;
    const dotted = text[start] === '.';
    if (position === undefined && dotted !== path.length > 0) return undefined;
    if (position !== undefined) path.push(Number(position));
    else path.push(escaped === undefined ? literal ?? bare ?? '' : unescape(escaped));
  }
  return path.length === 0 ? undefined : path;
};

const unescape = (text: string): string => text.replaceAll(/\\(.)/g, '$1');

/** A key for maps, equal for equal paths. */
export const pathKey = (path: Path): string => JSON.stringify(path);
