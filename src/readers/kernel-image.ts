import type { ByteSource } from '../byte-source.ts';
import { attempt } from './attempt.ts';
import { parsePe } from './pe.ts';

/**
 * For which architecture a file is a kernel that loaders start; undefined where it is none: an EFI program, a bzImage
 * (https://docs.kernel.org/arch/x86/boot.html, "HdrS"), or an Image of arm64, compressed or not
 * (https://docs.kernel.org/arch/arm64/booting.html).
 */
export function kernelArchitecture(source: ByteSource): 'x86_64' | 'aarch64' | undefined {
  const program = attempt(() => parsePe(source));
  if (program.ok && program.value.architecture !== 'other') return program.value.architecture;
  const head = Buffer.from(source.read(0, 1024));
  if (head.length < 1024) return undefined;
  if (head.readUInt16LE(0x1fe) === 0xaa55 && head.toString('latin1', 0x202, 0x206) === 'HdrS') return 'x86_64';
  const isArm = head.toString('latin1', 56, 60) === 'ARM\u0064' || head.readUIntBE(0, 3) === 0x1f8b08;
  return isArm ? 'aarch64' : undefined;
}
