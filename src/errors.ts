import type { ErrorCode } from './errors/codes.ts';

/** A spot in a file that a person wrote. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What a problem is about. Code looks here and never into the message, so that messages can be reworded. */
export interface Subject {
  /** `package`: as it was asked for. `key`: of the definition, such as `system.timezone`. `file`: a path of `[[files]]`. */
  readonly kind: 'package' | 'repository' | 'key' | 'file';
  readonly name: string;
  /** Which items of a key that is a list. */
  readonly items?: readonly string[];
}

/** What every failure tells: a stable code, what happened, where, and what to do next. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly subject?: Subject;
  /** What the program that failed says, where hew says the rest. */
  readonly reason?: string;
  readonly place?: Place;
  readonly hint?: string;
  /** The one command in the hint, for root: `hew doctor` shows it by itself. */
  readonly command?: string;
}

/** 1: the work failed. 2: the request itself was wrong (usage or definition). */
export type ExitCode = 1 | 2;

/** `file:line:col`, as compilers print it, so that editors and terminals can jump there. */
export const formatPlace = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

/** The one error type that leaves a stage. Whatever else is thrown is a defect of hew. */
export class HewError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
  readonly exitCode: ExitCode;

  constructor(problems: Problem | readonly Problem[], options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    const all: readonly Problem[] = 'code' in problems ? [problems] : problems;
    const [first] = all;
    if (first === undefined) throw new TypeError('a HewError needs at least one problem');
    super(all.map((problem) => problem.message).join('\n'), { cause: options.cause });
    this.name = 'HewError';
    this.code = first.code;
    this.problems = all;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The definition or the command line is wrong: exit status 2, all problems at once. */
export class DefinitionError extends HewError {
  constructor(problems: Problem | readonly Problem[]) {
    super(problems, { exitCode: 2 });
    this.name = 'DefinitionError';
  }
}

/** A program that hew started ended badly. Carries what is needed to run it again by hand. */
export class ToolError extends HewError {
  /** The command line, quoted for a POSIX shell. */
  readonly commandLine: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Absent when the program could not be started or was ended by a signal. */
  readonly status: number | undefined;

  constructor(
    problem: Problem,
    run: { commandLine: string; stdout: string; stderr: string; status?: number | undefined; cause?: unknown },
  ) {
    super(problem, { cause: run.cause });
    this.name = 'ToolError';
    this.commandLine = run.commandLine;
    this.stdout = run.stdout;
    this.stderr = run.stderr;
    this.status = run.status;
  }
}

/** The person pressed Ctrl-C, or a SIGTERM came. Not a failure of the work, yet nothing was made. */
export class CancelledError extends HewError {
  constructor() {
    super({ code: 'cancelled', message: 'cancelled; nothing was left behind' });
    this.name = 'CancelledError';
  }
}
