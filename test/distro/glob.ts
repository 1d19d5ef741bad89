const compiled = new Map<string, RegExp>();

/**
 * Whether a path matches a glob: `*` and `?` stay within a name, `**` crosses folders, `{a,b}` and `[a-z]` choose. Each
 * pattern is compiled once: a kernel has thousands of files, and `path.matchesGlob` compiles at every call.
 */
export function matches(path: string, glob: string): boolean {
  let pattern = compiled.get(glob);
  if (pattern === undefined) compiled.set(glob, (pattern = new RegExp(`^${translate(glob)}$`)));
  return pattern.test(path);
}

const parts: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

function translate(glob: string): string {
  let depth = 0;
  return glob.replace(/\*\*\/|\*\*|[*?]|\[!?[^\]]+\]|[{},]|[.+^$()|\\]/g, (token) => {
    if (token === '{') depth += 1;
    if (token === '{') return '(?:';
    if (token === ',') return depth > 0 ? '|' : ',';
    if (token === '}') depth -= 1;
    if (token === '}') return ')';
    if (token.startsWith('[')) return token.replace(/^\[!/, '[^');
    return parts[token] ?? `\\${token}`;
  });
}
