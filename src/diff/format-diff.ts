import type { ComparedPackage, PackageChange } from '../packages/package-changes.ts';
import type { FileAspect, FileChange } from './diff-files.ts';
import type { FileFacts } from './facts.ts';
import type { ImageDiff, SettingChange, TargetDiff } from './diff-images.ts';

export interface DiffTextOptions {
  /** More files than this are counted and not listed. Packages are always listed. */
  readonly maxFiles: number;
}

/** A comparison as text, one line a difference; ends in a newline. Pure. */
export function formatDiff(diff: ImageDiff, options: DiffTextOptions = { maxFiles: 200 }): string {
  if (diff.same) return `${printable(diff.from)} and ${printable(diff.to)} do not differ\n`;
  const { packages, files = [], configuration, level, size } = diff;
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Level', level === undefined ? [] : [`${level.from} → ${level.to}`]],
    [`Packages (${count(packages)})`, formatTable(largestFirst(packages).map(packageRow))],
    [`Files (${count(files)})`, formatFiles(files, options.maxFiles)],
    ['Configuration', formatTable(configuration.map(settingRow))],
  ];
  const body = parts.filter(([, lines]) => lines.length > 0).map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`), ''].join('\n'));
  const total = `Packages in all: ${formatBytes(size.from)} → ${formatBytes(size.to)} (${formatDelta(size.to - size.from)})`;
  return [`${printable(diff.from)} → ${printable(diff.to)}`, '', ...body, total, ''].join('\n');
}

/** A comparison of locks as text. Pure. */
export const formatLockDiff = (targets: readonly TargetDiff[], options?: DiffTextOptions): string =>
  targets
    .map(({ target, only, diff }) => {
      const note = only === undefined ? '' : ` (only in ${printable(only === 'from' ? diff.from : diff.to)})`;
      return `${target}${note}: ${formatDiff(diff, options)}`;
    })
    .join('\n');

const SIGNS: Readonly<Record<PackageChange['kind'] | FileChange['kind'], string>> = {
  added: '+', removed: '-', upgraded: '↑', downgraded: '↓', replaced: '~', changed: '~',
};

const packageRow = ({ kind, name, from, to, bytes }: PackageChange): readonly string[] => [
  SIGNS[kind], printable(name), versions(from, to), formatDelta(bytes), kind,
];

/** Tells what distinguishes the two, which is not always the version. */
function versions(from: ComparedPackage | undefined, to: ComparedPackage | undefined): string {
  const [one, other] = [from ?? to, to ?? from];
  if (one === undefined || other === undefined) return '';
  const show = (entry: ComparedPackage, repository: boolean): string =>
    printable(`${entry.evr}.${entry.arch}${repository && entry.repository !== undefined ? ` from ${entry.repository}` : ''}`);
  if (one === other) return show(one, false);
  const alike = one.evr === other.evr && one.arch === other.arch;
  const text = `${show(one, alike)} → ${show(other, alike)}`;
  return alike && one.repository === other.repository ? `${show(one, true)}, other bytes` : text;
}

const settingRow = ({ key, from, to }: SettingChange): readonly string[] => [
  from === undefined ? '+' : to === undefined ? '-' : '~',
  printable(key),
  [from, to].filter((value) => value !== undefined).map(printable).join(' → '),
];

const largestFirst = (changes: readonly PackageChange[]): readonly PackageChange[] =>
  changes.toSorted((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));

function formatFiles(files: readonly FileChange[], most: number): readonly string[] {
  const lines = formatTable(files.slice(0, most).map(fileRow));
  return files.length > most ? [...lines, `and ${files.length - most} more`] : lines;
}

const fileRow = ({ kind, path, from, to, aspects }: FileChange): readonly string[] => [
  SIGNS[kind],
  printable(path),
  from !== undefined && to !== undefined ? aspects.map((aspect) => ASPECT_TEXT[aspect](from, to)).join(', ') : '',
  printable(to?.package ?? from?.package ?? ''),
];

const arrow = (from: string | number | undefined, to: string | number | undefined): string =>
  `${printable(String(from ?? 'none'))} → ${printable(String(to ?? 'none'))}`;

const ASPECT_TEXT: Readonly<Record<FileAspect, (from: FileFacts, to: FileFacts) => string>> = {
  kind: (from, to) => arrow(from.kind, to.kind),
  content: (from, to) => (from.size === to.size ? 'content' : `content ${formatDelta((to.size ?? 0) - (from.size ?? 0))}`),
  mode: (from, to) => `mode ${arrow(octal(from.mode), octal(to.mode))}`,
  owner: (from, to) => `owner ${arrow(from.owner, to.owner)}`,
  group: (from, to) => `group ${arrow(from.group, to.group)}`,
  target: (from, to) => `target ${arrow(from.target, to.target)}`,
  attributes: () => 'extended attributes',
};

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** `3 added, 1 upgraded`. */
function count(changes: readonly { readonly kind: string }[]): string {
  const kinds = Map.groupBy(changes, ({ kind }) => kind);
  return [...kinds].map(([kind, rows]) => `${rows.length} ${kind}`).join(', ');
}

/** Columns of equal width; the last one of a row is not padded. */
function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}

const formatDelta = (bytes: number): string => `${bytes > 0 ? '+' : ''}${formatBytes(bytes)}`;

/** Names come out of foreign images: nothing in them may steer a terminal. */
const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
