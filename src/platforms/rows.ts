import { aws } from './aws/row.ts';
import { azure } from './azure/row.ts';
import { gcp } from './gcp/row.ts';
import { hyperv } from './hyperv/row.ts';
import { oci } from './oci/row.ts';
import { qemu } from './qemu/row.ts';
import { wsl } from './wsl/row.ts';

/** Every platform with rules, in the order in which they are listed. */
export const PLATFORM_ROWS = [azure, hyperv, qemu, oci, wsl, aws, gcp] as const;

export type { Capability } from './capabilities.ts';
export type { Interest, PlatformRow } from './row.ts';

export type Platform = (typeof PLATFORM_ROWS)[number]['id'];

export const PLATFORMS = PLATFORM_ROWS.map(({ id }) => id) as readonly Platform[] as readonly [Platform, ...Platform[]];
