/**
 * Parses `ld.so --help` about its `glibc-hwcaps` folders: the levels that glibc uses on this machine, highest first,
 * such as `['x86-64-v3', 'x86-64-v2']`. Empty if it uses none; undefined if glibc is older than 2.33, or the C library
 * is another one. Source: https://sourceware.org/glibc/manual/latest/html_node/Hardware-Capability-Tunables.html
 */
export const parseLdSoHelp = (text: string): readonly string[] | undefined => {
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => line.startsWith('Subdirectories of glibc-hwcaps directories'));
  if (heading < 0) return undefined;
  const supported: string[] = [];
  for (const line of lines.slice(heading + 1)) {
    if (!line.startsWith('  ')) break;
    const [, name] = /^ {2}(\S+) \((?:[^)]*[ ;])?supported\b/.exec(line) ?? [];
    if (name !== undefined) supported.push(name);
  }
  return supported;
};
