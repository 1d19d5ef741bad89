import { readFileSync, statfsSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

import { HOST_TOOLS, TOOLS, type HostToolName, type Tool, type ToolName } from '../tools.ts';
import { findProgram } from './find-program.ts';
import { subordinateStart } from './namespace.ts';
import { hostPaths } from './paths.ts';
import { isNewEnough, lookUp } from './toolset.ts';
import { isTreeMade, treePath } from './tools-tree.ts';

/** One thing that hew needs, and its state. */
export interface ToolFinding {
  readonly name: string;
  readonly purpose: string;
  readonly status: 'ok' | 'missing' | 'too old' | 'warning';
  /** Where it was found, or what was found. */
  readonly found: string;
  readonly version?: string;
  readonly minimum?: string;
}

export interface Diagnosis {
  readonly ready: boolean;
  readonly findings: readonly ToolFinding[];
  /** The one command that installs what is missing; absent if nothing is. */
  readonly remedy?: string;
}

/** Checks this machine: its programs, the tools for builds, the limits of the kernel and of the user. */
export async function examineMachine(signal: AbortSignal): Promise<Diagnosis> {
  const { cache } = hostPaths();
  const own = hostFindings();
  const tools = await toolFindings(cache, signal);
  const findings = [...own, ...namespaceFindings(), ...tools, ...spaceFindings(cache)];
  const bad = findings.filter(({ status }) => status === 'missing' || status === 'too old');
  const remedy = remedyFor(bad);
  return { ready: bad.length === 0, findings, ...(remedy === undefined ? {} : { remedy }) };
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
  const tree = treePath(cache);
  const root = isTreeMade(tree) ? tree : '/';
  const findings: ToolFinding[] = [];
  for (const [name, tool] of Object.entries(TOOLS) as [ToolName, Tool][]) {
    const { path, version } = await lookUp(name, root, signal);
    const status = path === undefined ? 'missing' : isNewEnough(tool, version) ? 'ok' : 'too old';
    findings.push({
      name,
      purpose: tool.purpose,
      status,
      found: path === undefined ? 'neither on this machine nor in a tools tree' : root === '/' ? path : 'tools tree',
      ...(version === undefined ? {} : { version }),
      ...(tool.minimum === undefined ? {} : { minimum: tool.minimum }),
    });
  }
  return findings;
}

function namespaceFindings(): readonly ToolFinding[] {
  const limit = readNumber('/proc/sys/user/max_user_namespaces');
  const restricted = readNumber('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === 1;
  const { uid, username } = userInfo();
  const user: ToolFinding = {
    name: 'user namespaces',
    purpose: 'isolate every build',
    status: limit === 0 ? 'missing' : restricted && uid !== 0 ? 'warning' : 'ok',
    found: limit === 0 ? 'user.max_user_namespaces is 0' : restricted && uid !== 0 ? 'restricted by AppArmor' : `up to ${limit ?? 'any number'}`,
  };
  if (uid === 0) return [user];
  const file = existsSync('/etc/subuid') ? readFileSync('/etc/subuid', 'utf8') : '';
  const start = subordinateStart(file, username, uid);
  return [user, {
    name: 'subordinate ids',
    purpose: 'owners of files in builds without root',
    status: start === undefined ? 'missing' : 'ok',
    found: start === undefined ? `/etc/subuid gives ${username} none` : `from ${start}`,
  }];
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

const readNumber = (path: string): number | undefined =>
  existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;

/** One line to paste: packages of the machine first, then the tools tree. */
function remedyFor(bad: readonly ToolFinding[]): string | undefined {
  if (bad.length === 0) return undefined;
  const isDebian = findProgram('apt-get') !== undefined;
  const packages = bad.flatMap(({ name }) => {
    const tool: Tool | undefined = HOST_TOOLS[name as HostToolName];
    return tool === undefined ? [] : [isDebian ? tool.debian : tool.fedora];
  });
  const { username } = userInfo();
  const parts = [
    ...(packages.length === 0 ? [] : [`sudo ${isDebian ? 'apt-get' : 'dnf'} install -y ${[...new Set(packages)].join(' ')}`]),
    ...(bad.some(({ name }) => name === 'user namespaces') ? ['sudo sysctl -w user.max_user_namespaces=15000'] : []),
    ...(bad.some(({ name }) => name === 'subordinate ids')
      ? [`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`]
      : []),
    ...(bad.some(({ name }) => name in TOOLS) ? ['hew tools install'] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' && ');
}
