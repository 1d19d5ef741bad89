import { formatNevra } from '../packages/nevra.ts';
import { markOf } from './ids.ts';
import { nameOfTarget, type EvidenceInput, type EvidencePackage, type EvidenceTarget } from './input.ts';
import { readLicense, type DeclaredLicense } from './license.ts';
import { rpmPurl, type PurlContext } from './purl.ts';

/** What both kinds of SBOM list, each item once and in a fixed order. */
export interface Contents {
  readonly packages: readonly ListedPackage[];
  readonly sources: readonly SourcePackage[];
  readonly targets: readonly ListedTarget[];
}

export interface ListedPackage {
  /** Unique in a document: letters, digits, `.` and `-`. */
  readonly id: string;
  readonly entry: EvidencePackage;
  readonly purl: string;
  readonly license: DeclaredLicense;
  readonly source: SourcePackage | undefined;
}

export interface SourcePackage {
  readonly id: string;
  readonly name: string;
  /** `VERSION-RELEASE`: the name of a source RPM holds no epoch. */
  readonly evr: string;
  readonly file: string;
  readonly purl: string;
}

export interface ListedTarget {
  readonly id: string;
  readonly name: string;
  readonly target: EvidenceTarget;
  readonly packages: readonly ListedPackage[];
}

/** Lists the content of the image: a package that several targets share is listed once. */
export function listContents({ targets, distribution }: EvidenceInput): Contents {
  const context = { distribution: distribution.id, releasever: distribution.releasever };
  const packages = new Map<string, ListedPackage>();
  const licenses = new Map<string, DeclaredLicense>();
  const license = (field: string): DeclaredLicense => {
    const known = licenses.get(field) ?? readLicense(field);
    licenses.set(field, known);
    return known;
  };
  const listed = targets.map((target): ListedTarget => {
    const name = nameOfTarget(target);
    const own = target.packages.map((entry) => {
      const id = componentId('Package', formatNevra(entry), [formatNevra(entry), entry.rpm?.sha256 ?? '']);
      const known = packages.get(id) ?? listPackage(id, entry, license(entry.license), context);
      packages.set(id, known);
      return known;
    });
    return { id: componentId('Target', name, name), name, target, packages: sortById(own) };
  });
  const sources = new Map([...packages.values()].flatMap(({ source }) => (source === undefined ? [] : [[source.id, source]])));
  return { packages: sortById([...packages.values()]), sources: sortById([...sources.values()]), targets: sortById(listed) };
}

/** `Package-bash-5.3-2.x86-64-` and a mark, since SPDX identifiers take few characters. */
export const componentId = (kind: string, text: string, value: unknown): string =>
  `${kind}-${text.replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${markOf(value)}`;

function listPackage(id: string, entry: EvidencePackage, license: DeclaredLicense, context: PurlContext): ListedPackage {
  const purl = rpmPurl(entry, { ...context, ...(entry.sourceRpm === '' ? {} : { sourceRpm: entry.sourceRpm }) });
  return { id, entry, purl, license, source: readSource(entry.sourceRpm, context) };
}

function readSource(file: string, context: PurlContext): SourcePackage | undefined {
  const [, name, evr] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file) ?? [];
  if (name === undefined || evr === undefined) return undefined;
  return { id: componentId('Source', `${name}-${evr}`, file), name, evr, file, purl: rpmPurl({ name, evr, arch: 'src' }, context) };
}

const sortById = <T extends { readonly id: string }>(rows: readonly T[]): readonly T[] =>
  rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
