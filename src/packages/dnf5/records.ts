import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import { formatEvr } from '../../evr.ts';
import { childrenOf, elementsOf, parseXml, type XmlElement } from '../../readers/xml.ts';
import { CHECKSUM_KINDS, type ChosenPackage, type PackageChecksum, type PinnedPackage } from '../lock.ts';
import { formatNevra, type Nevra } from '../nevra.ts';
import { metadataFile, readMetadata } from './repodata.ts';
import type { DnfSession } from './types.ts';

/** What the metadata of a repository says of a package. */
export interface PackageRecord extends Nevra {
  /** `sha256`, and what the owner of the repository may have used instead. */
  readonly checksum: { readonly kind: string; readonly digest: string };
  /** Bytes of the RPM file. */
  readonly size: number;
  /** Path of the RPM file relative to its repository. */
  readonly location: string;
  /** Empty where it is unknown. */
  readonly sourceRpm: string;
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  /** Those that primary metadata lists: commands and configuration. */
  readonly files: readonly string[];
}

/** By repository and NEVRA. */
export type PackageRecords = ReadonlyMap<string, PackageRecord>;

const keyOf = (repository: string, nevra: Nevra): string => `${repository} ${formatNevra(nevra)}`;

/** Reads what primary metadata says of packages that dnf5 just chose. RPM files beside the definition are in none. */
export async function readRecords(session: DnfSession, chosen: readonly ChosenPackage[]): Promise<PackageRecords> {
  const records = new Map<string, PackageRecord>();
  for (const { settings } of session.target.repositories) {
    const wanted = chosen.filter(({ repository }) => repository === settings.id);
    const file = wanted.length === 0 ? undefined : await metadataFile(session, settings, 'primary');
    if (file === undefined) continue;
    const names = new Set(wanted.map(({ name }) => name));
    await readMetadata(session.host, file, async (pieces) => {
      for await (const text of elementsOf(pieces, 'package')) {
        if (!names.has(/<name>\s*([^<\s]*)\s*<\/name>/.exec(text)?.[1] ?? '')) continue;
        const record = readRecord(parseXml(text));
        const key = keyOf(settings.id, record);
        // Where a build is there twice, the first one is taken, as libsolv does.
        if (!records.has(key)) records.set(key, record);
      }
    });
  }
  return records;
}

/** The record of a package. Throws `HewError` where no repository describes it. */
export function recordOf(records: PackageRecords, entry: ChosenPackage): PackageRecord {
  const record = records.get(keyOf(entry.repository, entry));
  if (record !== undefined) return record;
  throw new HewError({
    code: 'package-undescribed',
    message: `dnf5 chose ${formatNevra(entry)}, and the metadata of repository ${entry.repository} does not describe it`,
    hint: 'run the command again: another build may have fetched newer metadata at the same time',
  });
}

/** Reads a `<package>` of primary metadata. https://github.com/rpm-software-management/createrepo_c, src/xml_dump_primary.c */
export function readRecord(element: XmlElement): PackageRecord {
  const one = (name: string, parent = element): XmlElement | undefined => childrenOf(parent, name)[0];
  const format = one('format');
  const entries = (name: string): readonly string[] =>
    (format === undefined ? [] : childrenOf(format, name)).flatMap((list) => childrenOf(list, 'entry').map(({ attributes }) => attributes['name'] ?? ''));
  return {
    name: textOf(one('name')),
    arch: textOf(one('arch')),
    evr: evrOf(one('version')?.attributes),
    checksum: { kind: one('checksum')?.attributes['type'] ?? '', digest: textOf(one('checksum')).toLowerCase() },
    size: Number(one('size')?.attributes['package']),
    location: locationOf(one('location')?.attributes ?? {}),
    sourceRpm: format === undefined ? '' : textOf(one('sourcerpm', format)),
    requires: [...new Set(entries('requires'))],
    provides: [...new Set(entries('provides'))],
    files: format === undefined ? [] : childrenOf(format, 'file').map(({ text }) => text),
  };
}

/** Of the attributes that metadata has epoch, version and release in. */
export const evrOf = ({ epoch = '0', ver, version = ver ?? '', rel, release = rel ?? '' }: Readonly<Record<string, string>> = {}): string =>
  formatEvr({ epoch: Number(epoch), version, release });

const textOf = (element: XmlElement | undefined): string => element?.text.trim() ?? '';

/** What every mirror shares of an address; of one that is elsewhere the file name. */
function locationOf({ href = '', 'xml:base': base }: Readonly<Record<string, string>>): string {
  const inside = posix.normalize(href);
  return base !== undefined || /^(?:\.\.)?\//.test(inside) || /^[a-z]+:/i.test(href) ? posix.basename(href) : inside;
}

/** A chosen package, pinned by what its repository says of it. Throws `HewError` where that is a digest that can be forged. */
export function pinByRecord(chosen: ChosenPackage, { checksum, size, location, sourceRpm }: PackageRecord): PinnedPackage {
  const lengths = { sha256: 64, sha512: 128 };
  const kind = CHECKSUM_KINDS.find((one) => one === checksum.kind);
  if (kind === undefined || !new RegExp(`^[0-9a-f]{${lengths[kind]}}$`).test(checksum.digest) || !(size > 0)) throw cannotPin(chosen, checksum.kind);
  const pin: PackageChecksum = `${kind}:${checksum.digest}`;
  return { ...chosen, checksum: pin, size, ...(location === '' ? {} : { location }), ...(sourceRpm === '' ? {} : { sourceRpm }) };
}

const cannotPin = (entry: ChosenPackage, kind: string): HewError =>
  new HewError({
    code: 'metadata-weak',
    message: `${formatNevra(entry)} cannot be locked: the metadata of repository ${entry.repository} names it by ${kind === '' ? 'no digest' : `the digest ${kind}`} and not by sha256 or sha512`,
    subject: { kind: 'repository', name: entry.repository },
    hint: 'ask the owner of the repository for metadata that `createrepo_c --checksum sha256` makes; a build without a lock is possible',
  });
