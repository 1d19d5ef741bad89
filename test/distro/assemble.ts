import { join } from 'node:path/posix';
import { classify, isShared } from './classify.ts';
import { proseOf, sourceOf, type Stanza } from './control.ts';
import { licenses } from './data/licenses.ts';
import { release } from './data/release.ts';
import {
  type Names, parseRelations, translateConflicts, translateNeeds, translateProvides,
} from './dependency.ts';
import type { Placed } from './layout.ts';
import { seeCopyrightFile } from './license.ts';
import { debsOf, type HandMade, type Row, wholeDebsOf } from './row.ts';
import { writeScriptlets } from './scriptlets.ts';
import type { PackagedFile, Relation, RpmPackage } from './spec.ts';
import { distTag, formatEvr, packageEvr } from './version.ts';

/** Everything known about one row when its header is written. */
export interface Material {
  readonly row: Row;
  /** Stanzas of all Debian packages in the set. */
  readonly stanzas: ReadonlyMap<string, Stanza>;
  readonly placed: readonly Placed[];
  readonly configuration: ReadonlySet<string>;
  /** SPDX expression from the copyright file, where it gives one. */
  readonly license: string | undefined;
  /** Text of the package's sysusers.d files. */
  readonly sysusers: readonly string[];
  readonly names: Names;
}

export interface Assembled {
  readonly rpm: RpmPackage;
  readonly unknown: readonly string[];
}

/** Puts together what the RPM of a row says. Pure. */
export function assemble(material: Material): Assembled {
  const { row, stanzas } = material;
  const stanza = stanzas.get(debsOf(row)[0] ?? '') ?? new Map<string, string>();
  const evr = versionOf(row, stanza);
  const { relations, unknown } = relationsOf(material, formatEvr(evr));
  const prose = proseOf(stanza);
  const source = sourceOf(stanza);
  const summary = row.summary ?? prose.summary;
  const files = filesOf(material);
  return {
    unknown,
    rpm: {
      name: row.name,
      ...evr,
      arch: row.arch ?? (isNoarch(material) ? 'noarch' : 'x86_64'),
      source: row.from.length === 0 || row.version !== undefined
        ? { name: row.source ?? row.name, version: evr.version, release: evr.release }
        : { name: source.name, ...pick(packageEvr(source.version)) },
      summary,
      description: row.description ?? (prose.description === '' ? summary : prose.description),
      license: row.license ?? material.license ?? licenses[source.name] ?? seeCopyrightFile,
      url: row.url ?? stanza.get('Homepage') ?? release.home,
      relations: [...relations, ...userRelations([...material.sysusers, ...sysusersAdded(row)], files, row)],
      files,
      ...scriptletsOf(row),
    },
  };
}

/**
 * Debian packages in a row whose version is not the row's own. A relation that names one with a version means that
 * version, so the row provides it under Debian's name.
 */
export function oddVersions(row: Row, stanzas: ReadonlyMap<string, Stanza>): { deb: string; evr: string }[] {
  const evrOf = (deb: string) => formatEvr(packageEvr(stanzas.get(deb)?.get('Version') ?? '0'));
  const own = evrOf(debsOf(row)[0] ?? '');
  return wholeDebsOf(row).map((deb) => ({ deb, evr: evrOf(deb) })).filter(({ evr }) => evr !== own);
}

const scriptletsOf = (row: Row): { scriptlets?: string } => {
  const scriptlets = writeScriptlets(row);
  return scriptlets === '' ? {} : { scriptlets };
};

const pick = ({ version, release }: { version: string; release: string }) => ({ version, release });

function versionOf(row: Row, stanza: Stanza): ReturnType<typeof packageEvr> {
  if (row.version !== undefined) return { version: row.version, release: `${row.release ?? '1'}${distTag}` };
  return packageEvr(stanza.get('Version') ?? '');
}

const isNoarch = ({ row, stanzas }: Material): boolean =>
  debsOf(row).every((deb) => stanzas.get(deb)?.get('Architecture') === 'all');

