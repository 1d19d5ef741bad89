import type { Problem } from '../errors.ts';
import type { Detection } from './detect.ts';
import { compareLevels, glibcLevel, type Level } from './levels.ts';
import type { HardwareTarget } from './repositories.ts';

/** The level for `host` on this machine; undefined if it is unknown. aarch64 has only the baseline. */
export const hostLevel = ({ architecture, level }: Detection): Level | undefined =>
  architecture === 'aarch64' ? 'baseline' : level;

/**
 * The reason why this machine cannot run the scriptlets of a root for the target; undefined if it can. The level
 * belongs to the target, but programs that scriptlets start run on this machine. The missing flags have their
 * `/proc/cpuinfo` names.
 */
export const builderProblem = (builder: Detection, target: HardwareTarget): Problem | undefined => {
  const hint = 'Build on a machine that has them, choose a lower level, or ask for emulation with --emulate.';
  const refuse = (why: string): Problem => ({ code: 'builder-below-target', message: why, hint });
  if (builder.architecture !== target.architecture) {
    return refuse(`this machine is ${builder.architecture} and cannot run programs for ${target.architecture}`);
  }
  if (target.architecture === 'aarch64' || target.level === 'baseline') return undefined;
  const wanted = glibcLevel(target.level);
  const own = hostLevel(builder);
  if (own === undefined) return refuse(`it is unknown whether this machine can run ${wanted} programs`);
  if (compareLevels(target.level, own) <= 0) return undefined;
  const missing = builder.flags
    .filter((flag) => flag.status !== 'present' && compareLevels(flag.level, target.level) <= 0)
    .map(({ cpuinfo }) => cpuinfo[0]);
  const why = missing.length > 0 ? `it lacks ${missing.join(', ')}` : 'its glibc does not offer them';
  return refuse(`this machine runs ${glibcLevel(own)} programs and no ${wanted} ones: ${why}`);
};
