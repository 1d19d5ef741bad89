/** One way to make a subject. */
export interface Contender {
  readonly name: string;
  /** argv that makes it once. */
  readonly argv: readonly string[];
  /** Absolute path of what it makes: an image, whose packages are counted after the first run. */
  readonly result?: string;
}

/** A contender that could not even be set up. */
export interface Absent {
  readonly name: string;
  readonly failed: string;
}

/** Sets a peer up; where that fails the table says why, and the others are measured all the same. */
export async function orAbsent(name: string, prepared: Promise<Contender>): Promise<Contender | Absent> {
  try {
    return await prepared;
  } catch (error) {
    return { name, failed: reasonOf(error) };
  }
}

/** What to print of an error: its message, no further than a few lines. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 2000);
