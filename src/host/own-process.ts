import { readFileSync } from 'node:fs';

/**
 * The process of hew itself, for the command line alone: streams, working folder, exit status, signals and timers. Work
 * sees the machine through the Host port.
 */
export const ownProcess = {
  get stdout(): NodeJS.WriteStream {
    return process.stdout;
  },
  get stderr(): NodeJS.WriteStream {
    return process.stderr;
  },
  get env(): NodeJS.ProcessEnv {
    return process.env;
  },
  /** The working folder. Throws if it was removed. */
  get folder(): string {
    return process.cwd();
  },
  /** The exit status so far; undefined until something sets it. */
  get status(): number | undefined {
    return process.exitCode === undefined ? undefined : Number(process.exitCode);
  },
  set status(status: number) {
    process.exitCode = status;
  },
  onSignal(signal: NodeJS.Signals, heard: () => void): void {
    process.on(signal, heard);
  },
  onUncaught(heard: (error: Error) => void): void {
    process.on('uncaughtException', heard);
  },
  /** Calls something after that many milliseconds. The timer keeps hew running unless it is unreferenced. */
  after: (milliseconds: number, call: () => void): NodeJS.Timeout => setTimeout(call, milliseconds),
  /** Resolves after signals and timers that are due had their turn. */
  nextTurn: (): Promise<void> => new Promise((resolve) => void setImmediate(resolve)),
  /** Text of a file of hew's own package. */
  readOwnFile: (path: string): string => readFileSync(path, 'utf8'),
};
