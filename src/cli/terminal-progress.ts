import type { ListrTask } from 'listr2';

import type { Emit, Event, Stage } from '../events.ts';
import { ownProcess } from '../host/own-process.ts';
import { printable } from '../printable.ts';
import { formatSeconds } from './format.ts';
import { printLines } from './printer.ts';
import type { Progress } from './progress.ts';

interface ShownTask {
  title: string | undefined;
  output: string | undefined;
}

/** The task list of one piece of work: each task waits for the event that ends its stage. */
class StageList {
  readonly #endings = new Map<string, PromiseWithResolvers<number>>();
  readonly #shown = new Map<string, ShownTask>();
  readonly #details = new Map<string, string>();
  readonly #finished: Promise<unknown>;

  constructor(title: string, stages: readonly Stage[]) {
    for (const { id } of stages) this.#endings.set(id, Promise.withResolvers());
    // A stage may fail before listr2 starts its task; the caller that ran the stage reports the failure.
    for (const { promise } of this.#endings.values()) promise.catch(() => undefined);
    this.#finished = this.#show(title, stages).catch(() => undefined);
  }

  progress(stage: string, detail: string): void {
    const shown = shorten(printable(detail));
    this.#details.set(stage, shown);
    const task = this.#shown.get(stage);
    if (task !== undefined) task.output = shown;
  }

  end(stage: string, seconds: number): void {
    this.#endings.get(stage)?.resolve(seconds);
  }

  async close(): Promise<void> {
    for (const { reject } of this.#endings.values()) reject(new Error('not finished'));
    await this.#finished;
  }

  async #show(title: string, stages: readonly Stage[]): Promise<void> {
    // Loaded lazily, so that commands without progress start faster.
    const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
    printLines([title], ownProcess.stderr);
    const list = new Listr<undefined, 'default', 'silent'>(stages.map((stage) => this.#task(stage)), {
      // hew cancels through its own AbortSignal, so that mounts and processes end in order.
      registerSignalListeners: false,
      renderer: 'default',
      fallbackRenderer: 'silent',
      rendererOptions: {
        showErrorMessage: false,
        logger: new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(ownProcess.stderr, ownProcess.stderr) }),
      },
    });
    await list.run();
  }

  #task({ id, title: text }: Stage): ListrTask<undefined> {
    // listr2 writes to the terminal itself, so its input is escaped here.
    const title = printable(text);
    return {
      title,
      task: async (_context, task) => {
        this.#shown.set(id, task);
        const detail = this.#details.get(id);
        if (detail !== undefined) task.output = detail;
        const seconds = await this.#endings.get(id)?.promise;
        const last = this.#details.get(id);
        task.title = `${title}  ${formatSeconds(seconds ?? 0)}${last === undefined ? '' : `  ${last}`}`;
      },
    };
  }
}

/** Limits a line, because listr2 wraps and redraws it often and a console may flood it without line breaks. */
const LONGEST_DETAIL = 500;
const shorten = (text: string): string => (text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text);

/** Stages as a listr2 task list on standard error. */
export function terminalProgress(): Progress {
  let list: StageList | undefined;
  let before: Promise<void> = Promise.resolve();
  const notices: string[] = [];
  const emit: Emit = (event: Event) => {
    switch (event.kind) {
      case 'planned': {
        const previous = list;
        before = before.then(() => previous?.close());
        list = new StageList(event.title, event.stages);
        return;
      }
      case 'stage-progress':
        return list?.progress(event.stage, event.detail);
      case 'stage-ended':
        return list?.end(event.stage, event.seconds);
      case 'notice':
        notices.push(event.message);
        return;
      case 'stage-started':
    }
  };
  return {
    emit,
    close: async () => {
      await before;
      await list?.close();
      printLines(notices.splice(0).map((notice) => `! ${notice}`), ownProcess.stderr);
    },
  };
}
