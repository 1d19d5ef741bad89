import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { HewError } from '../errors.ts';
import { makeFolderNow } from './make-folder.ts';
import { mapSubordinates } from './subordinate-ids.ts';

const MARK = 'HEW_NAMESPACE';

/**
 * Moves this process into its own user and mount namespace and starts the program again there, under the same process
 * id. Inside, hew is root over a range of ids: for an ordinary user the subordinate ids of /etc/subuid, for root the
 * identity map. Mounts made inside end with the last process, so that not even SIGKILL leaves one. Returns only if the
 * process is inside already; see user_namespaces(7). Throws `HewError`, with the command that allows it, when the
 * kernel or /etc/subuid does not.
 */
export async function enterNamespace(argv: readonly string[], work: string): Promise<void> {
  if (process.env[MARK] === ownNamespace()) {
    delete process.env[MARK];
    allowUserNamespaces(0);
    makeFolder(work);
    return;
  }
  const holder = await makeUserNamespace();
  const inside = `/proc/${holder.pid}/ns/user`;
  if (userInfo().uid !== 0) tryMounting(inside, () => holder.kill());
  process.env[MARK] = readlinkSync(inside);
  closeInherited();
  execute([
    'nsenter', `--user=${inside}`, '--',
    'unshare', '--mount', '--',
    'sh', '-c', endHolder(holder.pid), 'sh',
    process.execPath, ...HEAP_FLAGS, ...argv,
  ]);
}

/**
 * Runs a program as builds run theirs: in a user namespace with the ids of an image, and with mounts of its own. Throws
 * `HewError` where the machine does not allow that, otherwise what execFileSync throws.
 */
export async function runInNamespace(argv: readonly string[]): Promise<void> {
  const holder = await makeUserNamespace();
  const inside = `/proc/${holder.pid}/ns/user`;
  try {
    if (userInfo().uid !== 0) tryMounting(inside, () => undefined);
    execFileSync('nsenter', [`--user=${inside}`, '--', 'unshare', '--mount', '--', ...argv], { stdio: 'pipe' });
  } finally {
    holder.kill();
  }
}

