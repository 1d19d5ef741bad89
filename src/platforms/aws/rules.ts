import { checkGrowth, checkListsDatasource, checkProvisioner, checkSshd, CLOUD_INIT } from '../../verify/rules/access-checks.ts';
import { checkConsole, ofModules } from '../../verify/rules/kernel-checks.ts';
import { fail, of, pass, type Rule } from '../../verify/rules/rule.ts';

const IMPORT = 'https://docs.aws.amazon.com/vm-import/latest/userguide/prerequisites.html';
const NITRO = 'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html';
const VOLUMES = 'https://docs.aws.amazon.com/ebs/latest/userguide/volume_constraints.html';
const CONSOLE = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html';
const SHARED = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/building-shared-amis.html';
const DATASOURCE = 'https://cloudinit.readthedocs.io/en/latest/reference/datasources/ec2.html';
const TIB = 2 ** 40;
/** What VM Import takes. */
const FORMATS: readonly string[] = ['raw', 'vhd', 'vhdx', 'vmdk'];

/** Rules of EC2 alone. Rules shared with other platforms are in `needs` of its row. */
const rules: readonly Rule[] = [
  {
    id: 'aws.format',
    severity: 'error',
    title: 'It is a raw disk, a VHD, a VHDX or a stream-optimised VMDK',
    check: ({ artifact, disk }) => {
      if (disk === undefined || !FORMATS.includes(artifact.format)) return fail(`it is ${artifact.format}`);
      const { container } = disk;
      return container.format === 'vmdk' && !container.header.streamOptimized ? fail('the VMDK is not stream-optimised') : pass(artifact.format);
    },
    remedy: 'Build format = "vmdk", or one of the others that VM Import takes',
    source: IMPORT,
  },
  {
    id: 'aws.size',
    severity: 'error',
    title: 'The disk has at most 64 TiB; 2 TiB where its partition table is an MBR',
    check: of('disk', ({ size, table }) => {
      const most = table?.label === 'mbr' ? 2 : 64;
      return size <= most * TIB ? pass(`${(size / TIB).toFixed(3)} TiB`) : fail(`${(size / TIB).toFixed(1)} TiB are more than ${most}`);
    }),
    remedy: 'Set a smaller disk.size; the root grows to the volume when the instance first starts',
    source: VOLUMES,
  },
  {
    id: 'aws.nvme',
    severity: 'error',
    title: 'The initrd finds NVMe disks, which Nitro uses for its volumes',
    check: ofModules([['nvme']], 'initrd'),
    remedy: 'Add nvme to the drivers of the initrd',
    source: NITRO,
  },
  {
    id: 'aws.ena',
    severity: 'error',
    title: 'The kernel has the driver of the Elastic Network Adapter',
    check: ofModules([['ena']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for network cards (`kernel-modules`)',
    source: NITRO,
  },
  {
    id: 'aws.console',
    severity: 'warning',
    title: 'The kernel writes to the serial console',
    check: checkConsole,
    remedy: 'Add console=ttyS0 (on arm64 console=ttyAMA0) to system.kernel-cmdline of the definition',
    source: CONSOLE,
  },
  {
    id: 'aws.sshd',
    severity: 'error',
    title: 'The SSH server is installed and starts',
    check: checkSshd,
    remedy: 'Add openssh-server and enable sshd in system.services',
    source: SHARED,
  },
  {
    id: 'aws.cloud-init',
    severity: 'error',
    title: 'cloud-init is installed and starts: it installs the SSH key of the instance',
    check: checkProvisioner(CLOUD_INIT),
    remedy: 'Add cloud-init and enable its services in system.services',
    source: SHARED,
  },
  {
    id: 'aws.datasource',
    severity: 'error',
    title: 'The datasources of cloud-init, if set, include Ec2',
    check: checkListsDatasource('Ec2'),
    remedy: 'Write `datasource_list: [ Ec2 ]` to a file in /etc/cloud/cloud.cfg.d',
    source: DATASOURCE,
  },
  {
    id: 'aws.growpart',
    severity: 'warning',
    title: 'The root grows to the volume that the instance gets',
    check: checkGrowth,
    remedy: 'Add cloud-utils-growpart, or let hew grow the root: size = "rest"',
    source: DATASOURCE,
  },
];

export default rules;
