import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

import type { BuildResult } from '../../src/build/build-image.ts';
import type { ErrorReport } from '../../src/cli/print-error.ts';
import { builtProgram, NODE } from './checkout.ts';
import { onCapableProcessor } from './processor.ts';

export interface HewOptions {
  /** Added to a plain environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** In front of Node: `['runuser', '-u', 'someone', '--']`; on a machine that hides its level, what shows it. */
  readonly before?: readonly string[];
  readonly program?: string;
  /** Told of what comes on standard error, piece by piece. */
  readonly onStderr?: (text: string, child: ChildProcessWithoutNullStreams) => void;
}

export interface HewRun {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs hew, built from the sources as they are, as a process of its own, in a process group of its own, and waits for its end. */
export async function runHew(args: readonly string[], options: HewOptions = {}): Promise<HewRun> {
  const { env = {}, cwd = '/', before = onCapableProcessor(), program = builtProgram(), onStderr } = options;
  const [file = '', ...rest] = [...before, NODE, program, ...args];
  const variables = { PATH: process.env['PATH'], HOME: process.env['HOME'], HEW_CACHE: process.env['HEW_CACHE'], ...env };
  const began = performance.now();
  const child = spawn(file, rest, { cwd, env: defined(variables), detached: true });
  child.stdin.end();
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onStderr?.(text, child);
  });
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, killedBy) => resolve([code, killedBy]));
  });
  return { status, signal, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

const defined = (variables: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Builds an image and returns what `--json` says of it; throws with hew's own words when the build fails. */
export async function build(image: string, output: string, args: readonly string[] = [], options: HewOptions = {}): Promise<BuildResult> {
  const run = await runHew(['build', image, '--output', output, '--json', ...args], options);
  if (run.status !== 0) throw new Error(`hew build ${image} ended with ${run.status ?? run.signal}\n${run.stdout}\n${run.stderr}`);
  return JSON.parse(run.stdout) as BuildResult;
}

/** What `--json` says of a run that failed. */
export const failureOf = ({ stdout, stderr }: HewRun): ErrorReport['error'] => {
  try {
    return (JSON.parse(stdout) as ErrorReport).error;
  } catch (error) {
    throw new Error(`no failure as JSON on standard output:\n${stdout}\n${stderr}`, { cause: error });
  }
};
