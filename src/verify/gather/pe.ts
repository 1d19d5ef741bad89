import { BadBytes } from '../../hardware/bytes.ts';
import { Fields } from '../../disk/fields.ts';
import { attempt, type Reading } from '../../disk/reading.ts';

/** An EFI program: https://learn.microsoft.com/windows/win32/debug/pe-format */
export interface PeFile {
  readonly architecture: 'x86_64' | 'aarch64' | 'other';
  /** Content by name of the section, such as `.cmdline`; of two of one name the first. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
  /** Bytes of the signatures; empty where it is not signed. */
  readonly certificates: Uint8Array;
}

const MACHINES: Readonly<Record<number, PeFile['architecture']>> = { 0x8664: 'x86_64', 0xaa64: 'aarch64' };
const SECTION = 40;
/** Of the data directories of PE32+, the one of certificates; its address is an offset of the file. */
const CERTIFICATES = 112 + 4 * 8;

export const readPe = (bytes: Uint8Array): Reading<PeFile> => attempt(() => parse(new Fields(bytes)));

function parse(file: Fields): PeFile {
  if (file.text(0, 2) !== 'MZ') throw new BadBytes('there is no `MZ`');
  const header = file.u32(60);
  if (file.u32(header) !== 0x4550) throw new BadBytes('there is no `PE` signature');
  const optional = header + 24;
  const plus = file.u16(optional) === 0x20b;
  const table = optional + file.u16(header + 20);
  const sections = new Map<string, Uint8Array>();
  for (let index = 0; index < file.u16(header + 6); index += 1) {
    const at = table + index * SECTION;
    const name = file.text(at, 8);
    const size = Math.min(file.u32(at + 8), file.u32(at + 16));
    if (!sections.has(name)) sections.set(name, file.slice(file.u32(at + 20), size));
  }
  const directory = plus ? optional + CERTIFICATES : optional + CERTIFICATES - 16;
  const size = directory + 8 <= table ? file.u32(directory + 4) : 0;
  return {
    architecture: MACHINES[file.u16(header + 4)] ?? 'other',
    sections,
    certificates: size === 0 ? new Uint8Array(0) : file.slice(file.u32(directory), size),
  };
}

/**
 * Names of authorities that sign for UEFI:
 * https://learn.microsoft.com/windows-hardware/manufacture/desktop/windows-secure-boot-key-creation-and-management-guidance
 */
const AUTHORITIES = [
  'Microsoft Corporation UEFI CA 2011', 'Microsoft UEFI CA 2023', 'Microsoft Windows Production PCA 2011', 'Windows UEFI CA 2023',
];

/**
 * Authorities that the signatures of a program name. The text of the certificates is looked at, no signature is
 * computed: firmware does that.
 */
export function signersOf({ certificates }: PeFile): readonly string[] {
  if (certificates.length === 0) return [];
  const text = Buffer.from(certificates).toString('latin1');
  const known = AUTHORITIES.filter((name) => text.includes(name));
  return known.length > 0 ? known : ['an authority that is not Microsoft'];
}
