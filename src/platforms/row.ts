import type { Capability } from './capabilities.ts';

/**
 * What is known about a platform without an image. The schema, the plan, the initrd and help texts are derived from
 * these rows.
 */
export interface PlatformRow {
  /** As definitions and `hew verify --for` name it. */
  readonly id: string;
  /** As people write it. */
  readonly label: string;
  /** Rules shared with other platforms, in the order of the results, after its own. */
  readonly needs: readonly Capability[];
  /** Kernel modules that hew's initrd carries for its disks, consoles and networks. */
  readonly drivers?: readonly string[];
  /** Rules of udev for its devices, by the beginning of their names, which hew's initrd carries if the image has them. */
  readonly udevRules?: readonly string[];
  /** If it refuses swap on the system disk: where swap goes instead, as a hint. */
  readonly swapElsewhere?: string;
  /** Files of a root that only the rules of this platform read, besides those of `INTERESTS`. */
  readonly interests?: readonly Interest[];
}

/** Files of a root that rules read. */
export interface Interest {
  readonly path: RegExp;
  /** Whether rules read their text. */
  readonly text?: true;
}
