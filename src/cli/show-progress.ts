import { ownProcess } from '../host/own-process.ts';
import { printLines } from './printer.ts';
import { lineProgress, type Progress } from './progress.ts';
import { terminalProgress } from './terminal-progress.ts';

export type ProgressStyle = 'terminal' | 'lines' | 'silent';

/** listr2 on a terminal, plain lines elsewhere, nothing under `--json`. All of it goes to standard error. */
export function showProgress(style: ProgressStyle): Progress {
  switch (style) {
    case 'terminal':
      return terminalProgress();
    case 'lines':
      return lineProgress((line) => printLines([line], ownProcess.stderr));
    case 'silent':
      return { emit: () => undefined, close: async () => undefined };
  }
}
