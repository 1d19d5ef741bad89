import type { KernelFacts } from '../boot-facts.ts';
import type { ImageFacts } from '../facts.ts';
import { commandLines, hasWord, valuesOf, type CommandLine } from '../read/command-line.ts';
import { fail, judge, listed, notApplicable, of, type Finding, type Rule } from './rule.ts';

const GENERIC = 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic#general-linux-installation-notes';
const HYPERV = 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/best-practices-for-running-linux-on-hyper-v';

/** A check of every command line. That none was found is told once, by `azure.console`. */
const ofLines = (faultOf: (line: CommandLine, facts: ImageFacts) => string | undefined, good: string) => (facts: ImageFacts): Finding => {
  if (facts.disk === undefined) return notApplicable('it is no disk');
  const lines = commandLines(facts);
  if (lines.length === 0) return notApplicable(NO_LINE);
  return judge(lines.flatMap((line) => {
    const fault = faultOf(line, facts);
    return fault === undefined ? [] : [`${line.from} ${fault}`];
  }), good);
};

const NO_LINE = 'no boot entry was found, hence no command line';

/** Whether a value has a word among its parts: `ttyS0` in `ttyS0,115200n8`. */
const startsAny = (values: readonly string[], name: string): boolean => values.some((value) => value.split(',').includes(name));

/** A check of the kernels that start: each must have every module, or one of each group, built in or in that place. */
const ofModules = (groups: readonly (readonly string[])[], place: 'initrd' | 'anywhere') => of('root', ({ kernels }): Finding => {
  const started = kernels.filter(({ hasImage }) => hasImage);
  if (started.length === 0) return fail('there is no kernel');
  return judge(started.flatMap((kernel) => {
    const isBuiltin = groups.every((group) => group.some((name) => kernel.builtin.includes(name)));
    if (place === 'initrd' && kernel.initrd === undefined && !isBuiltin) {
      return [`the initrd of ${kernel.version} ${kernel.initrdProblem === undefined ? 'is missing' : `cannot be read: ${kernel.initrdProblem}`}`];
    }
    const missing = groups.filter((group) => !group.some((name) => has(kernel, name, place)));
    return missing.length === 0 ? [] : [`${kernel.version} lacks ${missing.map((group) => group.join(' or ')).join(', ')}`];
  }), listed(groups.map((group) => group.join(' or '))));
});

const has = ({ builtin, initrd, modules }: KernelFacts, name: string, place: 'initrd' | 'anywhere'): boolean =>
  builtin.includes(name) || initrd?.includes(name) === true || (place === 'anywhere' && modules.includes(name));

const lineRule = (id: string, severity: Rule['severity'], title: string, check: Rule['check'], remedy: string): Rule =>
  ({ id: `azure.${id}`, platforms: ['azure'], severity, title, check, remedy, source: GENERIC });

const checkConsole = ofLines((line, { root }) => {
  const name = root?.architecture === 'aarch64' ? 'ttyAMA0' : 'ttyS0';
  return startsAny(valuesOf(line, 'console'), name) ? undefined : `lacks console=${name}`;
}, 'it does');

const ADD = 'Add it to system.kernel-cmdline of the definition';

/** Command line and drivers: what Azure and Hyper-V ask of the kernel. */
export const KERNEL_RULES: readonly Rule[] = [
  lineRule('console', 'error', 'The kernel writes to the serial console',
    (facts) => (facts.disk !== undefined && commandLines(facts).length === 0 ? fail(NO_LINE) : checkConsole(facts)), `${ADD}: console=ttyS0, on arm64 console=ttyAMA0`),
  lineRule('earlyprintk', 'warning', 'The kernel writes to the serial console from its start',
    ofLines((line, { root }) => (root?.architecture === 'aarch64' || startsAny(valuesOf(line, 'earlyprintk'), 'ttyS0')
      ? undefined : 'lacks earlyprintk=ttyS0'), 'it does'), `${ADD}: earlyprintk=ttyS0`),
  lineRule('rootdelay', 'warning', 'The kernel waits for a slow root disk',
    ofLines((line) => (valuesOf(line, 'rootdelay').includes('300') ? undefined : 'lacks rootdelay=300'), 'it does'), `${ADD}: rootdelay=300`),
  lineRule('net-ifnames', 'warning', 'Network interfaces keep their names of the kernel',
    ofLines((line) => (hasWord(line, 'net.ifnames=0') ? undefined : 'lacks net.ifnames=0'), 'they do'), `${ADD}: net.ifnames=0`),
  lineRule('quiet', 'warning', 'Nothing hides what the kernel says, and no memory is kept for a crash kernel',
    ofLines((line) => {
      const found = ['rhgb', 'quiet', 'crashkernel=auto'].filter((word) => hasWord(line, word));
      return found.length === 0 ? undefined : `has ${found.join(' ')}`;
    }, 'nothing does'), 'Take rhgb, quiet and crashkernel=auto from system.kernel-cmdline'),
  lineRule('refused-arguments', 'error', 'Nothing turns off the drive by which Azure hands over its settings',
    ofLines((line) => {
      const found = ['libata.atapi_enabled=0', 'reserve=0x1f0,0x8'].filter((word) => hasWord(line, word));
      return found.length === 0 ? undefined : `has ${found.join(' ')}`;
    }, 'nothing does'), 'Take libata.atapi_enabled=0 and reserve=0x1f0,0x8 from system.kernel-cmdline'),
  {
    id: 'hyperv.modules',
    platforms: ['azure', 'hyperv'],
    severity: 'error',
    title: 'The initrd finds the disk and the network of Hyper-V',
    check: ofModules([['hv_vmbus'], ['hv_storvsc'], ['hv_netvsc']], 'initrd'),
    remedy: 'Make the initrd with these drivers (boot.initrd, not host-only), or take a kernel that has them built in',
    source: GENERIC,
  },
  {
    id: 'hyperv.integration-modules',
    platforms: ['hyperv'],
    severity: 'warning',
    title: 'The kernel has the drivers of the integration services',
    check: ofModules([['hv_utils'], ['hv_balloon']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for Hyper-V',
    source: HYPERV,
  },
  {
    id: 'azure.filesystems',
    platforms: ['azure'],
    severity: 'error',
    title: 'The kernel can read vfat and udf, in which Azure hands over its settings',
    check: ofModules([['vfat'], ['udf']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for file systems (`kernel-modules`)',
    source: 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic',
  },
  {
    id: 'azure.nvme',
    platforms: ['azure'],
    severity: 'warning',
    title: 'The initrd finds NVMe disks, which newer sizes have',
    check: ofModules([['nvme']], 'initrd'),
    remedy: 'Add nvme to the drivers of the initrd',
    source: 'https://learn.microsoft.com/azure/virtual-machines/nvme-linux',
  },
  {
    id: 'azure.accelerated-network',
    platforms: ['azure'],
    severity: 'warning',
    title: 'The kernel has a driver for accelerated networking',
    check: ofModules([['mana', 'mlx5_core']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for mana and mlx5',
    source: 'https://learn.microsoft.com/azure/virtual-network/accelerated-networking-mana-linux',
  },
];

