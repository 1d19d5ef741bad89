import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { chainFaults } from './chain.ts';
import { readProgram, type EfiProgram, type ProgramName } from './program.ts';

/** Paths inside a root. */
export interface StartedPrograms {
  readonly shim: string;
  readonly grub: string;
  readonly kernels: readonly string[];
}

/** Throws `HewError` where Secure Boot would stop before the kernel runs: better now than at the first start. */
export async function refuseUnsigned(host: Host, root: string, { shim, grub, kernels }: StartedPrograms): Promise<void> {
  const read = async (path: string, name: ProgramName): Promise<EfiProgram> =>
    readProgram(path, await host.fs.readBytes(posix.join(root, path)), name);
  const others = [await read(grub, 'GRUB'), ...(await Promise.all(kernels.map((path) => read(path, 'kernel'))))];
  const faults = chainFaults(await read(shim, 'shim'), others);
  if (faults.length === 0) return;
  throw new HewError({
    code: 'not-signed',
    message: `secure-boot = true was asked for, and firmware or shim would refuse it: ${faults.join('; ')}`,
    hint: 'install the shim, GRUB and kernel that the distribution had signed, or set boot.secure-boot = false',
  });
}
