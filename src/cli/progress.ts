import type { Emit } from '../events.ts';
import { formatSeconds } from './format.ts';

/** Shows the events of one piece of work. */
export interface Progress {
  readonly emit: Emit;
  /** Ends the display; stages that did not end are shown as failed. */
  close(): Promise<void>;
}

/** Prints one line when a stage starts and one when it ends, as a CI log needs. */
export function lineProgress(print: (line: string) => void): Progress {
  const titles = new Map<string, string>();
  const details = new Map<string, string>();
  const emit: Emit = (event) => {
    switch (event.kind) {
      case 'planned':
        return print(event.title);
      case 'stage-started':
        titles.set(event.stage, event.title);
        return print(`- ${event.title} …`);
      case 'stage-progress':
        return void details.set(event.stage, event.detail);
      case 'stage-ended': {
        const parts = [titles.get(event.stage) ?? event.stage, formatSeconds(event.seconds), details.get(event.stage)];
        return print(`- ${parts.filter((part) => part !== undefined).join(', ')}`);
      }
      case 'notice':
        return print(`! ${event.message}`);
    }
  };
  return { emit, close: async () => undefined };
}
