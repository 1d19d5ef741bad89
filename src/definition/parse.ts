import { parseToml } from './parse-toml.ts';
import { parseYaml } from './parse-yaml.ts';
import type { ParsedFile } from './parsed-file.ts';

/** The formats of definitions, by file name suffix. */
export const parsers: Readonly<Record<string, (text: string, file: string) => ParsedFile>> = {
  '.toml': parseToml,
  '.yaml': parseYaml,
  '.yml': parseYaml,
};

/** Parses a TOML or YAML file by its suffix. `file` is its name in problems. Never throws. */
export const parseFile = (text: string, file: string): ParsedFile => {
  const ending = /\.[^./]+$/.exec(file)?.[0].toLowerCase() ?? '';
  // Windows PowerShell begins UTF-8 files with a byte order mark.
  return (parsers[ending] ?? parseToml)(text.replace(/^\uFEFF/, ''), file);
};
