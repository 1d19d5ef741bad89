import type { Path } from './types.ts';
import { pathKey } from './paths.ts';

/** Counted from 1; a column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Position of a value in a file, and of its key if it has one. */
export interface Spot {
  readonly key?: Position;
  readonly value: Position;
}

/** Positions of everything in a file. */
export class Positions {
  readonly #spots = new Map<string, Spot>();

  /** The first position counts: a table in several parts begins with its first. */
  add(path: Path, spot: Spot): void {
    const key = pathKey(path);
    if (!this.#spots.has(key)) this.#spots.set(key, spot);
  }

  has(path: Path): boolean {
    return this.#spots.has(pathKey(path));
  }

  /** Position of the value, or of the nearest value around it. */
  ofValue(path: Path): Position {
    return this.#nearest(path)?.value ?? { line: 1, column: 1 };
  }

  /** Position of the key that names the value, or of the nearest thing around it. */
  ofKey(path: Path): Position {
    const spot = this.#spots.get(pathKey(path));
    return spot?.key ?? spot?.value ?? this.ofValue(path);
  }

  #nearest(path: Path): Spot | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const spot = this.#spots.get(pathKey(path.slice(0, length)));
      if (spot !== undefined) return spot;
    }
    return undefined;
  }
}

/** Turns offsets into positions. A line ends with LF; a CR before it belongs to the line. */
export class LineTable {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
