import { describeFileChange, growth, ownerOf } from '../diff/describe-change.ts';
import type { FileChange } from '../diff/diff-files.ts';
import type { ImageDiff, NotCompared, SettingChange, Sizes } from '../diff/diff-images.ts';
import type { SidesDiff } from '../diff/diff-sides.ts';
import type { ComparedPackage, PackageChange } from '../packages/package-changes.ts';
import { formatBytes, formatDelta, formatTable, indent, paragraphs } from './format.ts';
import type { Lines } from './printer.ts';

export interface DiffTextOptions {
  /** Every file, including those of changed packages, without a limit. */
  readonly allFiles: boolean;
}

/** How many files are listed without `--all`. */
const MOST_FILES = 40;

/** The differences as text: one line each, the largest first. */
export function describeDiff({ from, to, same, images }: SidesDiff, options: DiffTextOptions = { allFiles: false }): Lines {
  const [one] = images;
  const heading = same ? `${from} and ${to} do not differ` : `${from} → ${to}`;
  const isSingle = images.length === 1 && one?.only === undefined;
  const parts = images.map(({ target = 'image', only, diff }) => {
    if (isSingle) return describeImage(diff, options);
    const note = only === undefined ? (diff.same ? ': no difference' : '') : `: only in ${only === 'from' ? from : to}`;
    return [[`${target}${note}`], ...describeImage(diff, options)];
  });
  return paragraphs([[heading], ...parts.flat()]);
}

function describeImage(diff: ImageDiff, { allFiles }: DiffTextOptions): readonly Lines[] {
  const { packages, files = [], configuration, level, size, fileSize, notCompared } = diff;
  const moved = new Set(packages.map(({ name }) => name));
  const { implied = [], shown: own = [] } = Object.groupBy(files, (file) => (!allFiles && moved.has(ownerOf(file)) ? 'implied' : 'shown'));
  const shown = own.toSorted((a, b) => Math.abs(growth(b)) - Math.abs(growth(a)));
  return [
    section('Level', level === undefined ? [] : [`${level.from} → ${level.to}`]),
    section(`Packages: ${count(packages)}${describeSizes(size)}`, formatTable(largestFirst(packages).map(packageRow))),
    section(`Files: ${count(files)}${describeSizes(fileSize)}`, [
      ...(implied.length === 0 ? [] : [`in the packages above: ${count(implied)}`]),
      ...limit(formatTable(shown.map(fileRow)), allFiles ? Number.POSITIVE_INFINITY : MOST_FILES),
    ]),
    section('Configuration', formatTable(configuration.map(settingRow))),
    section('Not compared', notCompared.map((row) => describeGap(row, diff))),
  ];
}

const section = (title: string, lines: Lines): Lines => (lines.length === 0 ? [] : [title, ...indent(lines)]);

const limit = (lines: Lines, most: number): Lines =>
  lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more, which --all lists`];

const PART_TEXT: Readonly<Record<NotCompared['part'], string>> = {
  level: 'the level', packages: 'packages', files: 'files', attributes: 'extended attributes', labels: 'SELinux labels', settings: 'settings of the system',
  container: 'the container configuration', disk: 'partitions and how it starts', sizes: 'sizes of packages',
};

const describeGap = ({ part, unknownTo }: NotCompared, { from, to }: ImageDiff): string =>
  unknownTo === 'both'
    ? `${PART_TEXT[part]}: a lock knows those of RPM files, an image those of what is installed`
    : `${PART_TEXT[part]}: ${unknownTo === 'from' ? from : to} does not say`;

const SIGNS: Readonly<Record<PackageChange['kind'] | FileChange['kind'], string>> = {
  added: '+', removed: '-', upgraded: '↑', downgraded: '↓', replaced: '~', changed: '~',
};

const packageRow = ({ kind, name, from, to, bytes }: PackageChange): readonly string[] => [
  SIGNS[kind], name, versions(from, to), formatDelta(bytes), [kind, ...followed(from, to)].join(', '),
];

/** What it was updated for. */
const followed = (from: ComparedPackage | undefined, to: ComparedPackage | undefined): readonly string[] =>
  (to?.advisories ?? []).filter((id) => !(from?.advisories ?? []).includes(id));

/** Names what distinguishes the two builds, which is not always the version. */
function versions(from: ComparedPackage | undefined, to: ComparedPackage | undefined): string {
  const [one, other] = [from ?? to, to ?? from];
  if (one === undefined || other === undefined) return '';
  const show = (entry: ComparedPackage, repository: boolean): string =>
    `${entry.evr}.${entry.arch}${repository && entry.repository !== undefined ? ` from ${entry.repository}` : ''}`;
  if (one === other) return show(one, false);
  const alike = one.evr === other.evr && one.arch === other.arch;
  const text = `${show(one, alike)} → ${show(other, alike)}`;
  return alike && one.repository === other.repository ? `${show(one, true)}, other bytes` : text;
}

const settingRow = ({ key, from, to }: SettingChange): readonly string[] => [
  from === undefined ? '+' : to === undefined ? '-' : '~',
  key,
  [from, to].filter((value) => value !== undefined).join(' → '),
];

const largestFirst = (changes: readonly PackageChange[]): readonly PackageChange[] =>
  changes.toSorted((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));

const fileRow = (change: FileChange): readonly string[] => [
  SIGNS[change.kind], change.path, describeFileChange(change), ownerOf(change),
];

/** `3 added, 1 upgraded`. */
function count(changes: readonly { readonly kind: string }[]): string {
  const kinds = Map.groupBy(changes, ({ kind }) => kind);
  return [...kinds].map(([kind, rows]) => `${rows.length} ${kind}`).join(', ');
}

const describeSizes = (size: Sizes | undefined): string =>
  size === undefined ? '' : `; ${formatBytes(size.from)} → ${formatBytes(size.to)} (${formatDelta(size.to - size.from)})`;
