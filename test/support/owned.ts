import { cpSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';

import { runTestTool } from './test-tools.ts';

/** Why a path may be in a root though no package brings it: by the path, with ` -> TARGET` where it is a link. */
export type Extras = readonly (readonly [path: RegExp, reason: string])[];

/** What hew and dnf5 leave in every root that keeps its database. */
const EVERY_ROOT: Extras = [
  [/^\/etc\/hew-release$/, 'hew says what image it is'],
  [/^\/usr\/lib\/sysimage\/libdnf5\/([a-z_]+\/)*([a-z]+\.toml)?$/, 'dnf5 keeps what was asked for, for later updates'],
  [/^\/usr\/lib\/sysimage\/rpm\/rpmdb\.sqlite$/, 'the database of the packages'],
];

export const CONTAINER_BASE: Extras = [
  ...EVERY_ROOT,
  [/^\/etc\/locale\.conf$/, 'system.locale'],
  [/^\/usr\/lib\/sysimage\/rpm\/$/, 'the folder of the database: rpm itself is not in the image'],
  [/^\/var\/lib\/dnf\/$/, 'where dnf5 had its lock'],
];

export const VM_BASE: Extras = [
  ...EVERY_ROOT,
  [/^\/boot\/efi\/$/, 'mount point of the ESP'],
  [/^\/etc\/hostname$/, 'system.hostname'],
  [/^\/etc\/localtime -> \.\.\/usr\/share\/zoneinfo\//, 'system.timezone'],
  [/^\/etc\/kernel\/(cmdline|entry-token|install\.conf\.d\/(10-hew\.conf)?)$/, 'kernel-install keeps to how the image starts'],
  [/^\/etc\/repart\.d\/(50-root\.conf)?$/, 'the root grows into a larger disk'],
  [/^\/etc\/systemd\/network\/10-link\.network$/, 'system.network of the profile'],
  [/^\/etc\/systemd\/system-preset\/(00-hew\.preset)?$/, 'system.services'],
  [/^\/etc\/systemd\/(system|user)\/[\w.-]+\.wants\/$/, 'folders of enabled units'],
  [/^\/etc\/systemd\/(system|user)\/\S+ -> \/usr\/lib\/systemd\/(system|user)\/[\w@.-]+$/, 'enabled units, each of a package'],
  [/^\/root\/\.ssh\/$/, 'systemd’s provision.conf'],
  [/^\/var\/(cache|lib|log)\/private\/$/, 'systemd’s tmpfiles, for services with users of their own'],
  [/^\/var\/lib\/systemd\/(coredump|ephemeral-trees|network|pstore)\/$/, 'systemd’s tmpfiles'],
  [/^\/var\/lib\/tpm\/$/, 'tmpfiles of tpm2-tss'],
];

/** Paths that nothing explains, and reasons for nothing that is there. */
export async function unexplainedPaths(root: string, extras: Extras): Promise<{ readonly paths: readonly string[]; readonly reasons: readonly string[] }> {
  const unowned = await unownedPaths(root);
  return {
    paths: unowned.filter((path) => !extras.some(([known]) => known.test(path))),
    reasons: extras.filter(([known]) => !unowned.some((path) => known.test(path))).map(([, reason]) => reason),
  };
}

/**
 * Paths of a root, absolute in the image and sorted, that no package of its database owns, nor needs as a folder above
 * a path that it owns; folders end with a slash.
 */
async function unownedPaths(root: string): Promise<readonly string[]> {
  const real = realpathSync(root);
  const paths = pathsBelow(real);
  // A copy: rpm leaves files of its own beside a database, whatever it is asked.
  const database = mkdtempSync(join(tmpdir(), 'hew-test-rpmdb-'));
  cpSync(join(real, 'usr/lib/sysimage/rpm'), database, { recursive: true });
  const said = await runTestTool(['rpm', `--dbpath=${database}`, '-qa', '--queryformat=[%{FILENAMES}\n]'], { write: [database] })
    .finally(() => rmSync(database, { recursive: true }));
  const folders = new Map<string, string>();
  // A package may name a file through a link: /lib/x is /usr/lib/x.
  const place = (path: string): string => {
    const folder = dirname(path);
    const known = folders.get(folder) ?? realFolder(real, folder);
    folders.set(folder, known);
    return join(known, basename(path));
  };
  const owned = new Set(said.split('\n').filter((path) => path !== '').map(place));
  for (const path of owned) for (let above = dirname(path); above !== '/'; above = dirname(above)) owned.add(above);
  return paths.filter((path) => !owned.has(path.replace(/\/$| -> .*$/, ''))).sort();
}

function realFolder(root: string, folder: string): string {
  try {
    const found = realpathSync(join(root, folder));
    return found === root ? '/' : found.startsWith(root + sep) ? found.slice(root.length) : folder;
  } catch {
    // Documentation that was not installed, say.
    return folder;
  }
}

const pathsBelow = (root: string, folder = ''): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return [`${path}/`, ...pathsBelow(root, path)];
    return [entry.isSymbolicLink() ? `${path} -> ${readlinkSync(join(root, path))}` : path];
  });
