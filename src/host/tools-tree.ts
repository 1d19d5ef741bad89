import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { HewError } from '../errors.ts';
import { HOST_TOOLS, TOOLS, type Tool } from '../tools.ts';
import { MOUNT_POINTS } from './sandbox.ts';
import { findProgram } from './find-program.ts';
import { CLEAN_ENVIRONMENT, runProcess } from './process.ts';

/** The Debian suite of the tools tree: the oldest one with dnf5 5.4 and rpm 6. */
export const SUITE = 'forky';

/** Raised when the way in which a tree is made changes, so that older trees are not taken for it. */
const RECIPE = 3;

/** What programs of the tree expect around them: a shell, the usual filters, certificates for fetching. */
const SURROUNDINGS = [
  'bash', 'ca-certificates', 'coreutils', 'diffutils', 'findutils', 'gawk', 'grep', 'gzip', 'sed', 'util-linux',
];

/** Links that maintainer scripts would make; the tree is unpacked without running any. */
const LINKS: Readonly<Record<string, string>> = { 'usr/bin/sh': 'bash', 'usr/bin/awk': 'gawk' };

/** Debian packages of the tree that builds use. */
export const TREE_PACKAGES: readonly string[] = packagesOf(TOOLS);

/** Debian packages of a table of tools. Pure. */
export function packagesOf(table: Readonly<Record<string, Tool>>): readonly string[] {
  return treePackages(Object.values(table).flatMap(({ debian, data = [] }) => [debian, data].flat()));
}

/** A package list made complete, sorted and free of doubles. Pure. */
export function treePackages(wanted: readonly string[]): readonly string[] {
  return [...new Set([...SURROUNDINGS, ...wanted])].sort();
}

/** Where the tree of a package list lies, made or not. Pure. */
export function treePath(cache: string, packages: readonly string[] = TREE_PACKAGES): string {
  const digest = createHash('sha256').update(JSON.stringify([RECIPE, SUITE, packages])).digest('hex');
  return join(cache, 'tools', digest.slice(0, 16));
}

/** Whether that tree is there whole: it appears by rename, so that its folder is the proof. */
export const isTreeMade = (path: string): boolean => existsSync(path);

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
  if (isTreeMade(path)) return path;
  if (findProgram('mmdebstrap') === undefined) throw mmdebstrapMissing();
  const folder = join(cache, 'tools');
  mkdirSync(folder, { recursive: true });
  removeAbandoned(folder);
  const unfinished = join(folder, `${UNFINISHED}${process.pid}`);
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
    writeFileSync(join(unfinished, 'hew-tools.json'), `${JSON.stringify({ suite: SUITE, packages }, null, 2)}\n`);
    if (!isTreeMade(path)) renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return path;
}

/**
 * Arguments of mmdebstrap(1). The `extract` variant only unpacks. The check of Valid-Until is off for this one
 * source, since mirrors of testing are at times older than its Release file allows; signatures stay checked. Pure.
 */
export const mmdebstrapArguments = (packages: readonly string[], target: string, mirror: string): string[] => [
  'mmdebstrap',
  '--mode=root',
  '--variant=extract',
  '--components=main',
  '--aptopt=Acquire::Check-Valid-Until "false"',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  `--include=${packages.join(',')}`,
  SUITE,
  target,
  mirror,
];

/** mmdebstrap runs outside the sandbox; so that SIGKILL of hew does not leave it and its children behind. */
const ENDS_WITH_HEW = ['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];

const UNFINISHED = '.unfinished-';

/** What a run that was killed could not remove itself. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(UNFINISHED))) {
    const pid = name.slice(UNFINISHED.length);
    if (!existsSync(`/proc/${pid}`)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

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
