import { Command, Errors, Flags } from '@oclif/core';

import { CancelledError, HewError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { createMachine, type Machine } from '../host/machine.ts';
import { endProcess } from '../host/end-process.ts';
import { ownProcess } from '../host/own-process.ts';
import { nameFailure } from './known-failures.ts';
import { describeError, reportError } from './print-error.ts';
import { printDocument, printJson, printLines, type Lines } from './printer.ts';
import type { Progress } from './progress.ts';
import { showProgress, type ProgressStyle } from './show-progress.ts';
import { usageError, type UsageFault } from './usage-error.ts';

/** What all commands share: one machine, one cancel signal, one way to print results, progress and failures. */
export abstract class HewCommand extends Command {
  static override enableJsonFlag = true;
  /** Whether the command works on roots, in a namespace of its own. `WORKSPACE_COMMANDS` repeats this for cli/start.ts. */
  static workspace = false;
  static override baseFlags = {
    verbose: Flags.boolean({ description: 'show every command that hew runs, ready to paste', helpGroup: 'GLOBAL' }),
  };

  readonly #cancel = new AbortController();
  #machine: Machine | undefined;
  #progress: Progress | undefined;
  /** Whether the work has ended and its result or failure was printed. */
  #isEnding = false;

  protected get machine(): Machine {
    return (this.#machine ??= createMachine({
      signal: this.#cancel.signal,
      onCommand: this.argv.includes('--verbose') ? (line) => printLines([`+ ${line}`], ownProcess.stderr) : undefined,
    }));
  }

  protected get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  protected get emit(): Emit {
    return (this.#progress ??= showProgress(this.#progressStyle())).emit;
  }

  /** The working folder: relative paths of the command line are relative to it. */
  protected get folder(): string {
    return ownProcess.folder;
  }

  /** Makes hew exit with 1 after a command that has a result. */
  protected exitWithFault(): void {
    ownProcess.status = 1;
  }

  /** Prints a result for people; nothing under `--json`. */
  protected print(lines: Lines): void {
    if (!this.jsonEnabled()) printLines(lines);
  }

  /** Prints a result that people redirect into a file; nothing under `--json`. */
  protected printDocument(text: string): void {
    if (!this.jsonEnabled()) printDocument(text);
  }

  /** oclif calls this to print what `run` returns. */
  override logJson(value: unknown): void {
    printJson(value);
  }

  /** Commands await this before they print a result. */
  protected async endProgress(): Promise<void> {
    await this.#progress?.close();
  }

  override async init(): Promise<void> {
    await super.init();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) ownProcess.onSignal(signal, () => this.#endBy(signal));
    if ((this.constructor as typeof HewCommand).workspace) this.machine.openWorkspace();
  }

  /**
   * Cancels the work. Gives up on work that does not end in time, such as a system call that never returns: hew then
   * cleans up and exits.
   */
  #endBy(signal: NodeJS.Signals): void {
    if (this.#cancel.signal.aborted) return;
    this.#cancel.abort(signal);
    ownProcess.after(PATIENCE.work, () => void this.#giveUp()).unref();
  }

  async #giveUp(): Promise<void> {
    ownProcess.after(PATIENCE.tidying, () => endProcess(1));
    if (this.#isEnding) return;
    await this.catch(new CancelledError());
    await this.finally(undefined);
    endProcess(1);
  }

  override async catch(error: Error & { oclif?: { exit?: number } }): Promise<unknown> {
    if (this.#isEnding) return undefined;
    this.#isEnding = true;
    await this.endProgress();
    // A process that a signal ended may be noticed before the signal itself.
    await ownProcess.nextTurn();
    const failure = this.#failureOf(error);
    if (failure === undefined) throw error;
    ownProcess.status = failure instanceof HewError ? failure.exitCode : 1;
    if (this.jsonEnabled()) this.logJson(reportError(failure));
    else printLines(describeError(failure), ownProcess.stderr);
    return undefined;
  }

  override async finally(error: Error | undefined): Promise<void> {
    this.#isEnding = true;
    await this.endProgress();
    await this.#machine?.close();
    await super.finally(error);
  }

  /** After a cancel, reports every error as `CancelledError`. */
  #failureOf(error: Error): unknown {
    if (this.#cancel.signal.aborted && !(error instanceof Errors.ExitError)) return new CancelledError();
    return error instanceof Errors.CLIError && !(error instanceof Errors.ExitError) ? this.#wrongUsage(error) : asFailure(error);
  }

  #wrongUsage(error: UsageFault): HewError {
    const { id, flags, baseFlags } = this.ctor;
    return usageError(error, id.replaceAll(':', ' '), Object.keys({ ...flags, ...baseFlags, json: true, help: true }));
  }

  #progressStyle(): ProgressStyle {
    if (this.jsonEnabled()) return 'silent';
    const terminal = ownProcess.stderr.isTTY && ownProcess.stdout.isTTY && !this.argv.includes('--verbose');
    return terminal ? 'terminal' : 'lines';
  }
}

/** oclif handles `--help` and explicit exits. */
const asFailure = (error: Error): unknown => (error instanceof Errors.ExitError ? undefined : nameFailure(error));

/** Milliseconds after a signal until hew gives up on the work, and then until it exits, cleaned up or not. */
const PATIENCE = { work: 700, tidying: 5_000 };
