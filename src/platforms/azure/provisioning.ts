import { readSettings, textAt, textOf } from '../../verify/read/files.ts';
import { sshdOf, sshdSeconds } from '../../verify/read/sshd.ts';
import { unitState } from '../../verify/read/units.ts';
import { zramFiles } from '../../verify/read/zram.ts';
import { checkDatasource, checkGrowth, checkProvisioner, checkSshd, CLOUD_INIT, isThere, SSHD_UNITS, type Provisioner } from '../../verify/rules/access-checks.ts';
import { fail, judge, notApplicable, of, pass, type Rule } from '../../verify/rules/rule.ts';

const GENERIC = 'https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic';
const CLOUD_INIT_GUIDE = 'https://learn.microsoft.com/azure/virtual-machines/linux/cloudinit-prepare-custom-image';

const AGENT: Provisioner = { name: 'the Azure agent', programs: ['waagent'], units: ['waagent.service', 'walinuxagent.service'] };

/** What Azure needs to make a machine from an image: access, an agent, and its settings. */
export const AZURE_PROVISIONING_RULES: readonly Rule[] = [
  {
    id: 'azure.sshd',
    severity: 'error',
    title: 'The SSH server is installed and starts',
    check: checkSshd,
    remedy: 'Add openssh-server and enable sshd in system.services',
    source: GENERIC,
  },
  {
    id: 'azure.provisioner',
    severity: 'error',
    title: 'cloud-init or the Azure agent is installed and starts',
    check: checkProvisioner(CLOUD_INIT, AGENT),
    remedy: 'Add cloud-init or WALinuxAgent and enable its services in system.services',
    source: CLOUD_INIT_GUIDE,
  },
  {
    id: 'azure.agent-settings',
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
    source: CLOUD_INIT_GUIDE,
  },
  {
    id: 'azure.datasource',
    severity: 'error',
    title: 'cloud-init asks Azure, and no other cloud',
    check: checkDatasource('Azure'),
    remedy: 'Write `datasource_list: [ Azure ]` to a file in /etc/cloud/cloud.cfg.d',
    source: CLOUD_INIT_GUIDE,
  },
  {
    id: 'azure.growpart',
    severity: 'warning',
    title: 'The root grows to the disk that the machine gets',
    check: checkGrowth,
    remedy: 'Add cloud-utils-growpart, or let hew grow the root: size = "rest"',
    source: CLOUD_INIT_GUIDE,
  },
  {
    id: 'azure.client-alive',
    severity: 'error',
    title: 'sshd keeps connections alive: ClientAliveInterval between 30 and 235',
    check: of('root', (root) => {
      if (!SSHD_UNITS.some((unit) => unitState(root, unit) !== 'absent')) return notApplicable('there is no SSH server');
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
