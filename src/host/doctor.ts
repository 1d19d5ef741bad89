import { existsSync, statfsSync } from 'node:fs';
import { userInfo } from 'node:os';

import { HOST_TOOLS, TOOLS, type HostToolName, type Tool, type ToolName } from '../tools.ts';
import { findProgram } from './find-program.ts';
import { findDebianMirror } from './debian-mirror.ts';
import { asRoot, isolationFindings } from './isolation.ts';
import { hostPaths } from './paths.ts';
import type { ToolFinding } from './tool-finding.ts';
import { isNewEnough, lookUp } from './toolset.ts';
import { findTree, isTreeMade, treePath } from './tools-tree.ts';

export interface Diagnosis {
  readonly ready: boolean;
  readonly findings: readonly ToolFinding[];
  /** The commands that mend it, one a line; empty if nothing is wrong. */
  readonly remedies: readonly string[];
}

/** Checks this machine: its programs, the tools for builds, the limits of the kernel and of the user. */
export async function examineMachine(signal: AbortSignal): Promise<Diagnosis> {
  const { cache } = hostPaths();
  const own = hostFindings();
  const tools = await toolFindings(cache, signal);
  const findings = [...own, ...await isolationFindings(), ...tools, ...await mirrorFindings(cache, signal), ...spaceFindings(cache)];
  const bad = findings.filter(({ status }) => status !== 'ok' && status !== 'warning');
  return { ready: bad.length === 0, findings, remedies: remediesFor(bad) };
}

/** Programs of the machine itself; those that a mode of use does not need are left out. */
function hostFindings(): readonly ToolFinding[] {
  const isRoot = userInfo().uid === 0;
  return (Object.entries(HOST_TOOLS) as [HostToolName, Tool][])
    .filter(([name]) => !(isRoot && name === 'newuidmap'))
    .filter(([name]) => name !== 'mmdebstrap' || !isTreeMade(treePath(hostPaths().cache)))
    .map(([name, { purpose }]) => {
      const path = findProgram(name);
      return { name, purpose, status: path === undefined ? 'missing' : 'ok', found: path ?? 'not on this machine' };
    });
}

async function toolFindings(cache: string, signal: AbortSignal): Promise<readonly ToolFinding[]> {
  const tree = findTree(cache);
  const root = tree?.root ?? '/';
  const findings: ToolFinding[] = [];
  for (const [name, tool] of Object.entries(TOOLS) as [ToolName, Tool][]) {
    // The record of a tree names its versions. To ask its programs takes a sandbox, which may be what is wrong here.
    const { path, version } = tree === undefined ? await lookUp(name, root, signal)
      : { path: findProgram(name, root), version: upstreamVersion(tree.packages.find((one) => one.name === tool.debian)?.version) };
    const status = path === undefined ? 'missing' : isNewEnough(tool, version) ? 'ok' : version === undefined ? 'warning' : 'too old';
    findings.push({
      name,
      purpose: tool.purpose,
      status,
      found: path === undefined ? 'neither on this machine nor in a tools tree' : `${root === '/' ? path : 'tools tree'}${status === 'warning' ? ', which tells no version' : ''}`,
      ...(version === undefined ? {} : { version }),
      ...(tool.minimum === undefined ? {} : { minimum: tool.minimum }),
    });
  }
  return findings;
}

/** `1:1.35+dfsg-4` is version 1.35: deb-version(7). */
export const upstreamVersion = (version: string | undefined): string | undefined => /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version ?? '')?.[1];

/** Where the tools tree will come from, while there is none. */
async function mirrorFindings(cache: string, signal: AbortSignal): Promise<readonly ToolFinding[]> {
  if (isTreeMade(treePath(cache))) return [];
  const mirror = await findDebianMirror(undefined, signal).catch(() => undefined);
  const row = { name: 'Debian mirror', purpose: 'tools tree' };
  return [mirror === undefined ? { ...row, status: 'missing', found: 'this machine names none', remedy: 'hew tools install --mirror https://deb.debian.org/debian' } : { ...row, status: 'ok', found: mirror }];
}

/** Space for packages, a tools tree and a root of a VM image. */
const WANTED_BYTES = 6 * 1024 ** 3;

function spaceFindings(cache: string): readonly ToolFinding[] {
  const folder = existsSync(cache) ? cache : '/';
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const gib = (free / 1024 ** 3).toFixed(1);
  return [{ name: 'free space', purpose: 'tools, packages, roots', status: free < WANTED_BYTES ? 'warning' : 'ok', found: `${gib} GiB below ${folder}` }];
}

/** Packages of the machine first, then what the rows say themselves, then the tools tree. */
function remediesFor(bad: readonly ToolFinding[]): readonly string[] {
  const isDebian = findProgram('apt-get') !== undefined;
  const packages = bad.flatMap(({ name }) => {
    const tool: Tool | undefined = HOST_TOOLS[name as HostToolName];
    return tool === undefined ? [] : [isDebian ? tool.debian : tool.fedora];
  });
  const own = bad.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]));
  const needsTree = bad.some(({ name }) => name in TOOLS) && !own.some((remedy) => remedy.startsWith('hew tools install'));
  return [
    ...(packages.length === 0 ? [] : [asRoot(isDebian ? `apt-get install -y ${[...new Set(packages)].join(' ')}` : `dnf install -y ${[...new Set(packages)].join(' ')}`)]),
    ...own,
    ...(needsTree ? ['hew tools install'] : []),
  ];
}
