/** What the work tells while it goes on. Domain code emits these; only `cli/` turns them into text. */
export type Event =
  /** The stages that will follow, in order; sent once for each piece of work. */
  | { readonly kind: 'planned'; readonly title: string; readonly stages: readonly Stage[] }
  | { readonly kind: 'stage-started'; readonly stage: string; readonly title: string }
  | { readonly kind: 'stage-progress'; readonly stage: string; readonly detail: string }
  | { readonly kind: 'stage-ended'; readonly stage: string; readonly seconds: number; readonly note?: string }
  /** Something that a person should know although nothing failed: a check that is off, a fallback taken. */
  | { readonly kind: 'notice'; readonly message: string };

export type Emit = (event: Event) => void;

/** Runs one stage of the work: announced at its start, timed, announced at its end. A stage that throws does not end. */
export type Staged = <T>(stage: Stage, work: (detail: (text: string) => void) => Promise<T>) => Promise<T>;

export interface Stage {
  readonly id: string;
  readonly title: string;
}

/** Stages over a clock and a listener; the seconds of each are kept under its id. */
export function stages(seconds: () => number, emit: Emit, timings: Map<string, number>): Staged {
  return async ({ id, title }, work) => {
    const began = seconds();
    emit({ kind: 'stage-started', stage: id, title });
    const result = await work((detail) => emit({ kind: 'stage-progress', stage: id, detail }));
    const took = seconds() - began;
    timings.set(id, (timings.get(id) ?? 0) + took);
    emit({ kind: 'stage-ended', stage: id, seconds: took });
    return result;
  };
}
