import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { BootSettings } from '../../definition/index.ts';
import { chainFaults } from './chain.ts';
import { readProgram, type ProgramName } from './program.ts';
import { judgePrograms } from './trust.ts';

/** A program of a root, by its path there. */
export interface StartedProgram {
  readonly path: string;
  readonly name: ProgramName;
}

/**
 * Why Secure Boot would stop before the kernel runs, of the programs that are started, the firmware's first: none where
 * it would not; undefined where that is not asked. Throws `HewError` where it must not: better now than at the first start.
 */
export function judgeSecureBoot(
  host: Host,
  root: string,
  asked: BootSettings['secure-boot'],
  programs: readonly StartedProgram[],
): readonly string[] | undefined {
  if (asked === 'off') return undefined;
  const read = programs.map(({ path, name }) => readProgram(path, host.inside(root).openBytes(path), name));
  const [first, ...others] = judgePrograms(read[0], read);
  const faults = first === undefined ? [] : chainFaults(first, others);
  if (faults.length > 0 && asked === 'required') throw notSigned(faults);
  return faults;
}

const notSigned = (faults: readonly string[]): HewError =>
  new HewError({
    code: 'not-signed',
    message: `secure-boot = "required" was asked for, and firmware or shim would refuse it: ${faults.join('; ')}`,
    hint: 'install the shim, GRUB and kernel that the distribution had signed, or set boot.secure-boot = "if-signed"',
  });
