import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { chainFaults } from './chain.ts';
import { readProgram, type ProgramName, type ReadProgram } from './program.ts';
import { judgePrograms } from './trust.ts';

/** Paths inside a root. */
export interface StartedPrograms {
  readonly shim: string;
  readonly grub: string;
  readonly kernels: readonly string[];
}

/** Throws `HewError` where Secure Boot would stop before the kernel runs: better now than at the first start. */
export function refuseUnsigned(host: Host, root: string, { shim, grub, kernels }: StartedPrograms): void {
  const read = (path: string, name: ProgramName): ReadProgram => readProgram(path, host.inside(root).openBytes(path), name);
  const loader = read(shim, 'shim');
  const [first, ...others] = judgePrograms(loader, [loader, read(grub, 'GRUB'), ...kernels.map((path) => read(path, 'kernel'))]);
  const faults = first === undefined ? [] : chainFaults(first, others);
  if (faults.length === 0) return;
  throw new HewError({
    code: 'not-signed',
    message: `secure-boot = true was asked for, and firmware or shim would refuse it: ${faults.join('; ')}`,
    hint: 'install the shim, GRUB and kernel that the distribution had signed, or set boot.secure-boot = false',
  });
}
