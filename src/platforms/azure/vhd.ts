import { firmwareOf } from '../../verify/read/firmware.ts';
import { fitsGeometry, type VhdFooter } from '../../readers/image/vhd.ts';
import type { ImageFacts } from '../../verify/facts.ts';
import { fail, judge, notApplicable, of, pass, type Finding, type Rule } from '../../verify/rules/rule.ts';

const AZURE = 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic#resizing-vhds';
const SIZES = 'https://learn.microsoft.com/azure/virtual-machines/managed-disks-overview';
const FORMAT = 'Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer"';
const CONVERT = 'align the raw disk, then `qemu-img convert -O vpc -o subformat=fixed,force_size=on`; hew does so for format = "vhd"';

const FOOTER = 512;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TIB = 2 ** 40;

/** Creators of disks with the size of their geometry of cylinders, heads and sectors: block/vpc.c of QEMU. */
const BY_GEOMETRY: readonly string[] = ['qemu', 'vpc ', 'vs  '];

/** A check of the footer, which does not apply without one: `azure.vhd-format` reports that. */
const ofFooter = (check: (footer: VhdFooter, facts: ImageFacts) => Finding) => (facts: ImageFacts): Finding =>
  (facts.disk?.container.format === 'vhd' ? check(facts.disk.container.footer, facts) : notApplicable('it is no VHD'));

/** What the specification demands of every footer, and of that of a fixed disk. */
const footerFaults = (footer: VhdFooter): readonly string[] => [
  ...(footer.version === 0x1_0000 ? [] : [`its version is 0x${footer.version.toString(16)}, not 0x10000`]),
  ...((footer.features & 2) !== 0 ? [] : ['its reserved feature bit is not set']),
  ...((footer.features & 1) === 0 ? [] : ['it is a temporary disk']),
  ...(footer.headerOffset === undefined ? [] : [`it points to a header at ${footer.headerOffset}, which a fixed disk does not have`]),
  ...(footer.isSavedState ? ['it belongs to a saved machine'] : []),
  ...(footer.originalSize === footer.currentSize ? [] : [`its original size is ${footer.originalSize}, not ${footer.currentSize}`]),
  ...(fitsGeometry(footer) ? [] : [`its geometry is ${Object.values(footer.geometry).join('/')}, which does not fit its size`]),
];

