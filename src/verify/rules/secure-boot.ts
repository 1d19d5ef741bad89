import { authorityNotes, chainFaults, describeSignatures } from '../../boot/efi/chain.ts';
import type { BootFacts } from '../boot-facts.ts';
import { judge, notApplicable, of, type Finding, type Rule } from './rule.ts';

/** Signatures from the firmware to the kernel. Machines of both platforms enforce them unless told not to. */
export const SECURE_BOOT_RULES: readonly Rule[] = [
  {
    id: 'hyperv.secure-boot',
    platforms: ['hyperv'],
    severity: 'warning',
    title: 'Loaders and kernel are signed for the template MicrosoftUEFICertificateAuthority',
    check: of('boot', checkChain),
    remedy: 'Extend the profile `secure-boot` (shim, GRUB and kernel as the distribution had them signed), or set secure-boot-template = "off"',
    source: 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/learn-more/generation-2-virtual-machine-security-settings-for-hyper-v',
  },
  {
    id: 'azure.secure-boot',
    platforms: ['azure'],
    severity: 'warning',
    title: 'Loaders and kernel are signed, as trusted launch with Secure Boot demands',
    check: of('boot', checkChain),
    remedy: 'Extend the profile `secure-boot` (shim, GRUB and kernel as the distribution had them signed), or make machines without Secure Boot',
    source: 'https://learn.microsoft.com/azure/virtual-machines/trusted-launch',
  },
];

function checkChain({ removable, programs }: BootFacts): Finding {
  if (removable === undefined) return notApplicable('there is no EFI loader');
  const good = [`${removable.path} is ${describeSignatures(removable)}, and what it starts by whom it trusts`, ...authorityNotes(removable)];
  return judge(chainFaults(removable, programs), good.join('; '));
}
