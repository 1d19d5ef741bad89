import { checkGrowth, checkListsDatasource, checkProvisioner, checkSshd, CLOUD_INIT, type Provisioner } from '../../verify/rules/access-checks.ts';
import { checkConsole, ofModules } from '../../verify/rules/kernel-checks.ts';
import { fail, judge, of, pass, type Rule } from '../../verify/rules/rule.ts';

const IMPORT = 'https://cloud.google.com/compute/docs/import/import-existing-image#create_image_file';
const CUSTOM = 'https://cloud.google.com/compute/docs/images/building-custom-os';
const AGENT = 'https://cloud.google.com/compute/docs/images/install-guest-environment';
const DATASOURCE = 'https://cloudinit.readthedocs.io/en/latest/reference/datasources/gce.html';
const GIB = 2 ** 30;
const GUEST_AGENT: Provisioner = {
  name: 'the guest agent',
  programs: ['google_guest_agent', 'google_guest_agent_manager'],
  units: ['google-guest-agent.service', 'google-guest-agent-manager.service'],
};

/** Rules of Compute Engine alone. Rules shared with other platforms are in `needs` of its row. */
const rules: readonly Rule[] = [
  {
    id: 'gcp.format',
    severity: 'error',
    title: 'It is a tar compressed by gzip that holds disk.raw and nothing else',
    check: ({ artifact, disk }) => {
      const { archive } = disk ?? {};
      if (archive?.format !== 'gce') return fail(`it is ${artifact.format}`);
      const others = archive.tar.entries.filter(({ path }) => path !== 'disk.raw').map(({ path }) => `${path} is in it too`);
      return judge([...(archive.tar.compression === 'gzip' ? [] : [`its compression is ${archive.tar.compression}`]), ...others], 'disk.raw in a .tar.gz');
    },
    remedy: 'Build format = "gce", or `tar --format=oldgnu -Sczf IMAGE.tar.gz disk.raw`',
    source: IMPORT,
  },
  {
    id: 'gcp.size',
    severity: 'error',
    title: 'The disk has a whole number of GiB',
    check: of('disk', ({ size }) => (size % GIB === 0 ? pass(`${size / GIB} GiB`) : fail(`${size} bytes are ${size % GIB} more than whole GiB`))),
    remedy: 'Set disk.size to whole GiB, or to `minimal`, which hew rounds up for format = "gce"',
    source: IMPORT,
  },
  {
    id: 'gcp.modules',
    severity: 'error',
    title: 'The initrd finds the disk of the virtio SCSI controller',
    check: ofModules([['virtio_pci'], ['virtio_scsi']], 'initrd'),
    remedy: 'Make the initrd with these drivers (boot.initrd, not host-only), or take a kernel that has them built in',
    source: CUSTOM,
  },
  {
    id: 'gcp.nvme',
    severity: 'warning',
    title: 'The initrd finds NVMe disks, which newer machine series have',
    check: ofModules([['nvme']], 'initrd'),
    remedy: 'Add nvme to the drivers of the initrd',
    source: CUSTOM,
  },
  {
    id: 'gcp.network',
    severity: 'error',
    title: 'The kernel has a driver of the network cards: gVNIC or virtio',
    check: ofModules([['gve', 'virtio_net']], 'anywhere'),
    remedy: 'Add the package with the kernel\'s modules for network cards (`kernel-modules`)',
    source: 'https://cloud.google.com/compute/docs/networking/using-gvnic',
  },
  {
    id: 'gcp.console',
    severity: 'warning',
    title: 'The kernel writes to the serial console',
    check: checkConsole,
    remedy: 'Add console=ttyS0 to system.kernel-cmdline of the definition',
    source: CUSTOM,
  },
  {
    id: 'gcp.sshd',
    severity: 'error',
    title: 'The SSH server is installed and starts',
    check: checkSshd,
    remedy: 'Add openssh-server and enable sshd in system.services',
    source: CUSTOM,
  },
  {
    id: 'gcp.provisioner',
    severity: 'error',
    title: 'cloud-init or the guest agent is installed and starts',
    check: checkProvisioner(CLOUD_INIT, GUEST_AGENT),
    remedy: 'Add cloud-init or google-guest-agent and enable its services in system.services',
    source: AGENT,
  },
  {
    id: 'gcp.datasource',
    severity: 'error',
    title: 'The datasources of cloud-init, if set, include GCE',
    check: checkListsDatasource('GCE'),
    remedy: 'Write `datasource_list: [ GCE ]` to a file in /etc/cloud/cloud.cfg.d',
    source: DATASOURCE,
  },
  {
    id: 'gcp.growpart',
    severity: 'warning',
    title: 'The root grows to the disk that the machine gets',
    check: checkGrowth,
    remedy: 'Add cloud-utils-growpart, or let hew grow the root: size = "rest"',
    source: CUSTOM,
  },
];

export default rules;
