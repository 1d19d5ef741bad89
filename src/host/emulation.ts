import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { HewError } from '../errors.ts';
import { ISA } from '../isa/rows.ts';
import { TOOLS } from '../tools.ts';
import { findProgram } from './find-program.ts';
import { copyMarked, isStatic, MARK_OFFSET } from './marked-program.ts';
import { makeNestedNamespace } from './namespace.ts';
import type { CpuModel, View } from './port.ts';
import { CLEAN_ENVIRONMENT } from './process.ts';
import type { ToolsRoot } from './sandbox.ts';

/** A user namespace in which the kernel runs every x86_64 program in QEMU, except those that hew marked. */
export interface Emulator {
  /**
   * A `sandboxArguments` command line, moved into that namespace. The sandbox itself runs natively, and so does a tool
   * of the tools tree; what the tool starts is emulated.
   */
  enter(sandbox: readonly string[], tool: string, view: View): string[];
  /** Ends the namespace and with it the handler. */
  close(): Promise<void>;
}

/**
 * Opens a nested user namespace with a binfmt_misc of its own, which Linux allows since 6.7 and which nothing outside
 * sees: neither the machine nor hew's other programs. See
 * https://docs.kernel.org/admin-guide/binfmt-misc.html and https://git.kernel.org/linus/21ca59b365c0.
 *
 * `folder` takes some 15 MB of copies. Throws `HewError` `emulation-unavailable`, with what is missing.
 */
export async function openEmulator(folder: string, tools: ToolsRoot): Promise<Emulator> {
  mkdirSync(join(folder, 'binfmt_misc'), { recursive: true });
  copyMarked(findInterpreter(tools), join(folder, INTERPRETER));
  const bwrap = join(folder, 'bwrap');
  copyMarked(requireProgram('bwrap'), bwrap);
  const keeper = await keepHandler(folder);
  // Where it is found whichever /proc is mounted.
  const namespace = join(folder, 'user-namespace');
  writeFileSync(namespace, '');
  execFileSync('mount', ['--bind', `/proc/${keeper.pid}/ns/user`, namespace], { stdio: 'pipe' });
  const native = (tool: string): string[] => {
    const path = findProgram(tool, tools.path);
    if (path === undefined) return [];
    const real = realpathSync(path);
    const copy = join(folder, `native-${posix.basename(real)}`);
    // A script cannot be marked, so its interpreter is emulated: slow but correct.
    return copyMarked(real, copy) ? ['--ro-bind', copy, posix.join('/', posix.relative(realpathSync(tools.path), real))] : [];
  };
  return {
    enter: ([, ...options], tool, view) => [
      // Only the user namespace: the sandbox makes its mount namespace from hew's current mounts.
      'nsenter', `--user=${namespace}`, '--',
      bwrap, ...options.slice(0, -1), ...(view.root === undefined ? native(tool) : []), '--',
    ],
    close: () => endKeeper(keeper),
  };
}

/** Handlers have no arguments; QEMU's user mode reads `-cpu` from here, and programs pass it on to their children. */
export const emulationEnvironment = (model: CpuModel): Record<string, string> => ({ QEMU_CPU: model });

/** What hew emulates are levels, which x86-64 alone has. */
const { elfMachine: EMULATED, qemu: { user: INTERPRETER } } = ISA.x86_64;

/**
 * The handler: 64-bit little-endian x86-64 programs, position-independent or not, of any OS ABI, without hew's mark.
 * `F` opens the interpreter now, so that it is found in every chroot, and relative to where this is written;
 * `P` keeps argv[0]; `O` hands over programs that are opened already.
 */
export const binfmtRule = (interpreter: string): string => {
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...Array<number>(9).fill(0), 2, 0, EMULATED, 0];
  const mask = [...Array<number>(7).fill(0xff), ...Array<number>(8).fill(0), 0xff, 0xfe, 0xff, 0xff, 0xff];
  if (mask[MARK_OFFSET] !== 0xff || magic[MARK_OFFSET] !== 0) throw new TypeError('the rule must see the mark');
  const bytes = (values: readonly number[]): string =>
    values.map((value) => `\\x${value.toString(16).padStart(2, '0')}`).join('');
  return `:hew:M::${bytes(magic)}:${bytes(mask)}:${interpreter}:POF`;
};

/** No program may start after the rule is written: only builtins, until the reader at the other end is gone. */
const KEEP_HANDLER = `
mount -t binfmt_misc binfmt_misc binfmt_misc || exit 1
printf '%s' "$1" > binfmt_misc/register || exit 1
echo ready
read -r _
`;

/** The process that holds the mount, and with it the handler. It ends when hew does. */
async function keepHandler(folder: string): Promise<ChildProcess> {
  const namespace = await makeNestedNamespace();
  const keeper = spawn(
    'nsenter',
    [
      `--user=/proc/${namespace.pid}/ns/user`, '--',
      'unshare', '--mount', '--', 'sh', '-c', KEEP_HANDLER, 'sh', binfmtRule(INTERPRETER),
    ],
    { cwd: folder, env: CLEAN_ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  const ready = await new Promise<boolean>((resolve) => {
    keeper.stdout.once('data', () => resolve(true));
    keeper.on('error', (error) => ((complaint = error.message), resolve(false)));
    keeper.on('close', () => resolve(false));
  });
  namespace.kill('SIGKILL');
  if (!ready) throw noHandler(complaint.trim());
  // hew must not wait for it: its standard input closes with hew.
  keeper.unref();
  keeper.stdout.destroy();
  keeper.stderr.destroy();
  return keeper;
}

/** Ends it, and waits for its end. */
async function endKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const gone = once(keeper, 'exit');
  keeper.ref();
  keeper.kill('SIGKILL');
  await gone;
}

/** The handler works inside a chroot without libraries of the tools tree, so QEMU must need none. */
function findInterpreter({ path }: ToolsRoot): string {
  const found = [`${INTERPRETER}-static`, INTERPRETER].map((name) => findProgram(name, path));
  const usable = found.find((file) => file !== undefined && isStatic(file));
  if (usable !== undefined) return usable;
  throw new HewError({
    code: 'emulation-unavailable',
    message: found.some((file) => file !== undefined)
      ? `${INTERPRETER} of this machine needs shared libraries, which an image does not have`
      : `${INTERPRETER} is not installed, and it emulates programs`,
    hint:
      'let hew use its tools tree (`hew tools install`, HEW_TOOLS=tree), or install ' +
      `${TOOLS[INTERPRETER].debian} (Debian, Ubuntu) or qemu-user-static-x86 (Fedora)`,
  });
}

function requireProgram(name: string): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  throw new HewError({
    code: 'tool-missing',
    message: `${name} is not installed`,
    hint: 'run `hew doctor` to see how to get it',
  });
}

const noHandler = (complaint: string): HewError =>
  new HewError({
    code: 'emulation-unavailable',
    message: `this kernel does not let hew emulate programs in a namespace of its own: ${complaint}`,
    hint:
      'that takes Linux 6.7 or newer with CONFIG_BINFMT_MISC (`modprobe binfmt_misc` where it is a module); ' +
      'or build on a machine that has the level',
  });
