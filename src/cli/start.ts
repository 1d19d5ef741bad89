import { join } from 'node:path';

import { HewError } from '../errors.ts';
import { endProcess } from '../host/end-process.ts';
import { enterNamespace } from '../host/namespace.ts';
import { ownProcess } from '../host/own-process.ts';
import { hostPaths, refuseOddCache } from '../host/paths.ts';
import { checkSettings } from '../settings.ts';
import { nameFailure } from './known-failures.ts';
import { describeError, reportError } from './print-error.ts';
import { printed, printJson, printLines } from './printer.ts';
import { unknownCommand } from './usage-error.ts';
import { isOutputFailure, watchOutputs } from './watch-outputs.ts';

/**
 * Commands that make roots or a tools tree. hew starts them again in a user namespace before it loads anything. A test
 * compares this list with `static workspace` of the command classes.
 */
export const WORKSPACE_COMMANDS: readonly string[] = ['audit', 'boot', 'build', 'cache', 'diff', 'inspect', 'keys', 'lock', 'plan', 'tools install', 'verify'];

/** Starts the command line of the package at `root`. `argv` is the script and its arguments. */
export async function start(root: string, argv: readonly string[]): Promise<void> {
  const words = inFull(argv.slice(1));
  watchOutputs();
  ownProcess.onUncaught((error) => {
    if (isOutputFailure(error)) return;
    report(error, words);
    endProcess(1);
  });
  try {
    requireWorkingFolder();
    checkSettings(ownProcess.env);
    if (needsWorkspace(words)) await enterWorkspace([...argv.slice(0, 1), ...words]);
    await runCommand(root, words);
  } catch (error) {
    report(error, words);
  }
  await printed();
  // No work is left. If Node still waits, it waits for something that never comes.
  ownProcess.after(LINGER, () => endProcess(ownProcess.status ?? 0)).unref();
}

/** What people type for the help and the version, as oclif knows it: `hew help build` is `hew build --help`. */
function inFull(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  if (['help', '-h'].includes(first)) return [...rest, '--help'];
  if (['version', '-v'].includes(first) && rest.length === 0) return ['--version'];
  return words.at(-1) === '-h' ? [...words.slice(0, -1), '--help'] : words;
}

/** Milliseconds. */
const LINGER = 300;

/** Prints failures from before and after a command; oclif reports those of a command itself. */
function report(thrown: unknown, words: readonly string[]): void {
  const error = nameFailure(thrown);
  ownProcess.status = error instanceof HewError ? error.exitCode : 1;
  // With `--json`, standard output holds only JSON.
  if (words.includes('--json')) printJson(reportError(error));
  else printLines(describeError(error), ownProcess.stderr);
}

/** Relative paths need a working folder, and so does every program that hew starts. */
function requireWorkingFolder(): void {
  try {
    void ownProcess.folder;
  } catch (error) {
    throw new HewError(
      { code: 'no-working-folder', message: 'the current folder no longer exists', hint: 'change to a folder that exists' },
      { exitCode: 2, cause: error },
    );
  }
}

async function enterWorkspace(argv: readonly string[]): Promise<void> {
  const paths = hostPaths();
  refuseOddCache(paths);
  await enterNamespace(argv, paths.work);
}

/** Whether these arguments call a command that works in a namespace; `--help` does not. */
export function needsWorkspace(words: readonly string[]): boolean {
  if (words.includes('--help')) return false;
  return WORKSPACE_COMMANDS.some((command) => command.split(' ').every((word, index) => words[index] === word));
}

async function runCommand(root: string, words: readonly string[]): Promise<void> {
  const { Config, Errors, run } = await import('@oclif/core');
  const config = await Config.load({ root, ...sourceOptions(root) });
  try {
    await run([...words], config);
  } catch (error) {
    if (error instanceof Errors.ExitError) ownProcess.status = error.oclif.exit ?? 0;
    else if (error instanceof Errors.CLIError) throw unknownCommand(words, config.commandIDs.map((id) => id.replaceAll(':', ' ')));
    else throw error;
  }
}

/** When hew runs from its sources, commands are TypeScript files and there is no manifest. */
function sourceOptions(root: string): object {
  if (!import.meta.filename.endsWith('.ts')) return {};
  const pjson = JSON.parse(ownProcess.readOwnFile(join(root, 'package.json'))) as { oclif: object };
  return { pjson: { ...pjson, oclif: { ...pjson.oclif, commands: './src/commands' } }, ignoreManifest: true };
}
