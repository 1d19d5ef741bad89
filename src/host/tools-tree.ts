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
 * Raised when the way in which a tree is made changes, so that older trees are not taken for it. By hand: a digest of
 * hew itself would have every machine fetch all tools again for each change of another part.
 */
const RECIPE = 4;

/** What programs of the tree expect around them: a shell, the usual filters, certificates for fetching. */
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

/** A package list made complete, sorted and free of doubles. */
export function treePackages(wanted: readonly string[]): readonly string[] {
  return [...new Set([...SURROUNDINGS, ...wanted])].sort();
}

/**
 * Where the tree of a package list is found, made or not: a link to the tree itself, whose name comes from the very
 * packages that are in it.
 */
export const treePath = (cache: string, packages: readonly string[] = TREE_PACKAGES): string =>
  join(cache, 'tools', shortDigest([RECIPE, SUITE, packages]));

const shortDigest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Name of a tree, by every package in it with its version. */
export const treeName = (packages: readonly Pick<ToolPackage, 'name' | 'version'>[]): string =>
  `${SUITE}-${shortDigest([RECIPE, ...packages.map(({ name, version }) => `${name}=${version}`).sort()])}`;

/** Whether that tree is there whole: it appears by rename, so that its folder is the proof. */
export const isTreeMade = (path: string): boolean => existsSync(path);

/** The tree of a package list, if it is there. */
export function findTree(cache: string, packages: readonly string[] = TREE_PACKAGES): ToolsOrigin | undefined {
  const path = treePath(cache, packages);
  if (!isTreeMade(path)) return undefined;
  // The link may lead to another tree while this one is used.
  const root = realpathSync(path);
  const { contains } = JSON.parse(readFileSync(join(root, RECORD), 'utf8')) as TreeRecord;
  return { origin: 'tree', root, name: basename(root), packages: contains };
}

const RECORD = 'hew-tools.json';

/** What a tree says of itself. */
interface TreeRecord {
  readonly suite: string;
  /** What was asked for. */
  readonly packages: readonly string[];
  /** What is in it. */
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
 * run. Runs inside hew's own namespace. Throws `HewError` when mmdebstrap is missing, `ToolError` with its own words
 * when it fails; either way nothing half-made remains that a later run would trust.
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
    const contains = parsePackages(readFileSync(join(unfinished, LIST), 'utf8'));
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

/** Where the hook below lists the packages that are unpacked. */
const LIST = 'hew-packages';

/** mmdebstrap names them, and `extract` leaves no other trace of their versions: its dpkg knows none. */
const LIST_HOOK = [
  'for deb in $MMDEBSTRAP_ESSENTIAL; do',
  `dpkg-deb --showformat='\${Package} \${Version} \${Architecture} ' --show "$1/$deb" && sha256sum < "$1/$deb" || exit 1;`,
  `done > "$1/${LIST}"`,
].join(' ');

/** Reads what the hook wrote: name, version, architecture and digest of a package a line. */
export const parsePackages = (list: string): readonly ToolPackage[] =>
  list.trim().split('\n').map((line) => {
    const [name = '', version = '', architecture = '', sha256 = ''] = line.split(' ');
    return { name, version, architecture, sha256 };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Arguments of mmdebstrap(1). The `extract` variant only unpacks. The check of Valid-Until is off for this one
 * source, since mirrors of testing are at times older than its Release file allows; signatures stay checked.
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

/** mmdebstrap runs outside the sandbox; so that SIGKILL of hew does not leave it and its children behind. */
const ENDS_WITH_HEW = ['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];

/** Where trees are made, each by a process of its own. */
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
    message: 'mmdebstrap is not installed, and the tools tree is made with it',
    hint:
      `as root: \`apt-get install ${HOST_TOOLS.mmdebstrap.debian}\` (Debian, Ubuntu) or ` +
      `\`dnf install ${HOST_TOOLS.mmdebstrap.fedora}\` (Fedora), then \`hew tools install\``,
  });
