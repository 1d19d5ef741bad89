import { describeFileChange, growth, ownerOf, printable } from '../diff/describe-change.ts';
import type { FileChange } from '../diff/diff-files.ts';
import type { ImageDiff, NotCompared, SettingChange, Sizes } from '../diff/diff-images.ts';
import type { SidesDiff } from '../diff/diff-sides.ts';
import type { ComparedPackage, PackageChange } from '../packages/package-changes.ts';
import { formatBytes, formatDelta, formatTable } from './format.ts';

export interface DiffTextOptions {
  /** Every file, also of packages that changed themselves, and however many there are. */
  readonly allFiles: boolean;
}

/** As many files as a person looks through. */
const MOST_FILES = 40;

/** How two things differ, as a person reads it: one line a difference, the largest first. Pure. */
export function describeDiff({ from, to, same, images }: SidesDiff, options: DiffTextOptions = { allFiles: false }): string {
  const [one] = images;
  const heading = same ? `${printable(from)} and ${printable(to)} do not differ` : `${printable(from)} → ${printable(to)}`;
  const isSingle = images.length === 1 && one?.only === undefined;
  const parts = images.map(({ target = 'image', only, diff }) => {
    if (isSingle) return describeImage(diff, options);
    const note = only === undefined ? (diff.same ? ': no difference' : '') : `: only in ${printable(only === 'from' ? from : to)}`;
    return [`${printable(target)}${note}`, '', ...describeImage(diff, options)];
  });
  return [heading, '', ...parts.flat()].join('\n').trimEnd();
}

function describeImage(diff: ImageDiff, { allFiles }: DiffTextOptions): readonly string[] {
  const { packages, files = [], configuration, level, size, fileSize, notCompared } = diff;
  const moved = new Set(packages.map(({ name }) => name));
  const implied = allFiles ? [] : files.filter((file) => moved.has(ownerOf(file)));
  const shown = files.filter((file) => !implied.includes(file)).toSorted((a, b) => Math.abs(growth(b)) - Math.abs(growth(a)));
  return [
    ...section('Level', level === undefined ? [] : [`${level.from} → ${level.to}`]),
    ...section(`Packages: ${count(packages)}${describeSizes(size)}`, table(largestFirst(packages).map(packageRow))),
    ...section(`Files: ${count(files)}${describeSizes(fileSize)}`, [
      ...(implied.length === 0 ? [] : [`of the packages above: ${count(implied)}`]),
      ...limit(table(shown.map(fileRow)), allFiles ? Number.POSITIVE_INFINITY : MOST_FILES),
    ]),
    ...section('Configuration', table(configuration.map(settingRow))),
    ...section('Not compared', notCompared.map((row) => describeGap(row, diff))),
  ];
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

const table = (rows: readonly (readonly string[])[]): readonly string[] => (rows.length === 0 ? [] : formatTable(rows).split('\n'));

const limit = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more, which --all lists`];

const PART_TEXT: Readonly<Record<NotCompared['part'], string>> = {
  level: 'the level', packages: 'packages', files: 'files', attributes: 'extended attributes', labels: 'SELinux labels', settings: 'settings of the system',
  container: 'the container configuration', disk: 'partitions and how it starts', sizes: 'sizes of packages',
};

const describeGap = ({ part, unknownTo }: NotCompared, { from, to }: ImageDiff): string =>
  unknownTo === 'both'
    ? `${PART_TEXT[part]}: a lock knows those of RPM files, an image those of what is installed`
    : `${PART_TEXT[part]}: ${printable(unknownTo === 'from' ? from : to)} does not tell`;

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

const fileRow = (change: FileChange): readonly string[] => [
  SIGNS[change.kind], printable(change.path), describeFileChange(change), printable(ownerOf(change)),
];

/** `3 added, 1 upgraded`. */
function count(changes: readonly { readonly kind: string }[]): string {
  const kinds = Map.groupBy(changes, ({ kind }) => kind);
  return [...kinds].map(([kind, rows]) => `${rows.length} ${kind}`).join(', ');
}

const describeSizes = (size: Sizes | undefined): string =>
  size === undefined ? '' : `; ${formatBytes(size.from)} → ${formatBytes(size.to)} (${formatDelta(size.to - size.from)})`;
