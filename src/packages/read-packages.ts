import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';

import type { Digest } from '../digest.ts';
import { HewError } from '../errors.ts';
import { LIMITS } from '../readers/limits.ts';
import { formatNevra, type Nevra } from './nevra.ts';

/** A package as its header describes it. */
export interface InstalledPackage extends Nevra {
  /** Bytes of its files. */
  readonly size: number;
  readonly license: string;
  readonly sourceRpm: string;
  readonly vendor: string;
  /** Seconds since 1970. */
  readonly buildTime: number;
}

/** What a package database, or a set of RPM files, says. */
export interface PackageDatabase {
  /** Sorted by name. */
  readonly packages: readonly InstalledPackage[];
  /** Names of packages by the paths that they own. */
  readonly owners: ReadonlyMap<string, string>;
  /** Digest of all that was read of each package, by NEVRA: fields, digests of its header, and its files. */
  readonly records: ReadonlyMap<string, Digest>;
}

/**
 * Reads what rpm prints for `QUERY` of installed.ts, piece by piece: a database of a stranger may make rpm print without
 * end. Throws `HewError` beyond the limits.
 */
export async function readPackages(output: Readable, isPackage: (nevra: Nevra) => boolean = () => true): Promise<PackageDatabase> {
  const reading = new Reading(isPackage);
  let rest = '';
  for await (const piece of output.setEncoding('utf8')) {
    const lines = `${rest}${piece as string}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) reading.add(line);
    if (rest.length > LIMITS.database.line) throw tooLarge(`a line of more than ${LIMITS.database.line} letters`);
  }
  return reading.result();
}

class Reading {
  readonly #packages: InstalledPackage[] = [];
  readonly #owners = new Map<string, string>();
  /** By NEVRA. */
  readonly #records = new Map<string, Hash>();
  readonly #isPackage: (nevra: Nevra) => boolean;
  #current: { readonly name: string; readonly record: Hash } | undefined;
  #letters = 0;

  constructor(isPackage: (nevra: Nevra) => boolean) {
    this.#isPackage = isPackage;
  }

  add(line: string): void {
    // All of it: a path that is kept keeps the text that it was cut from in memory.
    this.#letters += line.length;
    if (this.#letters > LIMITS.database.letters) throw tooLarge(`more than ${LIMITS.database.letters} letters`);
    const [kind, ...values] = line.split('\x1f');
    if (kind === 'P') this.#open(toPackage(values));
    else if (kind === 'F' && this.#current !== undefined) this.#own(values[0] ?? '', this.#current.name);
    this.#current?.record.update(`${line}\n`);
  }

  result(): PackageDatabase {
    return {
      packages: this.#packages.sort((a, b) => (a.name < b.name ? -1 : 1)),
      owners: this.#owners,
      records: new Map([...this.#records].map(([nevra, hash]): [string, Digest] => [nevra, `sha256:${hash.digest('hex')}`])),
    };
  }

  #open(entry: InstalledPackage): void {
    this.#current = undefined;
    if (!this.#isPackage(entry)) return;
    if (this.#packages.length === LIMITS.database.packages) throw tooLarge(`more than ${LIMITS.database.packages} packages`);
    this.#packages.push(entry);
    const nevra = formatNevra(entry);
    const record = this.#records.get(nevra) ?? createHash('sha256');
    this.#records.set(nevra, record);
    this.#current = { name: entry.name, record };
  }

  #own(path: string, name: string): void {
    this.#owners.set(path, name);
    if (this.#owners.size > LIMITS.database.files) throw tooLarge(`more than ${LIMITS.database.files} files`);
  }
}

function toPackage(values: readonly string[]): InstalledPackage {
  const [name = '', epoch = '', version = '', release = '', arch = '', size, license = '', sourceRpm = '', vendor = '', buildTime] =
    values.map((value) => (value === '(none)' ? '' : value));
  return {
    name,
    evr: `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}-${release}`,
    arch,
    size: Number(size),
    license,
    sourceRpm,
    vendor,
    buildTime: Number(buildTime),
  };
}

const tooLarge = (what: string): HewError =>
  new HewError({
    code: 'database-too-large',
    message: `the package database describes ${what}`,
    hint: 'no distribution has that many: the database is damaged, or was made to hold up its reader',
  });
