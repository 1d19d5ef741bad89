import type { ByteSource } from '../byte-source.ts';
import { findArchitecture, type Architecture } from '../isa/rows.ts';
import { attempt } from './attempt.ts';
import { parsePe } from './pe.ts';

/**
 * The architecture for which a file is a bootable kernel: an EFI program, or a format of that architecture
 * (isa/rows.ts). Undefined if it is no kernel.
 */
export function kernelArchitecture(source: ByteSource): Architecture | undefined {
  const program = attempt(() => parsePe(source));
  if (program.ok && program.value.architecture !== 'other') return program.value.architecture;
  const head = Buffer.from(source.read(0, 1024));
  if (head.length < 1024) return undefined;
  return findArchitecture(({ isKernel }) => isKernel(head));
}
