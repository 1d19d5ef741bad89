import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { HewError } from '../errors.ts';
import { HOST_TOOLS, TOOLS, type Tool } from '../tools.ts';
import { MOUNT_POINTS } from './sandbox.ts';
import { findProgram } from './find-program.ts';
import { makeOwnFolder, removeAbandoned } from './own-folder.ts';
import type { ToolPackage, ToolsOrigin } from './port.ts';
import { CLEAN_ENVIRONMENT, runProcess } from './process.ts';

/** The Debian suite of the tools tree: the oldest one with dnf5 5.4 and rpm 6. */
export const SUITE = 'forky';

/**
 * Raised when the way to make a tree changes, so that older trees are not reused. Set by hand: a digest of hew itself
 * would make every machine fetch all tools again for each change of another part.
 */
const RECIPE = 4;

/** What programs of the tree expect: a shell, the usual filters, certificates for fetching. */
const SURROUNDINGS = [
  'bash', 'ca-certificates', 'coreutils', 'diffutils', 'findutils', 'gawk', 'grep', 'gzip', 'sed', 'util-linux',
];

/** Links that maintainer scripts would make; the tree is unpacked without running any. */
const LINKS: Readonly<Record<string, string>> = { 'usr/bin/sh': 'bash', 'usr/bin/awk': 'gawk' };

/** Debian packages of the tree that builds use. */
export const TREE_PACKAGES: readonly string[] = packagesOf(TOOLS);

/** Debian packages of a table of tools. */
export function packagesOf(table: Readonly<Record<string, Tool>>): readonly string[] {
  return treePackages(Object.values(table).flatMap(({ debian, data = [] }) => [debian, data].flat()));
}

/** A package list, complete, sorted and without duplicates. */
export function treePackages(wanted: readonly string[]): readonly string[] {
  return [...new Set([...SURROUNDINGS, ...wanted])].sort();
}

/** The path of the tree of a package list, existing or not: a link to the tree itself, whose name comes from its packages. */
export const treePath = (cache: string, packages: readonly string[] = TREE_PACKAGES): string =>
  join(cache, 'tools', shortDigest([RECIPE, SUITE, packages]));

const shortDigest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Name of a tree, from every package in it with its version. */
export const treeName = (packages: readonly Pick<ToolPackage, 'name' | 'version'>[]): string =>
  `${SUITE}-${shortDigest([RECIPE, ...packages.map(({ name, version }) => `${name}=${version}`).sort()])}`;

/** Whether that tree exists and is complete: it appears by rename, so its folder is the proof. */
export const isTreeMade = (path: string): boolean => existsSync(path);

/** The tree of a package list, if it exists. */
export function findTree(cache: string, packages: readonly string[] = TREE_PACKAGES): ToolsOrigin | undefined {
  const path = treePath(cache, packages);
  if (!isTreeMade(path)) return undefined;
  // The link may be changed to another tree while this one is used.
  const root = realpathSync(path);
  const { contains } = JSON.parse(readFileSync(join(root, RECORD), 'utf8')) as TreeRecord;
  return { origin: 'tree', root, name: basename(root), packages: contains };
}

const RECORD = 'hew-tools.json';

/** The description of a tree. */
interface TreeRecord {
  readonly suite: string;
  /** The requested packages. */
  readonly packages: readonly string[];
  /** The packages in it. */
  readonly contains: readonly ToolPackage[];
}

export interface MakeTreeOptions {
  readonly cache: string;
  readonly mirror: string;
  readonly packages?: readonly string[];
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
  readonly onStart?: ((commandLine: string) => void) | undefined;
}

/**
 * Makes the tools tree from Debian testing: packages unpacked, signatures of the archive checked, no maintainer script
 * run. Runs inside hew's own namespace. Throws `HewError` when mmdebstrap is missing, `ToolError` with its output when
 * it fails; either way no partial tree remains that a later run would use.
 */
