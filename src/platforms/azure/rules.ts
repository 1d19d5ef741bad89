import { noSwap } from '../../verify/rules/disk.ts';
import type { Rule } from '../../verify/rules/rule.ts';
import { secureBootRule } from '../../verify/rules/secure-boot.ts';
import { HYPERV_GUEST_RULES } from '../hyperv/guest.ts';
import { AZURE_KERNEL_RULES } from './kernel.ts';
import { AZURE_PROVISIONING_RULES } from './provisioning.ts';
import { VHD_RULES } from './vhd.ts';

/** Rules of Azure alone. Rules shared with other platforms are in `needs` of its row. */
const rules: readonly Rule[] = [
  ...VHD_RULES,
  secureBootRule('azure.secure-boot', {
    title: 'Loaders and kernel are signed, as trusted launch with Secure Boot demands',
    remedy: 'Extend the profile `secure-boot` (shim, GRUB and kernel signed by the distribution), or make machines without Secure Boot',
    source: 'https://learn.microsoft.com/azure/virtual-machines/trusted-launch',
  }),
  noSwap('azure.no-swap', {
    severity: 'error',
    remedy: 'Remove the swap partition from [[disk.partitions]]; the agent or cloud-init makes swap on the resource disk',
    source: 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic',
  }),
  ...AZURE_KERNEL_RULES,
  ...AZURE_PROVISIONING_RULES,
  ...HYPERV_GUEST_RULES,
];

export default rules;
