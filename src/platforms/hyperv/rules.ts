import { chainFaults } from '../../boot/efi/chain.ts';
import { firmwareOf } from '../../verify/read/firmware.ts';
import type { ImageFacts } from '../../verify/facts.ts';
import { ofModules } from '../../verify/rules/kernel-checks.ts';
import { fail, judge, notApplicable, of, pass, type Rule } from '../../verify/rules/rule.ts';
import { secureBootRule } from '../../verify/rules/secure-boot.ts';
import { HYPERV_GUEST_RULES } from './guest.ts';

const BEST = 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/best-practices-for-running-linux-on-hyper-v';
const GENERATIONS = 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/plan/should-i-create-a-generation-1-or-2-virtual-machine-in-hyper-v';
const MIB = 2 ** 20;

/** Rules of Hyper-V alone: for the file, the script that makes its machine, signatures and drivers. */
const rules: readonly Rule[] = [
  {
    id: 'hyperv.format',
    severity: 'error',
    title: 'It is a whole VHDX, or for generation 1 a VHD',
    check: (facts) => {
      const { disk, artifact } = facts;
      if (disk === undefined) return fail(`it is no disk but ${artifact.format}`);
      const { container } = disk;
      if (container.format === 'vhd') return firmwareOf(disk, facts).bios ? pass('VHD, for generation 1') : fail('generation 2 does not start a VHD');
      if (container.format !== 'vhdx') return fail(`it is ${container.format}`);
      const { headers, regionTablesValid, logPending, hasParent } = container.facts;
      return judge([
        ...(headers.length === 2 ? [] : ['one of its two headers is damaged']),
        ...(regionTablesValid.every(Boolean) ? [] : ['one of its two region tables is damaged']),
        ...(logPending ? ['its log was not replayed'] : []),
        ...(hasParent ? ['it is only a difference to another file'] : []),
      ], 'VHDX');
    },
    remedy: 'Build format = "vhdx", or `qemu-img convert -O vhdx -o subformat=dynamic,block_size=1M`',
    source: '[MS-VHDX], https://learn.microsoft.com/openspecs/windows_protocols/ms-vhdx',
  },
  {
    id: 'hyperv.generation',
    severity: 'error',
    title: 'It starts as generation 2 (UEFI, GPT, ESP with the removable-media path) or generation 1 (BIOS)',
    check: of('disk', (disk, facts) => {
      const { uefi, bios, uefiFault, biosFault } = firmwareOf(disk, facts);
      if (uefi && disk.container.format !== 'vhd') return pass(bios ? 'both generations' : 'generation 2');
      return bios ? pass('generation 1') : fail(`not generation 2: ${uefiFault || 'it is a VHD'}; not generation 1: ${biosFault}`);
    }),
    remedy: 'Set boot.firmware and a loader in the definition; UEFI needs a vfat partition at /boot/efi',
    source: GENERATIONS,
  },
  {
    id: 'hyperv.aligned',
    severity: 'error',
    title: 'The virtual size is a whole number of MiB',
    check: of('disk', ({ size }) => (size % MIB === 0 ? pass(`${size / MIB} MiB`) : fail(`${size} bytes are ${size % MIB} more than whole MiB`))),
    remedy: 'Round the raw disk up to whole MiB before it is converted',
    source: BEST,
  },
  {
    id: 'hyperv.block-size',
    severity: 'warning',
    title: 'A dynamic VHDX has blocks of 1 MiB, which keeps ext4 small',
    check: of('disk', ({ container }) => {
      if (container.format !== 'vhdx') return notApplicable('it is no VHDX');
      if (container.facts.leaveBlocksAllocated) return notApplicable('it is fixed');
      return container.facts.blockSize === MIB ? pass('1 MiB') : fail(`${container.facts.blockSize / MIB} MiB`);
    }),
    remedy: 'Convert it with `-o block_size=1M`; in PowerShell `New-VHD -BlockSizeBytes 1MB`',
    source: BEST,
  },
  {
    id: 'hyperv.script',
    severity: 'warning',
    title: 'A PowerShell script beside the VHDX makes a machine that can start it',
    check: (facts) => {
      const { artifact: { script }, disk } = facts;
      if (disk?.container.format !== 'vhdx') return notApplicable('it is no VHDX');
      if (script === undefined) return fail('there is none');
      return judge(scriptFaults(script, facts), 'generation, Secure Boot and processor fit the image');
    },
    remedy: 'Build format = "vhdx" with hew, which writes the script, and keep the two files together',
    source: 'https://learn.microsoft.com/powershell/module/hyper-v/new-vm',
  },
  secureBootRule('hyperv.secure-boot', {
    title: 'Loaders and kernel are signed for the template MicrosoftUEFICertificateAuthority',
    remedy: 'Extend the profile `secure-boot` (shim, GRUB and kernel signed by the distribution), or set secure-boot-template = "off"',
    source: 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/learn-more/generation-2-virtual-machine-security-settings-for-hyper-v',
  }),
  {
    id: 'hyperv.integration-modules',
    severity: 'warning',
    title: 'The kernel has the drivers of the integration services',
    check: ofModules([['hv_utils'], ['hv_balloon']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for Hyper-V',
    source: BEST,
  },
  ...HYPERV_GUEST_RULES,
];

const ENFORCES = /-SecureBootTemplate\s+MicrosoftUEFICertificateAuthority/i;
const TURNS_OFF = /-EnableSecureBoot\s+Off/i;

function scriptFaults(script: string, { disk, root, boot }: ImageFacts): readonly string[] {
  const uefi = disk !== undefined && firmwareOf(disk, { boot, root }).uefi;
  const level = root?.level ?? 'baseline';
  const hides = /CompatibilityForMigrationEnabled\s+\$true/i.test(script)
    || (/CompatibilityForMigrationEnabled\b/i.test(script) && !/CompatibilityForMigrationEnabled\s+\$false/i.test(script));
  return [
    ...(/New-VM\b/i.test(script) ? [] : ['it makes no machine']),
    ...(new RegExp(String.raw`-Generation\s+${uefi ? 2 : 1}\b`, 'i').test(script) ? [] : [`it does not make generation ${uefi ? 2 : 1}`]),
    ...(!uefi || ENFORCES.test(script) || TURNS_OFF.test(script) ? [] : ['it sets no Secure Boot template that Linux starts with']),
    ...(uefi && !TURNS_OFF.test(script) && boot?.removable !== undefined
      ? chainFaults(boot.removable, boot.programs).map((fault) => `it leaves Secure Boot on, and ${fault}`) : []),
    // Standard compatibility mode hides AVX and more, which programs of these levels use.
    ...(level !== 'baseline' && hides ? [`it turns processor compatibility on, and the image needs ${level}`] : []),
    ...(level !== 'baseline' && !/CompatibilityForMigrationEnabled/i.test(script)
      ? [`it does not keep processor compatibility off, and the image needs ${level}`] : []),
  ];
}

export default rules;
