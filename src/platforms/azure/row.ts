import { HYPERV_DAEMONS, HYPERV_DRIVERS } from '../hyperv/row.ts';
import type { PlatformRow } from '../row.ts';

export const azure = {
  id: 'azure',
  label: 'Azure',
  needs: ['bootable', 'system', 'budget', 'no-machine-id', 'no-passwords', 'no-resolver', 'generalised'],
  drivers: HYPERV_DRIVERS,
  udevRules: ['66-azure', '66-hv', '68-azure', '80-azure'],
  swapElsewhere: 'let cloud-init make it on the resource disk',
  interests: [HYPERV_DAEMONS, { path: /^\/etc\/waagent\.conf$/, text: true }, { path: /^\/usr\/s?bin\/waagent$/ }],
} as const satisfies PlatformRow;
