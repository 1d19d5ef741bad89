import type { RootFacts } from '../facts.ts';
import { INTERESTS } from '../gather/interest.ts';
import { fileAt, filesOf, readSettings, textAt, textOf } from '../read/files.ts';
import { sshdOf, sshdSeconds } from '../read/sshd.ts';
import { startFault, unitState } from '../read/units.ts';
import { zramFiles } from '../read/zram.ts';
import { fail, judge, notApplicable, of, pass, type Rule } from './rule.ts';

const GENERIC = 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic';
const CLOUD_INIT = 'https://learn.microsoft.com/azure/virtual-machines/linux/cloudinit-prepare-custom-image';

/** Units by the names that Fedora and Debian give them. */
const SSHD = ['sshd.service', 'ssh.service', 'sshd.socket', 'ssh.socket'];
const CLOUD_INIT_UNITS = ['cloud-init.service', 'cloud-init-local.service', 'cloud-init-main.service', 'cloud-init-network.service'];
const AGENT_UNITS = ['waagent.service', 'walinuxagent.service'];

const isEnabled = (root: RootFacts, units: readonly string[]): boolean => units.some((unit) => unitState(root, unit) === 'enabled');
const isThere = (root: RootFacts, program: string): boolean =>
  ['/usr/bin', '/usr/sbin'].some((folder) => fileAt(root, `${folder}/${program}`) !== undefined);

const cloudConfig = (root: RootFacts): readonly string[] =>
  filesOf(root, INTERESTS.cloud).toSorted((a, b) => (a.path < b.path ? -1 : 1)).map((file) => textOf(file) ?? '');

