import type { Capability } from './capabilities.ts';

/** What is known of a platform without an image. Pure: the schema, the plan, the initrd and help texts are derived from these rows. */
export interface PlatformRow {
  /** As definitions and `hew verify --for` name it. */
  readonly id: string;
  /** As people write it. */
  readonly label: string;
  /** Rules that it has in common with others, in the order in which their results are shown after those of its own. */
  readonly needs: readonly Capability[];
  /** Output formats that it takes. */
  readonly formats: readonly string[];
  /** Kernel modules that hew's initrd carries for its disks, consoles and networks. */
  readonly drivers?: readonly string[];
  /** Files of a root that rules of this platform alone ask for, besides those of `INTERESTS`. */
  readonly interests?: readonly Interest[];
}

/** Files of a root that rules ask for. */
export interface Interest {
  readonly path: RegExp;
  /** Whether their text is read. */
  readonly text?: true;
}