function makeFolder(work: string): void {
  try {
    makeFolderNow(work);
  } catch (error) {
    throw new HewError(
      {
        code: 'cache-not-writable',
        message: `the work folder cannot be made: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'set HEW_CACHE to a folder that can be written; a read-only one must contain the folder `work`',
      },
      { cause: error },
    );
  }
}

/**
 * The holder is a child of this process, and nobody waits for it: with SIGCHLD ignored the kernel keeps no zombie,
 * which would outlive hew (wait(2)).
 */
const endHolder = (pid: number): string =>
  `trap '' CHLD; kill -KILL ${pid}; while [ -e /proc/${pid} ]; do :; done; trap - CHLD; exec "$@"`;

/** AppArmor of Ubuntu lets anybody make a user namespace, but do nothing in it. */
function tryMounting(namespace: string, giveUp: () => void): void {
  try {
    execFileSync('nsenter', [`--user=${namespace}`, '--', 'unshare', '--mount', '--', 'true'], { stdio: 'pipe' });
  } catch (error) {
    giveUp();
    const { stderr, message } = error as Error & { readonly stderr?: Buffer };
    throw noNamespace('use', stderr?.toString().trim() || message);
  }
}

/**
 * Closes descriptors inherited from hew's caller: a program that inherits a folder of this machine is not confined by a
 * mount namespace. Node closes its own (FD_CLOEXEC, in proc_pid_fdinfo(5) 02000000).
 */
function closeInherited(): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const file = `/proc/self/fdinfo/${name}`;
    if (Number(name) <= 2 || !existsSync(file)) continue;
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '0';
    if ((Number.parseInt(flags, 8) & 0o2000000) === 0) closeSync(Number(name));
  }
}

/**
 * Flags of V8 that free what is dead early. MiB of each half of the young generation, where the default is 16; and how
 * much the old one grows before it is collected: by default hew's 28 MiB of live data had become 50 and more.
 */
const HEAP_FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=25'];

const ownNamespace = (): string => readlinkSync('/proc/self/ns/user');

/**
 * Number of user namespaces that hew and its programs may make below hew's own. Inside a new one a scriptlet would be
 * root again, with all capabilities that the sandbox dropped: user_namespaces(7), namespaces(7).
 */
function allowUserNamespaces(count: number): void {
  try {
    writeFileSync('/proc/sys/user/max_user_namespaces', String(count));
  } catch {
    // Read-only in some containers, whose engine prevents new namespaces by its own filter.
  }
}

/** A user namespace below hew's own. The kernel checks the limit only when one is made. */
export async function makeNestedNamespace(): Promise<ChildProcess & { pid: number }> {
  allowUserNamespaces(NESTED);
  try {
    return await makeUserNamespace();
  } finally {
    allowUserNamespaces(0);
  }
}

/** More than the number of nested workspaces, each of which may have an emulator. */
const NESTED = 8;

/** A process that only keeps a new user namespace open, with its id maps written. */
async function makeUserNamespace(): Promise<ChildProcess & { pid: number }> {
  const holder = spawn('unshare', ['--user', '--', 'sleep', '60'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  holder.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  const failed = new Promise<'failed'>((resolve) => {
    holder.on('error', (error) => ((complaint = error.message), resolve('failed')));
    holder.on('exit', () => resolve('failed'));
  });
  if (holder.pid === undefined || (await Promise.race([failed, unshared(holder, holder.pid)])) === 'failed') {
    throw noNamespace('make', complaint.trim() || 'unshare failed');
  }
  try {
    writeMaps(holder.pid);
  } catch (error) {
    holder.kill();
    throw error;
  }
  return holder as ChildProcess & { pid: number };
}

const noNamespace = (what: 'make' | 'use', complaint: string): HewError =>
  new HewError({
    code: 'no-user-namespace',
    message: `this system does not let hew ${what} a user namespace (${complaint})`,
    hint:
      'allow it, as root: `sysctl -w user.max_user_namespaces=15000`, on Ubuntu also ' +
      '`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, on older Debian ' +
      '`sysctl -w kernel.unprivileged_userns_clone=1`; or run hew as root',
  });

async function unshared(holder: ChildProcess, pid: number): Promise<'ready' | 'failed'> {
  const own = ownNamespace();
  while (holder.exitCode === null && holder.signalCode === null) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/user`) !== own) return 'ready';
    } catch {
      // The exit handler of the holder reports this.
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return 'failed';
}

/** As root, use an identity map of all mapped ids. */
export const identityMap = (ownMap: string): string =>
  ownMap.trim().split('\n').map((line) => {
    const [first, , count] = line.trim().split(/\s+/);
    return `${first} ${first} ${count}\n`;
  }).join('');

function writeMaps(pid: number): void {
  const { uid, gid, username } = userInfo();
  if (uid === 0) {
    for (const map of ['uid_map', 'gid_map']) {
      writeFileSync(`/proc/${pid}/${map}`, identityMap(readFileSync(`/proc/self/${map}`, 'utf8')));
    }
    return;
  }
  mapSubordinates('newuidmap', '/etc/subuid', pid, { own: uid, uid, username });
  mapSubordinates('newgidmap', '/etc/subgid', pid, { own: gid, uid, username });
}

/** Replaces this process. Never returns, except on a platform without execve(2). */
function execute(argv: readonly string[]): void {
  const [program = ''] = argv;
  const folders = (process.env['PATH'] ?? '/usr/bin:/bin').split(':');
  const path = folders.map((folder) => join(folder, program)).find((candidate) => existsSync(candidate));
  if (path === undefined || process.execve === undefined) {
    throw new HewError({
      code: 'no-user-namespace',
      message: path === undefined ? `${program} is not installed` : 'this platform cannot replace a process',
      hint: 'images are built on Linux with util-linux (nsenter, unshare) installed',
    });
  }
  process.execve(path, [...argv], process.env);
}
