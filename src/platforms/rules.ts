import { CAPABILITY_RULES } from '../verify/rules/capabilities.ts';
import type { Rule } from '../verify/rules/rule.ts';
import { AWS_RULES } from './aws/rules.ts';
import { AZURE_RULES } from './azure/rules.ts';
import { GCP_RULES } from './gcp/rules.ts';
import { HYPERV_RULES } from './hyperv/rules.ts';
import { OCI_RULES } from './oci/rules.ts';
import { PLATFORM_ROWS, PLATFORMS, type Platform } from './rows.ts';
import { WSL_RULES } from './wsl/rules.ts';

/** Rules that only one platform has. */
const OWN_RULES: Readonly<Record<Platform, readonly Rule[]>> = {
  azure: AZURE_RULES,
  hyperv: HYPERV_RULES,
  qemu: [],
  oci: OCI_RULES,
  wsl: WSL_RULES,
  aws: AWS_RULES,
  gcp: GCP_RULES,
};

/** Every rule of a platform, in the order of the results: its own, then those shared with others. */
export const rulesOf = (platform: Platform): readonly Rule[] => {
  const needs = PLATFORM_ROWS.find(({ id }) => id === platform)?.needs ?? [];
  return [...OWN_RULES[platform], ...needs.flatMap((capability) => CAPABILITY_RULES[capability])];
};

/** All rules of all platforms, each once. */
export const PLATFORM_RULES: readonly Rule[] = [...new Set(PLATFORMS.flatMap(rulesOf))];
