/** What `docs/errors.md` says of one code. Each is one sentence. */
export interface CodeRow {
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** The codes of one stage. */
export type CodeRows = Readonly<Record<string, CodeRow>>;