/** Each `datasource_list` of a file, written in one line or in many. */
const datasourceLists = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^datasource_list:\s*(?:\[\s*(.*?)\s*\]|((?:\n\s*-\s*\S+)+))/gm)].map(([, flow, block]) =>
    (flow ?? block ?? '').replaceAll(/["']/g, '').split(/[\s,-]+/).filter((name) => name !== ''));

const DAEMONS: Readonly<Record<string, readonly string[]>> = {
  KVP: ['hypervkvpd', 'hv_kvp_daemon'],
  VSS: ['hypervvssd', 'hv_vss_daemon'],
  fcopy: ['hypervfcopyd', 'hv_fcopy_daemon', 'hv_fcopy_uio_daemon'],
};

/** What Azure needs to make a machine of an image: access, an agent, and its settings. */
export const PROVISIONING_RULES: readonly Rule[] = [
  {
    id: 'azure.sshd',
    platforms: ['azure'],
    severity: 'error',
    title: 'The SSH server is installed and starts',
    check: of('root', (root) => {
      const installed = SSHD.filter((unit) => unitState(root, unit) !== 'absent');
      if (installed.length === 0) return fail('it is not installed');
      const faults = installed.flatMap((unit) => startFault(root, unit) ?? []);
      return faults.length < installed.length ? pass('it starts') : fail(`it does not start: ${faults.join('; ')}`);
    }),
    remedy: 'Add openssh-server and enable sshd in system.services',
    source: GENERIC,
  },
  {
    id: 'azure.provisioner',
    platforms: ['azure'],
    severity: 'error',
    title: 'cloud-init or the Azure agent is installed and starts',
    check: of('root', (root) => {
      const found = [
        ...(isThere(root, 'cloud-init') && isEnabled(root, CLOUD_INIT_UNITS) ? ['cloud-init'] : []),
        ...(isThere(root, 'waagent') && isEnabled(root, AGENT_UNITS) ? ['waagent'] : []),
      ];
      if (found.length > 0) return pass(found.join(' and '));
      return fail(isThere(root, 'cloud-init') || isThere(root, 'waagent') ? 'what is installed is not enabled' : 'neither is installed');
    }),
    remedy: 'Add cloud-init or WALinuxAgent and enable its services in system.services',
    source: CLOUD_INIT,
  },
  {
    id: 'azure.agent-settings',
    platforms: ['azure'],
    severity: 'error',
    title: 'The Azure agent leaves provisioning to cloud-init and makes no swap',
    check: of('root', (root) => {
      const text = textAt(root, '/etc/waagent.conf');
      if (text === undefined) return isThere(root, 'waagent') ? fail('/etc/waagent.conf is missing') : notApplicable('the Azure agent is not installed');
      const settings = readSettings([text]);
      const wanted = {
        ...(isThere(root, 'cloud-init') ? { 'Provisioning.Agent': 'cloud-init' } : {}), 'ResourceDisk.Format': 'n', 'ResourceDisk.EnableSwap': 'n',
      };
      return judge(Object.entries(wanted).flatMap(([key, value]) => {
        const found = settings.get(key.toLowerCase());
        return found === value ? [] : [`${key} is ${found ?? 'not set'}, not ${value}`];
      }), 'as Azure asks');
    }),
    remedy: 'Write Provisioning.Agent=cloud-init, ResourceDisk.Format=n and ResourceDisk.EnableSwap=n to /etc/waagent.conf',
    source: CLOUD_INIT,
  },
  {
    id: 'azure.datasource',
    platforms: ['azure'],
    severity: 'error',
    title: 'cloud-init asks Azure alone',
    check: of('root', (root) => {
      if (!isThere(root, 'cloud-init')) return notApplicable('cloud-init is not installed');
      // Of files that set it the last one counts.
      const found = cloudConfig(root).flatMap(datasourceLists).at(-1);
      if (found === undefined) return fail('datasource_list is not set');
      return found.join(' ') === 'Azure' ? pass('datasource_list: [ Azure ]') : fail(`datasource_list is [ ${found.join(', ')} ]`);
    }),
    remedy: 'Write `datasource_list: [ Azure ]` to a file in /etc/cloud/cloud.cfg.d',
    source: CLOUD_INIT,
  },
  {
    id: 'hyperv.daemons',
    platforms: ['azure', 'hyperv'],
    severity: 'warning',
    title: 'The daemons of Hyper-V are installed (KVP, VSS, fcopy)',
    check: of('root', (root) => {
      const missing = Object.entries(DAEMONS).filter(([, names]) => !names.some((name) => isThere(root, name)));
      return judge(missing.map(([name]) => `${name} is missing`), 'all three');
    }),
    remedy: 'Add hyperv-daemons',
    source: 'https://learn.microsoft.com/windows-server/virtualization/hyper-v/manage/manage-hyper-v-integration-services',
  },
  {
    id: 'azure.growpart',
    platforms: ['azure'],
    severity: 'warning',
    title: 'The root grows to the disk that the machine gets',
    check: of('root', (root) => {
      if (isThere(root, 'growpart')) return pass('cloud-utils-growpart');
      return filesOf(root, INTERESTS.repart).length > 0 ? pass('systemd-repart has its settings') : fail('neither growpart nor settings of systemd-repart are there');
    }),
    remedy: 'Add cloud-utils-growpart, or let hew grow the root: size = "rest"',
    source: CLOUD_INIT,
  },
  {
    id: 'azure.client-alive',
    platforms: ['azure'],
    severity: 'error',
    title: 'sshd keeps connections alive: ClientAliveInterval between 30 and 235',
    check: of('root', (root) => {
      if (!SSHD.some((unit) => unitState(root, unit) !== 'absent')) return notApplicable('there is no SSH server');
      const values = sshdOf(root).filter(({ keyword }) => keyword === 'clientaliveinterval');
      const isGood = ({ value }: { readonly value: string }): boolean => sshdSeconds(value) >= 30 && sshdSeconds(value) <= 235;
      const [first] = values.filter(({ isConditional }) => !isConditional);
      if (first === undefined) return fail('it is not set');
      const other = values.find((line) => line.isConditional && !isGood(line));
      if (other !== undefined) return fail(`a Match block sets ${other.value}`);
      return isGood(first) ? pass(`${first.value} s`) : fail(`it is ${first.value}`);
    }),
    remedy: 'Write `ClientAliveInterval 180` to a file in /etc/ssh/sshd_config.d',
    source: GENERIC,
  },
  {
    id: 'azure.no-zram',
    platforms: ['azure'],
    severity: 'error',
    title: 'Nothing swaps to compressed memory',
    check: of('root', (root) => {
      const files = zramFiles(root).filter((file) => /^\s*\[zram/m.test(textOf(file) ?? ''));
      return judge(files.map(({ path }) => `${path} makes a zram device`), 'nothing does');
    }),
    remedy: 'Leave out zram-generator-defaults, or put an empty /etc/systemd/zram-generator.conf into the image',
    source: GENERIC,
  },
];
