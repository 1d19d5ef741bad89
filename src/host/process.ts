import type { Readable } from 'node:stream';

import { CancelledError, HewError, ToolError } from '../errors.ts';
import type { Finished, RunOptions } from './port.ts';
import { quoteCommand } from './quote.ts';

/** The environment of every program, independent of the user's shell: no locale, proxy, DNF or RPM settings. */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  TZ: 'UTC',
};

/** One program to start: the whole argv and the whole environment. */
export interface ProcessRequest {
  readonly argv: readonly string[];
  /** The name for messages, if other programs come before it in argv. */
  readonly program?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Whether it ends by itself, with everything that it started, when `LIFELINE` closes: it is then never killed. */
  readonly hasLifeline?: boolean;
  /** Called with the command line before the program starts. */
  readonly onStart?: ((commandLine: string) => void) | undefined;
}

/** The descriptor that hew keeps open for a program as long as it is needed. The kernel closes it when hew is killed. */
export const LIFELINE = 3;

/**
 * Letters that a program may print, where all of it is kept: the names of a large tree, and messages. execa writes both
 * escaped into the message of a failure, which may not be longer than a string of V8.
 */
const MOST_OUTPUT = { stdout: 64 * 1024 ** 2, stderr: 16 * 1024 ** 2 };

/** Milliseconds without output after which a notice names the program. */
const SILENCE = 30_000;

/** Runs a program to its end. Throws `ToolError`, or `CancelledError` when the signal fired. */
export async function runProcess(request: ProcessRequest, options: RunOptions = {}, silence = SILENCE): Promise<Finished> {
  const { onLine, onSilence, accept } = options;
  const stdin = options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin };
  if (onLine === undefined) return finish(request, await (await startProcess(request, stdin)).child, accept);
  // A program that is followed may print without end: its last words are kept.
  const { child } = await startProcess(request, { ...stdin, buffer: { stdout: false, stderr: false } });
  let [heard, told] = [performance.now(), 0];
  const quiet = (): void => {
    const now = performance.now();
    if (now - Math.max(heard, told) < silence) return;
    told = now;
    onSilence?.(Math.round((now - heard) / 1000));
  };
  const watch = onSilence === undefined ? undefined : setInterval(quiet, silence / 4);
  const follow = (from: 'stdout' | 'stderr'): Promise<string> => followLines(child[from], (line) => {
    heard = performance.now();
    onLine(line, from);
  });
  const [stdout, stderr] = await Promise.all([follow('stdout'), follow('stderr')]).finally(() => clearInterval(watch));
  const { exitCode, signal, code, isCanceled } = await child;
  return finish(request, { stdout, stderr, exitCode, signal, code, isCanceled }, accept);
}

/** Letters of a line, beyond which it is cut; and at the end of the output that are kept. */
const LONGEST_LINE = 64 * 1024;
const LAST_WORDS = 1024 * 1024;

