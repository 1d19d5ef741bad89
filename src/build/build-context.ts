import type { Cache } from '../cache/cache.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { RunStep } from '../rootfs/make-root.ts';

/** What the stages of one build have in common. */
export interface BuildContext {
  readonly host: Host;
  readonly plan: Plan;
  readonly cache: Cache;
  readonly emit: Emit;
  /** Runs a step of a target, or of all together. */
  readonly stepFor: (target?: Target) => RunStep;
}
