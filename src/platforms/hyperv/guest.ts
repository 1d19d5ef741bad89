import { isThere } from '../../verify/rules/access-checks.ts';
import { ofModules } from '../../verify/rules/kernel-checks.ts';
import { judge, of, type Rule } from '../../verify/rules/rule.ts';

const GENERIC = 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic#general-linux-installation-notes';

const DAEMONS: Readonly<Record<string, readonly string[]>> = {
  KVP: ['hypervkvpd', 'hv_kvp_daemon'],
  VSS: ['hypervvssd', 'hv_vss_daemon'],
  fcopy: ['hypervfcopyd', 'hv_fcopy_daemon', 'hv_fcopy_uio_daemon'],
};

/** What every guest of Hyper-V needs, in Azure too. */
export const HYPERV_GUEST_RULES: readonly Rule[] = [
  {
    id: 'hyperv.modules',
    severity: 'error',
    title: 'The initrd finds the disk and the network of Hyper-V',
    check: ofModules([['hv_vmbus'], ['hv_storvsc'], ['hv_netvsc']], 'initrd'),
    remedy: 'Make the initrd with these drivers (boot.initrd, not host-only), or take a kernel that has them built in',
    source: GENERIC,
  },
  {
    id: 'hyperv.daemons',
    severity: 'warning',
    title: 'The daemons of Hyper-V are installed (KVP, VSS, fcopy)',
    check: of('root', (root) => {
      const missing = Object.entries(DAEMONS).filter(([, names]) => !names.some((name) => isThere(root, name)));
      return judge(missing.map(([name]) => `${name} is missing`), 'all three');
    }),
    remedy: 'Add hyperv-daemons',
    source: 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/manage/manage-hyper-v-integration-services',
  },
];
