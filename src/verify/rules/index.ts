import { CONTAINER_RULES } from './container.ts';
import { DISK_RULES } from './disk.ts';
import { GENERALISED_RULES } from './generalised.ts';
import { HYPERV_RULES } from './hyperv.ts';
import { KERNEL_RULES } from './kernel.ts';
import { OCI_RULES } from './oci.ts';
import { PROVISIONING_RULES } from './provisioning.ts';
import type { Rule } from './rule.ts';
import { SECURE_BOOT_RULES } from './secure-boot.ts';
import { SYSTEM_RULES } from './system.ts';
import { VHD_RULES } from './vhd.ts';
import { WHITEOUT_RULE } from './whiteouts.ts';
import { WSL_RULES } from './wsl.ts';

/** All rules of all platforms, in the order in which results are shown: the file first, then what is in it. */
export const RULES: readonly Rule[] = [
  ...VHD_RULES,
  ...HYPERV_RULES,
  ...SECURE_BOOT_RULES,
  ...OCI_RULES,
  WHITEOUT_RULE,
  ...WSL_RULES,
  ...DISK_RULES,
  ...SYSTEM_RULES,
  ...KERNEL_RULES,
  ...PROVISIONING_RULES,
  ...GENERALISED_RULES,
  ...CONTAINER_RULES,
];