/** What Azure demands of the file itself. */
export const VHD_RULES: readonly Rule[] = [
  {
    id: 'azure.vhd-format',
    severity: 'error',
    title: 'It is a VHD: its last 512 bytes begin with `conectix`',
    check: ({ artifact, disk }) => (disk?.container.format === 'vhd' ? pass('it has a footer')
      : fail(disk === undefined ? `it is no disk but ${artifact.format}` : `it is ${artifact.format}, or its footer is not at its end`)),
    remedy: `Azure takes neither VHDX nor qcow2: ${CONVERT}`,
    source: FORMAT,
  },
  {
    id: 'azure.vhd-fixed',
    severity: 'error',
    title: 'The VHD is fixed (disk type 2)',
    check: ofFooter(({ diskType }) => (diskType === 'fixed' ? pass('fixed') : fail(`it is ${diskType}`))),
    remedy: `Convert it: ${CONVERT}`,
    source: AZURE,
  },
  {
    id: 'azure.vhd-checksum',
    severity: 'error',
    title: 'The checksum of the footer is right',
    check: ofFooter(({ checksum, checksumValid }) => (checksumValid ? pass('right') : fail(`0x${checksum.toString(16)} is not the sum of its bytes`))),
    remedy: `Something changed the footer afterwards: ${CONVERT}`,
    source: FORMAT,
  },
  {
    id: 'azure.vhd-footer',
    severity: 'error',
    title: 'The footer is that of a whole fixed disk as it was made',
    check: ofFooter((footer) => (footer.diskType !== 'fixed' ? notApplicable('it is not fixed') : judge(footerFaults(footer), 'version 1.0, original size'))),
    remedy: `Make the footer again: ${CONVERT}`,
    source: FORMAT,
  },
  {
    id: 'azure.vhd-aligned',
    severity: 'error',
    title: 'The virtual size is a whole number of MiB',
    check: ofFooter(({ currentSize }) => (currentSize % MIB === 0
      ? pass(`${currentSize / MIB} MiB`) : fail(`${currentSize} bytes are ${currentSize % MIB} more than whole MiB`))),
    remedy: `Round the raw disk up to whole MiB before it is converted: ${CONVERT}`,
    source: AZURE,
  },
  {
    id: 'azure.vhd-file-size',
    severity: 'error',
    title: 'The file is as long as the virtual size and the footer',
    check: ofFooter(({ currentSize, diskType }, { artifact }) => {
      if (diskType !== 'fixed') return notApplicable('it is not fixed');
      const difference = artifact.size - (currentSize + FOOTER);
      return difference === 0 ? pass(`${currentSize} + ${FOOTER} bytes`)
        : fail(`the file has ${Math.abs(difference)} bytes ${difference > 0 ? 'more' : 'fewer'} than ${currentSize} + ${FOOTER}`);
    }),
    remedy: `The file was cut or appended to, or its footer has another size: ${CONVERT}`,
    source: AZURE,
  },
  {
    id: 'azure.vhd-creator',
    severity: 'error',
    title: 'The size of the disk does not come from its geometry',
    check: ofFooter(({ creatorApplication }) => (BY_GEOMETRY.includes(creatorApplication)
      ? fail(`\`${creatorApplication}\` stands for a size by cylinders, heads and sectors`) : pass(`\`${creatorApplication}\``))),
    remedy: `Use force_size, which writes \`qem2\` and the exact size: ${CONVERT}`,
    source: 'https://gitlab.com/qemu-project/qemu/-/blob/master/block/vpc.c',
  },
  {
    id: 'azure.vhd-bounds',
    severity: 'error',
    title: 'The disk has between 20 MiB and 32 TiB; at most 2 TiB where BIOS starts it',
    check: of('disk', (disk, facts) => {
      const { uefi, bios } = firmwareOf(disk, facts);
      const most = bios && !uefi ? 2 * TIB : 32 * TIB;
      if (disk.size < 20 * MIB) return fail(`${disk.size} bytes are less than 20 MiB`);
      return disk.size <= most ? pass(`${(disk.size / GIB).toFixed(2)} GiB`) : fail(`${(disk.size / TIB).toFixed(1)} TiB are more than ${most / TIB}`);
    }),
    remedy: 'Set disk.size; the root grows to the disk when the machine first starts',
    source: SIZES,
  },
  {
    id: 'azure.vhd-classic-size',
    severity: 'warning',
    title: 'The disk has at most 1,023 GiB, as classic images may have',
    check: of('disk', ({ size }) => (size <= 1023 * GIB ? pass(`${(size / GIB).toFixed(2)} GiB`) : fail(`${(size / GIB).toFixed(0)} GiB`))),
    remedy: 'Set a smaller disk.size: an uploaded image costs what its size says',
    source: AZURE,
  },
  {
    id: 'azure.generation',
    severity: 'error',
    title: 'It starts as generation 2 (UEFI, GPT, ESP) or generation 1 (BIOS, MBR or a BIOS boot partition)',
    check: of('disk', (disk, facts) => {
      const { uefi, bios, uefiFault, biosFault } = firmwareOf(disk, facts);
      if (uefi) return pass(bios ? 'both generations' : 'generation 2');
      return bios ? pass('generation 1') : fail(`not generation 2: ${uefiFault}; not generation 1: ${biosFault}`);
    }),
    remedy: 'Set boot.firmware and a loader in the definition; UEFI needs a vfat partition at /boot/efi',
    source: 'https://learn.microsoft.com/azure/virtual-machines/generation-2',
  },
];
