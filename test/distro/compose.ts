import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assemble, type Assembled, oddVersions } from './assemble.ts';
import type { Stanza } from './control.ts';
import { sourceOf } from './control.ts';
import { dropped } from './data/dropped.ts';
import { handMadeEpoch } from './data/release.ts';
import { type Names, parseRelations } from './dependency.ts';
import { divide, type Placed } from './layout.ts';
import { licenseExpression } from './license.ts';
import { fillRoot } from './roots.ts';
import { debsOf, type Row, wholeDebsOf } from './row.ts';
import type { Job } from './rpms.ts';
import type { Unpacked } from './unpack.ts';

/** The names of a set, as dependencies are translated with them. */
export function namesOf(rows: readonly Row[], stanzas: ReadonlyMap<string, Stanza>): Names {
  const rpmNames = new Map<string, string>();
  for (const row of rows) {
    const odd = new Set(oddVersions(row, stanzas).map(({ deb }) => deb));
    for (const deb of wholeDebsOf(row)) rpmNames.set(deb, odd.has(deb) ? deb : row.name);
  }
  // A package that was split is meant by the row that kept its name.
  for (const row of rows) if (debsOf(row).includes(row.name)) rpmNames.set(row.name, row.name);
  const provided = new Set([...rpmNames.keys()].flatMap((deb) =>
    parseRelations(stanzas.get(deb)?.get('Provides') ?? '').flat().map(({ name }) => name)));
  return {
    rpmName: (deb) => rpmNames.get(deb),
    isProvided: (name) => provided.has(name),
    isDropped: (deb) => deb in dropped,
  };
}

/**
 * Turns the rows into jobs: divides the files (by all rows, so that a part which only a larger set packages stays out
 * of the smaller one), fills the build roots and writes the headers. Throws with every dependency nobody reviewed.
 */
export async function compose(
  rows: readonly Row[], allRows: readonly Row[], stanzas: ReadonlyMap<string, Stanza>,
  unpacked: ReadonlyMap<string, Unpacked>, work: string, output: string,
): Promise<Job[]> {
  const names = namesOf(rows, stanzas);
  const listings = new Map([...unpacked].map(([name, { entries }]) => [name, entries]));
  const division = divide(allRows, listings);
  const jobs: Job[] = [];
  const unknown: string[] = [];
  const licenses = await readLicenses(unpacked, stanzas);
  for (const row of rows) {
    const placed = division.get(row.name) ?? [];
    const debs = debsOf(row).flatMap((deb) => unpacked.get(deb) ?? []);
    const assembled: Assembled = assemble({
      row, stanzas, placed, names,
      configuration: new Set(debs.flatMap(({ configuration }) => [...configuration])),
      license: licenses.get(debsOf(row)[0] ?? ''),
      sysusers: await readSysusers(placed, unpacked),
    });
    unknown.push(...assembled.unknown);
    const root = join(work, 'roots', row.name);
    await mkdir(root, { recursive: true });
    await fillRoot(root, row, placed, unpacked);
    const epoch = Math.max(handMadeEpoch * Number(debs.length === 0), ...debs.map((deb) => deb.epoch));
    jobs.push({ id: row.name, rpm: assembled.rpm, root, output, epoch });
  }
  if (unknown.length > 0) {
    throw new Error(`nothing in the set provides these; add a row or a reviewed reason:\n${unknown.join('\n')}`);
  }
  return jobs;
}

/** Packages of one source share a copyright file: documentation folders are often links to a sibling's. */
async function readLicenses(
  unpacked: ReadonlyMap<string, Unpacked>, stanzas: ReadonlyMap<string, Stanza>,
): Promise<Map<string, string>> {
  const bySource = new Map<string, string>();
  const result = new Map<string, string>();
  const sourceName = (deb: string) => sourceOf(stanzas.get(deb) ?? new Map()).name;
  for (const [name, { folder }] of unpacked) {
    const text = await readFile(join(folder, 'usr/share/doc', name, 'copyright'), 'utf8').catch(() => '');
    const license = licenseExpression(text);
    if (license !== undefined) bySource.set(sourceName(name), license);
  }
  for (const name of unpacked.keys()) {
    const license = bySource.get(sourceName(name));
    if (license !== undefined) result.set(name, license);
  }
  return result;
}

const readSysusers = (placed: readonly Placed[], unpacked: ReadonlyMap<string, Unpacked>): Promise<string[]> =>
  Promise.all(placed
    .filter(({ entry, path }) => entry.kind === 'file' && /^usr\/lib\/sysusers\.d\/[^/]+\.conf$/.test(path))
    .map(({ deb, entry }) => readFile(join(unpacked.get(deb)?.folder ?? '', entry.path), 'utf8')));
