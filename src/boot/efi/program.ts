import { whileOpen, type ByteSource } from '../../byte-source.ts';
import { BadBytes } from '../../readers/bytes.ts';
import { parsePe, type PeFile } from '../../readers/pe.ts';
import { signaturesOf, trustedBy, type Signature } from '../../readers/pe-signatures.ts';

export type ProgramName = 'shim' | 'MokManager' | 'fallback' | 'GRUB' | 'systemd-boot' | 'UKI' | 'kernel';

/** A program that firmware or a loader starts. */
export interface EfiProgram {
  /** On the EFI system partition; of a kernel elsewhere, an absolute path of the root. */
  readonly path: string;
  /** Undefined where it cannot be told. */
  readonly name: ProgramName | undefined;
  readonly architecture: PeFile['architecture'];
  readonly signatures: readonly Signature[];
  /** Authorities that it brings, whose signatures it takes besides those that the firmware takes: shim's. */
  readonly trusts: readonly string[];
}

/** What a program is and who signed it. Pure. */
export const describeProgram = (path: string, pe: PeFile, name: ProgramName | undefined = nameOf(path, pe)): EfiProgram => ({
  path, name, architecture: pe.architecture, signatures: signaturesOf(pe), trusts: trustedBy(pe),
});

/** The same from its file, which is closed. What is no EFI program has no signature either. */
export function readProgram(path: string, file: ByteSource, name: ProgramName): EfiProgram {
  try {
    return describeProgram(path, whileOpen(file, parsePe), name);
  } catch (error) {
    if (error instanceof BadBytes) return { path, name, architecture: 'other', signatures: [], trusts: [] };
    throw error;
  }
}

/** Sections that only it has: the kernel of a UKI, systemd's magic, shim's keys, GRUB's modules. */
const SECTIONS: Readonly<Record<string, ProgramName>> = {
  '.linux': 'UKI', '.sdmagic': 'systemd-boot', '.vendor_cert': 'shim', 'mods': 'GRUB',
};

/** Helpers of shim have no such section; what is left is told by its name. */
const FILES: readonly (readonly [RegExp, ProgramName])[] = [
  [/^mm(?:x64|aa64)\.efi$/i, 'MokManager'], [/^fb(?:x64|aa64)\.efi$/i, 'fallback'], [/^shim/i, 'shim'], [/^grub/i, 'GRUB'],
  [/^systemd-boot/i, 'systemd-boot'], [/^vmlinu[xz]/i, 'kernel'],
];

function nameOf(path: string, { sections }: PeFile): ProgramName | undefined {
  const section = Object.keys(SECTIONS).find((name) => sections.has(name));
  const file = path.split('/').at(-1) ?? '';
  return section === undefined ? FILES.find(([pattern]) => pattern.test(file))?.[1] : SECTIONS[section];
}
