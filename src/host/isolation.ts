import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import { HewError } from '../errors.ts';
import { findProgram } from './find-program.ts';
import { runInNamespace } from './namespace.ts';
import type { ToolFinding } from './tool-finding.ts';

/** What a kernel, or the engine of a container, says about user namespaces. */
export interface Limits {
  readonly isRoot: boolean;
  readonly isContainer: boolean;
  /** user.max_user_namespaces. */
  readonly most: number | undefined;
  /** kernel.unprivileged_userns_clone of Debian's kernels. */
  readonly clone: number | undefined;
  /** kernel.apparmor_restrict_unprivileged_userns of Ubuntu's. */
  readonly appArmor: number | undefined;
}

/** Programs that isolation itself needs; rows of their own say that they are missing. */
const NEEDED = ['unshare', 'nsenter', 'bwrap'];

/** What bwrap(1) does for every program of a build that containers forbid: a host name, /proc and /dev of its own. */
const PROBE = ['bwrap', '--unshare-all', '--hostname', 'hew', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--', 'true'];

/** Tries to run a program as a build does, and tells how far it came: a namespace, its ids, a sandbox. */
export async function isolationFindings(): Promise<readonly ToolFinding[]> {
  const { uid, username } = userInfo();
  const limits = readLimits(uid === 0);
  const failure = NEEDED.every((name) => findProgram(name) !== undefined) ? await runInNamespace(PROBE).then(() => undefined, asFailure) : NOT_TRIED;
  return describeIsolation(failure, limits, username);
}

/** Why the attempt failed; `at` is the row of the finding. */
export interface IsolationFailure {
  readonly at: 'user namespaces' | 'subordinate ids' | 'sandbox' | 'nothing';
  readonly reason: string;
  /** What root runs to mend it. */
  readonly command?: string | undefined;
}

const NOT_TRIED: IsolationFailure = { at: 'nothing', reason: 'not tried: its programs are missing' };

/** The rows, of which those behind the one that failed were not tried. */
export function describeIsolation(failure: IsolationFailure | undefined, limits: Limits, username: string): readonly ToolFinding[] {
  const rows = [
    { name: 'user namespaces', purpose: 'isolate every build', found: 'can be made', remedy: namespaceRemedy(limits) },
    ...(limits.isRoot ? [] : [{ name: 'subordinate ids', purpose: 'owners of files in builds without root', found: `${username} has them`, remedy: failure?.command === undefined ? undefined : asRoot(failure.command, false) }]),
    { name: 'sandbox', purpose: 'isolates every program', found: 'starts programs', remedy: limits.isContainer ? CONTAINER : undefined },
  ];
  const at = failure === undefined ? rows.length : rows.findIndex(({ name }) => name === failure.at);
  return rows.map(({ remedy, ...row }, index): ToolFinding => {
    if (index < at) return { ...row, status: 'ok' };
    if (index > at || failure === undefined) return { ...row, status: 'warning', found: 'not tried' };
    return { ...row, status: 'refused', found: failure.reason, ...(remedy === undefined ? {} : { remedy }) };
  });
}

/** The command that allows user namespaces; undefined where nothing tells what forbids them. */
function namespaceRemedy({ isRoot, isContainer, most, clone, appArmor }: Limits): string | undefined {
  if (most === 0) return asRoot('sysctl -w user.max_user_namespaces=15000', isRoot);
  if (clone === 0 && !isRoot) return asRoot('sysctl -w kernel.unprivileged_userns_clone=1', isRoot);
  if (appArmor === 1 && !isRoot) return asRoot('sysctl -w kernel.apparmor_restrict_unprivileged_userns=0', isRoot);
  return isContainer ? CONTAINER : undefined;
}

/** What lets the sandbox have a host name and a /proc of its own, without the rights of --privileged. */
const CONTAINER = 'podman run --security-opt seccomp=unconfined --security-opt unmask=ALL …   (start the container again with these options)';

/** A command for root; by sudo for others, which containers seldom have. */
export const asRoot = (command: string, isRoot = userInfo().uid === 0): string => (isRoot ? command : `sudo ${command}`);

function asFailure(error: unknown): IsolationFailure {
  if (error instanceof HewError) {
    return { at: error.code === 'no-subordinate-ids' ? 'subordinate ids' : 'user namespaces', reason: error.message, command: error.problems[0]?.command };
  }
  const { stderr, message } = error as Error & { readonly stderr?: Buffer };
  return { at: 'sandbox', reason: (stderr?.toString().trim() || message).split('\n')[0] ?? message };
}

const readLimits = (isRoot: boolean): Limits => ({
  isRoot,
  isContainer: ['/run/.containerenv', '/.dockerenv'].some((path) => existsSync(path)) || process.env['container'] !== undefined,
  most: readNumber('/proc/sys/user/max_user_namespaces'),
  clone: readNumber('/proc/sys/kernel/unprivileged_userns_clone'),
  appArmor: readNumber('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
});

const readNumber = (path: string): number | undefined => (existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined);