function relationsOf(material: Material, evr: string): { relations: Relation[]; unknown: string[] } {
  const { row, stanzas, names } = material;
  const relations: Relation[] = [];
  const unknown: string[] = [];
  const add = (tag: Relation['tag'], values: readonly string[]) =>
    relations.push(...values.map((value) => ({ tag, value })));
  const forThis: Names = { ...names, isDropped: (deb) => names.isDropped(deb) || deb in (row.without ?? {}) };
  for (const deb of wholeDebsOf(row)) {
    const groups = (field: string) => parseRelations(stanzas.get(deb)?.get(field) ?? '')
      .filter((group) => !group.some(({ name }) => name in (row.without ?? {})));
    const isWeak = (group: readonly { name: string }[]) => group.some(({ name }) => row.weaken?.includes(name));
    for (const [field, tag] of [['Pre-Depends', 'Requires(pre)'], ['Depends', 'Requires']] as const) {
      const needs = translateNeeds(groups(field).filter((group) => !isWeak(group)), row.name, forThis);
      add(tag, needs.relations);
      unknown.push(...needs.unknown.map((group) => `${row.name} (from ${deb}): ${group}`));
    }
    const weak = [...groups('Recommends'), ...groups('Depends').filter(isWeak)];
    add('Recommends', translateNeeds(weak, row.name, forThis).relations);
    add('Suggests', translateNeeds(groups('Suggests'), row.name, forThis).relations);
    add('Provides', translateProvides(groups('Provides')));
    add('Conflicts', translateConflicts([...groups('Conflicts'), ...groups('Breaks')], row.name, forThis));
  }
  add('Provides', oddVersions(row, stanzas).map(({ deb, evr: version }) => `${deb} = ${version}`));
  const own = (values: readonly string[] = []) => values.map((value) => value.replaceAll('{evr}', evr));
  add('Requires', own(row.requires));
  add('Requires(pre)', own(row.requiresFirst));
  add('Recommends', own(row.recommends));
  add('Suggests', own(row.suggests));
  add('Provides', own(row.provides));
  add('Conflicts', own(row.conflicts));
  add('Obsoletes', own(row.obsoletes));
  return { relations: unique(relations), unknown };
}

const unique = (relations: readonly Relation[]): Relation[] =>
  [...new Map(relations.map((one) => [`${one.tag} ${one.value}`, one])).values()];

/**
 * Users and groups as rpm knows them since 4.19: a `user(name)` provided with the encoded sysusers.d line makes rpm
 * create the user before it unpacks the first file that belongs to it.
 */
function userRelations(sysusers: readonly string[], files: readonly PackagedFile[], row: Row): Relation[] {
  const provides = sysusers.join('\n').split('\n').flatMap(provideUser);
  const own = new Set([...provides, ...(row.provides ?? [])].map((value) => value.split(' ')[0]));
  const needed = files.flatMap(({ owner, group }) => [
    ...(owner === 'root' ? [] : [`user(${owner})`]), ...(group === 'root' ? [] : [`group(${group})`]),
  ]);
  return unique([
    ...provides.map((value): Relation => ({ tag: 'Provides', value })),
    ...needed.filter((value) => !own.has(value)).map((value): Relation => ({ tag: 'Requires(pre)', value })),
  ]);
}

const sysusersAdded = (row: Row): string[] =>
  (row.add ?? []).flatMap((one) => ('text' in one && one.path.startsWith('usr/lib/sysusers.d/') ? [one.text] : []));

/** The way of rpm's own `add_sysuser` macro: zero bytes pad the line so that its base64 form needs no `=`. */
function provideUser(line: string): string[] {
  const [type, name] = line.trim().split(/\s+/);
  if (name === undefined || !['u', 'u!', 'g', 'm'].includes(type ?? '')) return [];
  const bytes = Buffer.from(line.trim().split(/\s+/).join(' '));
  const encoded = Buffer.concat([bytes, Buffer.alloc((3 - (bytes.length % 3)) % 3)]).toString('base64');
  if (type === 'm') return [`groupmember(${name}/${line.trim().split(/\s+/)[2] ?? ''}) = ${encoded}`];
  return type === 'g' ? [`group(${name}) = ${encoded}`] : [`user(${name}) = ${encoded}`, `group(${name})`];
}

function filesOf({ row, placed, configuration }: Material): PackagedFile[] {
  const files = new Map<string, PackagedFile>();
  const conffiles = new Set([...configuration, ...(row.configuration ?? []).map((path) => `/${path}`)]);
  for (const { entry, path } of placed) {
    const absolute = `/${path}`;
    const directory = entry.kind === 'directory';
    if (directory && isShared(absolute)) continue;
    const { mode, owner, group } = { ...entry, ...row.attributes?.[path] };
    const capabilities = row.capabilities?.[path];
    files.set(absolute, {
      path: absolute, owner, group,
      ...(entry.kind === 'symlink' ? {} : { mode }),
      ...(directory ? { directory } : {}),
      ...classify(absolute, directory, conffiles),
      ...(capabilities === undefined ? {} : { capabilities }),
    });
  }
  for (const one of row.add ?? []) files.set(join('/', one.path), packageHandMade(one));
  for (const [path, source] of Object.entries(row.copy ?? {})) {
    const original = files.get(`/${source}`);
    if (original !== undefined) files.set(`/${path}`, { ...original, path: `/${path}` });
  }
  for (const path of row.join?.targets ?? []) {
    files.set(`/${path}`, { path: `/${path}`, mode: 0o644, owner: 'root', group: 'root' });
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function packageHandMade(one: HandMade): PackagedFile {
  const path = join('/', one.path);
  const directory = 'directory' in one;
  const mode = 'link' in one ? undefined : (one.mode ?? (directory ? 0o755 : 0o644));
  return {
    path, owner: one.owner ?? 'root', group: one.group ?? 'root',
    ...(mode === undefined ? {} : { mode }),
    ...(directory ? { directory } : {}),
    ...(one.verify === false ? { verify: false as const } : {}),
    ...('ghost' in one
      ? { kind: 'ghost' as const }
      : classify(path, directory, new Set(one.config === true ? [path] : []))),
  };
}
