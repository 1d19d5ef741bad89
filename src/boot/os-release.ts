/** os-release(5) by key; quotes and escapes read as a shell would. */
export function parseOsRelease(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split('\n').flatMap((line) => {
    const [, key, quoted, single, plain] = LINE.exec(line) ?? [];
    return key === undefined ? [] : [[key, quoted?.replaceAll(/\\(["$`\\])/g, '$1') ?? single ?? plain ?? '']];
  }));
}

const LINE = /^([A-Z][A-Z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))\s*$/;
