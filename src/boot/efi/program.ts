import type { X509Certificate } from 'node:crypto';

import { whileOpen, type ByteSource } from '../../byte-source.ts';
import type { CheckedSignature } from '../../readers/authenticode.ts';
import { BadBytes } from '../../readers/bytes.ts';
import { parsePe, type PeFile } from '../../readers/pe.ts';
import { signaturesOf, trustedBy } from '../../readers/pe-signatures.ts';

export type ProgramName = 'shim' | 'MokManager' | 'fallback' | 'GRUB' | 'systemd-boot' | 'UKI' | 'kernel';

interface ProgramFacts {
  /** On the EFI system partition; of a kernel elsewhere, an absolute path of the root. */
  readonly path: string;
  /** Undefined if it cannot be determined. */
  readonly name: ProgramName | undefined;
  /** Undefined for what is no EFI program. */
  readonly architecture: PeFile['architecture'] | undefined;
}

/** A program that firmware or a loader starts, as its file is: who trusts its signatures is not judged yet. */
export interface ReadProgram extends ProgramFacts {
  readonly signatures: readonly CheckedSignature[];
  /** Extra certificates that it trusts: shim's vendor_cert. */
  readonly trusts: readonly X509Certificate[];
}

/** A program whose signatures were verified. */
export interface EfiProgram extends ProgramFacts {
  readonly signatures: readonly Signature[];
  /** Names of the authorities that it trusts besides those of the firmware: shim's. */
  readonly trusts: readonly string[];
}

export interface Signature {
  /** Common name of the certificate; undefined where it is not with the signature. */
  readonly signer: string | undefined;
  /** Common name of who issued that, or of the trusted authority itself. */
  readonly authority: string | undefined;
  /** Why it is worth nothing; undefined where the signer signed this file and firmware or shim trusts the signer. */
  readonly fault: string | undefined;
}

/** What a program is and how it is signed. */
export const describeProgram = (path: string, pe: PeFile, name: ProgramName | undefined = nameOf(path, pe)): ReadProgram => ({
  path, name, architecture: pe.architecture, signatures: signaturesOf(pe), trusts: trustedBy(pe),
});

/** The same from its file, which is closed. What is no EFI program has no signature either. */
export function readProgram(path: string, file: ByteSource, name: ProgramName): ReadProgram {
  try {
    return describeProgram(path, whileOpen(file, parsePe), name);
  } catch (error) {
    if (error instanceof BadBytes) return { path, name, architecture: undefined, signatures: [], trusts: [] };
    throw error;
  }
}

/** Sections that only it has: the kernel of a UKI, systemd's magic, shim's keys, GRUB's modules. */
const SECTIONS: Readonly<Record<string, ProgramName>> = {
  '.linux': 'UKI', '.sdmagic': 'systemd-boot', '.vendor_cert': 'shim', 'mods': 'GRUB',
};

/** Helpers of shim have no such section; the rest is recognised by its name. */
const FILES: readonly (readonly [RegExp, ProgramName])[] = [
  [/^mm(?:x64|aa64)\.efi$/i, 'MokManager'], [/^fb(?:x64|aa64)\.efi$/i, 'fallback'], [/^shim/i, 'shim'], [/^grub/i, 'GRUB'],
  [/^systemd-boot/i, 'systemd-boot'], [/^vmlinu[xz]/i, 'kernel'],
];

function nameOf(path: string, { sections }: PeFile): ProgramName | undefined {
  const section = Object.keys(SECTIONS).find((name) => sections.has(name));
  const file = path.split('/').at(-1) ?? '';
  return section === undefined ? FILES.find(([pattern]) => pattern.test(file))?.[1] : SECTIONS[section];
}
