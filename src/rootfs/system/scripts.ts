import { posix } from 'node:path';

import { HewError, ToolError } from '../../errors.ts';
import type { OwnCommand } from '../../host/port.ts';
import type { PlannedScript } from '../../plan/types.ts';
import { readInput } from '../inputs.ts';
import type { System } from './context.ts';
import { hostResolver } from './resolver.ts';

/** Path of a script while it runs; /run is never in an image. */
const SCRIPT = '/run/hew-script';
/** Where kickstart's %post --nochroot finds the root. */
const INSTALLER_ROOTS = ['/mnt/sysimage', '/mnt/sysroot'];
const SHELL = '/bin/sh';
const LAST_LINES = 12;
const MOST_LINES = 1000;
/**
 * Largest file that a script may write, in the 512 bytes of POSIX's `ulimit -f`: 2 GiB. Scripts for installers fill the
 * free space with zeros, which here is the builder's memory. They continue, as on a full disk: the signal (SIGXFSZ) is
 * ignored, by number, because shells name it differently.
 */
const FILE_BLOCKS = 4_194_304;
const WRAPPER = `trap '' 25; ulimit -f ${FILE_BLOCKS}; exec "$@" 2>&1`;

/** Runs the scripts of the definition in order. Throws `script-failed` at the first failure that is not ignored. */
export async function runScripts(system: System): Promise<void> {
  const { scripts } = system.plan.configuration;
  if (scripts.length === 0) return;
  const folder = await system.host.makeWorkFolder('scripts', 0);
  for (const [index, script] of scripts.entries()) {
    await runScript(system, script, posix.join(folder, `script-${index + 1}`));
  }
}

async function runScript(system: System, script: PlannedScript, file: string): Promise<void> {
  const { host, plan } = system;
  const { source, content = '' } = script;
  const bytes = source === undefined ? Buffer.from(content) : await readInput(host, plan, source);
  await host.fs.write(file, bytes, { mode: 0o755 });
  const start = await interpreterOf(system, script, Buffer.from(bytes.slice(0, 512)).toString('latin1'));
  const lines: string[] = [];
  const outcome = await attempt(system, script, file, start, (line) => {
    lines.push(line);
    // A script may print without end.
    if (script.log === undefined && lines.length > MOST_LINES) lines.splice(0, lines.length - LAST_LINES);
  });
  const log = lines.map((line) => `${line}\n`).join('');
  if (script.log !== undefined) await system.set(script.log, log, { mode: 0o600 });
  if (outcome === undefined) return;
  const message = `script ${script.name} ${outcome}`;
  if (script.onFailure === 'ignore') return system.notice(`${message}, which the definition ignores`);
  throw new HewError({
    code: 'script-failed',
    message,
    place: { file: script.source ?? plan.image.file },
    hint: lines.slice(-LAST_LINES).join('\n') || 'it printed nothing; add `set -x` at its top to see what it does',
  });
}

/** The command before the script. Throws if the image does not have that program. */
async function interpreterOf(system: System, script: PlannedScript, start: string): Promise<readonly string[]> {
  const [, named = SHELL, rest = ''] = /^#!\s*(\S+)[ \t]*([^\n]*)/.exec(start) ?? [];
  const program = script.interpreter ?? named;
  const option = script.interpreter === undefined ? rest.trim() : '';
  const isThere = script.in === 'build' || (await system.status(program)) !== undefined;
  if (isThere) return [program, ...(option === '' ? [] : [option])];
  throw new HewError({
    code: 'interpreter-missing',
    message: `script ${script.name} runs with ${program}, which is not in the image`,
    place: { file: script.source ?? system.plan.image.file },
    hint:
      'add the package that has it (`packages.remove-after-install` removes it afterwards),  ' +
      'or set `in = "build"` and work on $HEW_ROOT',
  });
}

/** How it failed, or undefined. */
async function attempt(
  system: System,
  script: PlannedScript,
  file: string,
  interpreter: readonly string[],
  onLine: (line: string) => void,
): Promise<string | undefined> {
  const [tool = SHELL, ...args] = await oneStream(system, script, [...interpreter, SCRIPT, ...script.args]);
  const resolver = script.network === true && script.in === 'root' ? await hostResolver(system, `${file}.resolv`) : undefined;
  if (script.network === true) system.notice(`script ${script.name} shares the machine’s network, loopback interface and abstract sockets included`);
  const refused: string[] = [];
  const onRefused = (destination: string): void => void refused.push(destination);
  const onSilence = (seconds: number): void => system.notice(`script ${script.name} has printed nothing for ${seconds} s`);
  try {
    const env = environmentOf(script);
    if (script.in === 'build') await system.host.run(buildCommand(system, script, args, file), { onLine, onSilence, onRefused });
    else {
      const view = { network: script.network, place: { [SCRIPT]: file, ...resolver?.place } };
      await system.run(tool, args, { env, view, onLine, onSilence, onRefused });
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.status === undefined) return `did not end by itself (${error.message})`;
    return `ended with status ${error.status}`;
  } finally {
    await resolver?.remove();
    if (refused.length > 0) system.notice(`script ${script.name} asked for ${refused.join(', ')}, which its \`network\` does not list: refused`);
  }
}

/** Joins both outputs in one pipe, if there is a shell (otherwise their order is random), and limits them. */
async function oneStream(system: System, script: PlannedScript, argv: readonly string[]): Promise<readonly string[]> {
  const hasShell = script.in === 'build' || (await system.status(SHELL)) !== undefined;
  return hasShell ? [SHELL, '-c', WRAPPER, SHELL, ...argv] : argv;
}

/** The root is at its own path and where kickstart has it, with /proc and /dev for chroot(8). */
const buildCommand = (system: System, script: PlannedScript, args: readonly string[], file: string): OwnCommand => ({
  // The shell that joins both outputs.
  tool: 'sh',
  args,
  env: { HEW_ROOT: system.root, SOURCE_DATE_EPOCH: String(system.epoch), ...environmentOf(script) },
  view: {
    installroot: system.root,
    installrootAt: INSTALLER_ROOTS,
    place: { [SCRIPT]: file },
    network: script.network,
  },
});

const environmentOf = ({ env }: PlannedScript): Record<string, string> =>
  Object.fromEntries(env.map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  }));