export async function makeTree(options: MakeTreeOptions): Promise<string> {
  const { cache, packages = TREE_PACKAGES } = options;
  const path = treePath(cache, packages);
  if (isTreeMade(path)) return realpathSync(path);
  if (findProgram('mmdebstrap') === undefined) throw mmdebstrapMissing();
  const folder = join(cache, 'tools');
  removeAbandoned(join(folder, UNFINISHED));
  const own = makeOwnFolder(join(folder, UNFINISHED));
  const unfinished = join(own.path, 'tree');
  try {
    await runProcess(
      {
        argv: [...ENDS_WITH_HEW, ...mmdebstrapArguments(packages, unfinished, options.mirror)],
        env: { ...CLEAN_ENVIRONMENT, ...proxySettings() },
        signal: options.signal,
        onStart: options.onStart,
      },
      { onLine: (line) => options.onLine?.(line) },
    );
    for (const [link, target] of Object.entries(LINKS)) {
      if (!existsSync(join(unfinished, link))) symlinkSync(target, join(unfinished, link));
    }
    for (const name of MOUNT_POINTS.folders) mkdirSync(join(unfinished, name), { recursive: true });
    for (const name of MOUNT_POINTS.files) writeFileSync(join(unfinished, name), '', { flag: 'a' });
    const contains = parseTreePackages(readFileSync(join(unfinished, LIST), 'utf8'));
    rmSync(join(unfinished, LIST));
    const record: TreeRecord = { suite: SUITE, packages, contains };
    writeFileSync(join(unfinished, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    const tree = join(folder, treeName(contains));
    // Another list may have given the same packages.
    if (!existsSync(tree)) renameSync(unfinished, tree);
    symlinkSync(basename(tree), join(own.path, 'link'));
    renameSync(join(own.path, 'link'), path);
    return tree;
  } finally {
    own.remove();
  }
}

/** The file in which the hook below lists the unpacked packages. */
const LIST = 'hew-packages';

/** mmdebstrap names them, and `extract` leaves no other trace of their versions: its dpkg knows none. */
const LIST_HOOK = [
  'for deb in $MMDEBSTRAP_ESSENTIAL; do',
  `dpkg-deb --showformat='\${Package} \${Version} \${Architecture} ' --show "$1/$deb" && sha256sum < "$1/$deb" || exit 1;`,
  `done > "$1/${LIST}"`,
].join(' ');

/** Reads what the hook wrote: name, version, architecture and digest, one package per line. */
export const parseTreePackages = (list: string): readonly ToolPackage[] =>
  list.trim().split('\n').map((line) => {
    const [name = '', version = '', architecture = '', sha256 = ''] = line.split(' ');
    return { name, version, architecture, sha256 };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Arguments of mmdebstrap(1). The `extract` variant only unpacks. Valid-Until is not checked for this one source,
 * because mirrors of testing are sometimes older than its Release file allows; signatures are checked.
 */
export const mmdebstrapArguments = (packages: readonly string[], target: string, mirror: string): string[] => [
  'mmdebstrap',
  '--mode=root',
  '--variant=extract',
  '--components=main',
  '--aptopt=Acquire::Check-Valid-Until "false"',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  `--extract-hook=${LIST_HOOK}`,
  `--include=${packages.join(',')}`,
  SUITE,
  target,
  mirror,
];

/** mmdebstrap runs outside the sandbox; this ends it and its children when hew gets SIGKILL. */
const ENDS_WITH_HEW = ['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];

/** The folder of trees in the making, one per process. */
const UNFINISHED = '.unfinished';

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/** A company's proxy is how the mirror is reached, not an input of the image. */
const proxySettings = (): Record<string, string> =>
  Object.fromEntries(PROXY_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }));

const mmdebstrapMissing = (): HewError =>
  new HewError({
    code: 'tool-missing',
    message: 'mmdebstrap is not installed, which makes the tools tree',
    hint:
      `as root: \`apt-get install ${HOST_TOOLS.mmdebstrap.debian}\` (Debian, Ubuntu) or ` +
      `\`dnf install ${HOST_TOOLS.mmdebstrap.fedora}\` (Fedora), then \`hew tools install\``,
  });
