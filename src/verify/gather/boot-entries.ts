import type { BootEntry } from '../boot-facts.ts';

/** An entry as written: the files that it names were not looked up yet. */
export type WrittenEntry = Omit<BootEntry, 'faults'>;

/** A boot loader entry: https://uapi-group.org/specifications/specs/boot_loader_specification/ (type 1). */
export function readBls(text: string, from: string, variables: Readonly<Record<string, string>> = {}): WrittenEntry {
  const values = (key: string): readonly string[] => text.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([\w-]+)\s+(.*?)\s*$/.exec(line) ?? [];
    return name === key && value !== undefined ? [value] : [];
  });
  return {
    kind: 'bls',
    from,
    title: values('title')[0] ?? from,
    version: values('version')[0],
    kernel: values('linux')[0] ?? values('efi')[0] ?? values('uki')[0],
    initrd: values('initrd')[0]?.split(' ')[0],
    commandLine: expand(values('options').join(' '), variables),
  };
}

/** Menu entries of a grub.cfg(5). */
export function readGrub(text: string, from: string, variables: Readonly<Record<string, string>> = {}): readonly WrittenEntry[] {
  const entries: WrittenEntry[] = [];
  let title: string | undefined;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    title = /^menuentry\s+(?:'([^']*)'|"([^"]*)")/.exec(line)?.slice(1).find((name) => name !== undefined) ?? title;
    const [, kernel, options = ''] = /^linux(?:efi|16)?\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    const initrd = /^initrd(?:efi|16)?\s+(\S+)/.exec(line)?.[1];
    if (kernel !== undefined) {
      const path = withoutDevice(kernel);
      entries.push({
        kind: 'grub', from, title: title ?? path, kernel: path, initrd: undefined, commandLine: expand(options, variables),
        version: /vmlinu[xz]-(.+)$/.exec(path)?.[1],
      });
    }
    const last = entries.at(-1);
    if (initrd !== undefined && last !== undefined) entries[entries.length - 1] = { ...last, initrd: withoutDevice(initrd) };
  }
  return entries;
}

const withoutDevice = (path: string): string => path.replace(/^\((?:[^)]*)\)/, '');

/** Variables of GRUB's environment block, such as `$kernelopts`; unknown ones become empty, as in GRUB. */
const expand = (options: string, variables: Readonly<Record<string, string>>): string =>
  options.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => variables[braced ?? plain ?? ''] ?? '').trim();

/** The variables of a GRUB environment block. */
export const readGrubEnvironment = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  }));