/** Calls `onLine` with each line, and returns the end of the output. */
async function followLines(output: Readable, onLine: (line: string) => void): Promise<string> {
  const last: string[] = [];
  let [kept, rest] = [0, ''];
  try {
    for await (const piece of output.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = `${rest}${piece}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      if (rest.length > LONGEST_LINE) {
        onLine(rest);
        rest = '';
      }
      last.push(piece);
      for (kept += piece.length; kept - (last[0] ?? '').length > LAST_WORDS;) kept -= last.shift()?.length ?? 0;
    }
  } catch {
    // A program that is cancelled has its output cut; how it ended says so.
  }
  if (rest !== '') onLine(rest);
  return last.join('');
}

/** How the standard streams of a program are connected to hew: execa's options of that name. */
interface StartOptions {
  readonly input?: string;
  readonly stdin?: 'ignore' | 'pipe';
  readonly buffer?: { readonly stdout: boolean; readonly stderr: boolean };
}

/** Starts a program. `child` is a promise of its end that never rejects; `finish` interprets the end. */
export async function startProcess(request: ProcessRequest, options: StartOptions) {
  if (request.signal.aborted) throw new CancelledError();
  request.onStart?.(quoteCommand(request.argv));
  // Loaded lazily: commands that start nothing (help, version, cpu) start faster.
  const { execa } = await import('execa');
  const [file = '', ...args] = request.argv;
  const { hasLifeline = false, signal } = request;
  const { stdin = 'pipe', ...rest } = options;
  const child = execa(file, args, {
    ...rest,
    stdio: [stdin, 'pipe', 'pipe', ...(hasLifeline ? ['pipe' as const] : [])],
    env: { ...request.env },
    extendEnv: false,
    ...(hasLifeline ? { cleanup: false } : { cancelSignal: afterStart(signal), forceKillAfterDelay: 2_000 }),
    // Compressors are children of children: the whole process group ends, or none of it.
    killDescendants: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MOST_OUTPUT,
  });
  if (hasLifeline) whenAborted(signal, () => child.stdio[LIFELINE]?.destroy());
  // Wrapped, because the subprocess is itself a promise and `await` would wait for its end.
  return { child };
}

/** Milliseconds that bubblewrap may need, on a busy machine, until it has asked to die with its parent. */
const START_TIME = 200;

/**
 * A signal that fires at the earliest some time after the start of a program: if bubblewrap were killed before its
 * child asked the kernel to die with it, the child would live on (PR_SET_PDEATHSIG in prctl(2)).
 */
function afterStart(signal: AbortSignal): AbortSignal {
  const started = performance.now();
  const later = new AbortController();
  whenAborted(signal, () => void setTimeout(() => later.abort(), Math.max(0, started + START_TIME - performance.now())));
  return later.signal;
}

function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

interface Ending {
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly isCanceled: boolean;
  readonly isMaxBuffer?: boolean;
}

/**
 * The result of a program that ended; `isUnread` if it did not read all of its input, which is a failure with any
 * status. Throws `ToolError`, or `CancelledError` when the signal fired.
 */
export function finish(request: ProcessRequest, ending: Ending, accept: readonly number[] = [], isUnread = false): Finished {
  if (ending.isCanceled || request.signal.aborted) throw new CancelledError();
  const stdout = text(ending.stdout);
  const stderr = text(ending.stderr);
  const status = ending.exitCode;
  if (status !== undefined && (status === 0 || accept.includes(status)) && !isUnread) return { stdout, stderr, status };
  const program = request.program ?? request.argv[0] ?? '';
  if (request.hasLifeline === true && ending.signal !== undefined && ending.isMaxBuffer !== true) throw sandboxKilled(program, ending.signal);
  const missing = ending.code === 'ENOENT';
  throw new ToolError(
    missing
      ? { code: 'tool-missing', message: `${program} is not installed`, hint: 'run `hew doctor` to see how to get it' }
      : { code: 'tool-failed', message: `${program} ${describeEnding(ending)}${isUnread && status === 0 ? ' before it had read all of its input' : ''}`, hint: lastLines(stderr || stdout) },
    { commandLine: quoteCommand(request.argv), stdout, stderr, status },
  );
}

/** Not a failure of the program, which a caller might ignore: the monitor of the sandbox did not see its end. */
const sandboxKilled = (program: string, signal: string): HewError =>
  new HewError({
    code: 'sandbox-killed',
    message: `the sandbox of ${program} was ended by ${signal} from outside`,
    hint: 'hew does not do that: look in `dmesg` for memory that ran out, or for who sent the signal, and build again',
  });

function describeEnding({ exitCode, signal, isMaxBuffer }: Ending): string {
  if (isMaxBuffer === true) return `was ended because it printed more than hew keeps`;
  return signal === undefined ? `ended with status ${exitCode ?? 'unknown'}` : `was ended by ${signal}`;
}

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-12).join('\n');

const text = (output: unknown): string => (typeof output === 'string' ? output : '');
