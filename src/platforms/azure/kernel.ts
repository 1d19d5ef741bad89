import { hasWord, valuesOf } from '../../verify/read/command-line.ts';
import { checkConsole, ofLines, ofModules, startsAny } from '../../verify/rules/kernel-checks.ts';
import type { Rule } from '../../verify/rules/rule.ts';

const GENERIC = 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic#general-linux-installation-notes';

const lineRule = (id: string, severity: Rule['severity'], title: string, check: Rule['check'], remedy: string): Rule =>
  ({ id: `azure.${id}`, severity, title, check, remedy, source: GENERIC });

const ADD = 'Add it to system.kernel-cmdline of the definition';

/** Command line and drivers that Azure demands of the kernel. */
export const AZURE_KERNEL_RULES: readonly Rule[] = [
  lineRule('console', 'error', 'The kernel writes to the serial console',
    checkConsole, `${ADD}: console=ttyS0, on arm64 console=ttyAMA0`),
  lineRule('earlyprintk', 'warning', 'The kernel writes to the serial console from its start',
    ofLines((line, { root }) => (root?.architecture === 'aarch64' || startsAny(valuesOf(line, 'earlyprintk'), 'ttyS0')
      ? undefined : 'lacks earlyprintk=ttyS0'), 'it does'), `${ADD}: earlyprintk=ttyS0`),
  lineRule('rootdelay', 'warning', 'The kernel waits for a slow root disk',
    ofLines((line) => (valuesOf(line, 'rootdelay').includes('300') ? undefined : 'lacks rootdelay=300'), 'it does'), `${ADD}: rootdelay=300`),
  lineRule('net-ifnames', 'warning', 'Network interfaces keep their kernel names',
    ofLines((line) => (hasWord(line, 'net.ifnames=0') ? undefined : 'lacks net.ifnames=0'), 'they do'), `${ADD}: net.ifnames=0`),
  lineRule('quiet', 'warning', 'Kernel messages are shown, and no memory is reserved for a crash kernel',
    ofLines((line) => {
      const found = ['rhgb', 'quiet', 'crashkernel=auto'].filter((word) => hasWord(line, word));
      return found.length === 0 ? undefined : `has ${found.join(' ')}`;
    }, 'nothing does'), 'Remove rhgb, quiet and crashkernel=auto from system.kernel-cmdline'),
  lineRule('refused-arguments', 'error', 'Nothing turns off the drive from which Azure passes its settings',
    ofLines((line) => {
      const found = ['libata.atapi_enabled=0', 'reserve=0x1f0,0x8'].filter((word) => hasWord(line, word));
      return found.length === 0 ? undefined : `has ${found.join(' ')}`;
    }, 'nothing does'), 'Take libata.atapi_enabled=0 and reserve=0x1f0,0x8 from system.kernel-cmdline'),
  {
    id: 'azure.filesystems',
    severity: 'error',
    title: 'The kernel can read vfat and udf, the file systems of the settings from Azure',
    check: ofModules([['vfat'], ['udf']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for file systems (`kernel-modules`)',
    source: 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic',
  },
  {
    id: 'azure.nvme',
    severity: 'warning',
    title: 'The initrd finds NVMe disks, which newer sizes have',
    check: ofModules([['nvme']], 'initrd'),
    remedy: 'Add nvme to the drivers of the initrd',
    source: 'https://learn.microsoft.com/azure/virtual-machines/nvme-linux',
  },
  {
    id: 'azure.accelerated-network',
    severity: 'warning',
    title: 'The kernel has a driver for accelerated networking',
    check: ofModules([['mana', 'mlx5_core']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for mana and mlx5',
    source: 'https://learn.microsoft.com/azure/virtual-network/accelerated-networking-mana-linux',
  },
];

