import { comparePackages, type ComparedPackage, type PackageChange } from '../packages/package-changes.ts';
import { diffFiles, type FileChange } from './diff-files.ts';
import { PARTS, type FileFacts, type ComparedImage, type Part } from './facts.ts';

/** How a second image differs from a first. */
export interface ImageDiff {
  readonly from: string;
  readonly to: string;
  readonly same: boolean;
  /** Present when both are known and differ. */
  readonly level?: { readonly from: string; readonly to: string };
  readonly packages: readonly PackageChange[];
  /** Bytes of all packages on each side; undefined where the two count different things. */
  readonly size?: Sizes;
  /** Undefined when one side does not know its files. */
  readonly files?: readonly FileChange[];
  /** Bytes of all files on each side. */
  readonly fileSize?: Sizes;
  readonly configuration: readonly SettingChange[];
  /** What only one of the two knows. */
  readonly notCompared: readonly NotCompared[];
}

export interface Sizes {
  readonly from: number;
  readonly to: number;
}

export interface SettingChange {
  readonly key: string;
  /** Undefined where the setting is not there. */
  readonly from?: string;
  readonly to?: string;
}

export interface NotCompared {
  readonly part: Part | 'sizes';
  /** Which one does not know it; `both`: they know different things. */
  readonly unknownTo: 'from' | 'to' | 'both';
}

/**
 * Compares two images in what both know. An image does not differ from itself, and swapping them mirrors the answer.
 */
export function diffImages(a: ComparedImage, b: ComparedImage): ImageDiff {
  const shared = PARTS.filter((part) => a.knows.includes(part) && b.knows.includes(part));
  const level = !shared.includes('level') || a.level === undefined || b.level === undefined || a.level === b.level
    ? undefined : { from: a.level, to: b.level };
  const [left, right] = [reduce(a, b, shared), reduce(b, a, shared)];
  const packages = comparePackages(left.packages, right.packages);
  const files = left.files === undefined || right.files === undefined ? undefined : diffFiles(left.files, right.files);
  const configuration = diffSettings(left.configuration, right.configuration);
  const isSized = shared.includes('packages') && a.measure === b.measure;
  return {
    from: a.name,
    to: b.name,
    same: level === undefined && packages.length === 0 && (files ?? []).length === 0 && configuration.length === 0,
    ...(level === undefined ? {} : { level }),
    packages,
    ...(isSized ? { size: { from: sumSizes(a.packages), to: sumSizes(b.packages) } } : {}),
    ...(files === undefined ? {} : { files, fileSize: { from: sumSizes(left.files ?? []), to: sumSizes(right.files ?? []) } }),
    configuration,
    notCompared: listNotCompared(a, b, shared, isSized),
  };
}

/** What of an image is compared with another one. */
interface Reduced {
  readonly packages: readonly ComparedPackage[];
  readonly files: readonly FileFacts[] | undefined;
  readonly configuration: ComparedImage['configuration'];
}

function reduce(image: ComparedImage, other: ComparedImage, shared: readonly Part[]): Reduced {
  const files = shared.includes('files') ? image.files : undefined;
  return {
    packages: !shared.includes('packages') ? [] : image.packages.map(({ size, ...entry }) =>
      image.measure === other.measure && size !== undefined ? { ...entry, size } : entry),
    files: files === undefined ? undefined : [...files, ...(shared.includes('disk') ? (image.esp ?? []) : [])].map((file) => reduceFile(file, shared)),
    configuration: Object.fromEntries(Object.entries(image.configuration).filter(([key]) => shared.includes(partOf(key)))),
  };
}

const LABEL = 'security.selinux';

function reduceFile({ attributes = {}, ...file }: FileFacts, shared: readonly Part[]): FileFacts {
  const kept = Object.entries(attributes).filter(([name]) => shared.includes(name === LABEL ? 'labels' : 'attributes'));
  return kept.length === 0 ? file : { ...file, attributes: Object.fromEntries(kept) };
}

function partOf(key: string): Part {
  if (key.startsWith('oci.')) return 'container';
  return key.startsWith('disk.') || key.startsWith('boot.') ? 'disk' : 'settings';
}

function listNotCompared(a: ComparedImage, b: ComparedImage, shared: readonly Part[], isSized: boolean): readonly NotCompared[] {
  const parts = PARTS.filter((part) => a.knows.includes(part) !== b.knows.includes(part));
  // Without files there is nothing that could have attributes.
  const reported = parts.filter((part) => shared.includes('files') || (part !== 'attributes' && part !== 'labels'));
  return [
    ...reported.map((part): NotCompared => ({ part, unknownTo: a.knows.includes(part) ? 'to' : 'from' })),
    ...(shared.includes('packages') && !isSized ? [{ part: 'sizes', unknownTo: 'both' } as const] : []),
  ];
}

const diffSettings = (a: ComparedImage['configuration'], b: ComparedImage['configuration']): readonly SettingChange[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((key) => {
    const from = Object.hasOwn(a, key) ? a[key] : undefined;
    const to = Object.hasOwn(b, key) ? b[key] : undefined;
    if (from === to) return [];
    return [{ key, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });

const sumSizes = (rows: readonly { readonly size?: number }[]): number => rows.reduce((total, { size }) => total + (size ?? 0), 0);
