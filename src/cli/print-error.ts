import { formatPlace, HewError, ToolError, type Problem } from '../errors.ts';
import { redact, redactText } from '../redact.ts';
import type { Lines } from './printer.ts';

/** What `--json` prints of a failure. */
export interface ErrorReport {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly problems: readonly Problem[];
    readonly command?: string;
  };
}

/**
 * A failure as text: each problem with its place and hint, and the command line to run by hand. Secrets are redacted,
 * because programs repeat URLs with their passwords.
 */
export function describeError(error: unknown): Lines {
  if (!(error instanceof HewError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [...redactText(text).split('\n'), 'This is a bug in hew. Please report it with the text above.'];
  }
  const command = error instanceof ToolError ? [`  command: ${redactText(error.commandLine)}`] : [];
  return [...error.problems.map((problem) => redact(problem)).flatMap(describeProblem), ...command];
}

/** A failure as data. Secrets are redacted. */
export const reportError = (error: unknown): ErrorReport => redact(reportOf(error));

function reportOf(error: unknown): ErrorReport {
  if (!(error instanceof HewError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: 'defect', message, problems: [{ code: 'defect', message }] } };
  }
  return {
    error: {
      code: error.code,
      message: error.message,
      problems: error.problems,
      ...(error instanceof ToolError ? { command: error.commandLine } : {}),
    },
  };
}

/** A message is one line. A hint may have several; they are indented, so none looks like a message. */
function describeProblem({ message, place, hint }: Problem): Lines {
  const where = place === undefined ? '' : `${formatPlace(place)}: `;
  const advice = hint === undefined ? [] : hint.split('\n').map((line) => `  ${line}`);
  return [`${where}error: ${message}`, ...advice];
}
