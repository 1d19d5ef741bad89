import type { EfiProgram } from '../../../src/boot/efi/program.ts';
import type { VhdFooter } from '../../../src/readers/image/vhd.ts';
import type { VhdxFacts } from '../../../src/readers/image/vhdx.ts';
import type { BootFacts, KernelFacts } from '../../../src/verify/boot-facts.ts';
import type { DiskFacts, FileFact, ImageFacts, RootFacts } from '../../../src/verify/facts.ts';
import type { LayerFacts, OciConfigFacts, OciFacts } from '../../../src/verify/oci-facts.ts';
import type { TarEntryFact } from '../../../src/readers/tar-headers.ts';
import { enabled, espPartition, footer, kernel, link, rootPartition, shim, signed, text, vhdx, vmdk, type Sample } from './samples.ts';

type Break = (facts: ImageFacts) => ImageFacts;
const TIB = 2 ** 40;

const inRoot = (change: (root: RootFacts) => Partial<RootFacts>): Break => (facts) =>
  ({ ...facts, ...(facts.root === undefined ? {} : { root: { ...facts.root, ...change(facts.root) } }) });
const withFiles = (...files: readonly FileFact[]): Break =>
  inRoot((root) => ({ files: [...root.files.filter(({ path }) => !files.some((file) => file.path === path)), ...files] }));
const withoutFiles = (pattern: RegExp): Break => inRoot((root) => ({ files: root.files.filter(({ path }) => !pattern.test(path)) }));
const withFile = (path: string, content: string, mode = 0o644): Break => withFiles(text(path, content, mode));
const withKernel = (change: Partial<KernelFacts>): Break => inRoot(() => ({ kernels: [{ ...kernel, ...change }] }));
const inDisk = (change: Partial<DiskFacts>): Break => (facts) => ({ ...facts, ...(facts.disk === undefined ? {} : { disk: { ...facts.disk, ...change } }) });
const inTable = (change: Partial<NonNullable<DiskFacts['table']>>): Break => (facts) =>
  (facts.disk?.table === undefined ? facts : inDisk({ table: { ...facts.disk.table, ...change } })(facts));
const withFooter = (change: Partial<VhdFooter>): Break => inDisk({ container: { format: 'vhd', footer: { ...footer, ...change } } });
const withVhdx = (change: Partial<VhdxFacts>): Break => inDisk({ container: { format: 'vhdx', facts: { ...vhdx, ...change } } });
const withMember = (path: string): Break => (facts) => (facts.disk?.archive === undefined ? facts : inDisk({ archive: {
  ...facts.disk.archive, tar: { ...facts.disk.archive.tar, entries: [...facts.disk.archive.tar.entries, { path, kind: 'file', mtime: 0 }] },
} })(facts));
const inArtifact = (change: Partial<ImageFacts['artifact']>): Break => (facts) => ({ ...facts, artifact: { ...facts.artifact, ...change } });
const inOci = (change: (oci: OciFacts) => Partial<OciFacts>): Break => (facts) =>
  ({ ...facts, oci: facts.oci && { ...facts.oci, ...change(facts.oci) } });
const inConfig = (change: Partial<OciConfigFacts>): Break => inOci(({ config }) => ({ config: config && { ...config, ...change } }));
const withEntry = (entry: Partial<TarEntryFact>): Break => inOci(({ layers }) => ({
  layers: layers.map((layer, index): LayerFacts => (index > 0 ? layer : { ...layer, entries: [...layer.entries, { path: 'new', kind: 'file', mtime: 0, ...entry }] })),
}));
const withProblem = (part: OciFacts['problems'][number]['part']): Break => inOci(() => ({ problems: [{ part, message: 'it is wrong' }] }));
const commandLine = (change: (line: string) => string): Break => (facts) =>
  ({ ...facts, boot: facts.boot && { ...facts.boot, entries: facts.boot.entries.map((entry) => ({ ...entry, commandLine: change(entry.commandLine) })) } });
const addWord = (word: string): Break => commandLine((line) => `${line} ${word}`);
const dropWord = (pattern: RegExp): Break => commandLine((line) => line.replace(pattern, ''));
const script = (content: string): Break => inArtifact({ script: content });

const inBoot = (change: (boot: BootFacts) => Partial<BootFacts>): Break => (facts) =>
  ({ ...facts, boot: facts.boot && { ...facts.boot, ...change(facts.boot) } });
const withProgram = (program: EfiProgram): Break => inBoot(({ programs }) => ({ programs: [...programs, program] }));
const spoilt = (program: EfiProgram): EfiProgram =>
  ({ ...program, signatures: program.signatures.map((signature) => ({ ...signature, fault: 'it was changed' })) });
/** What Secure Boot stops at: the first loader, what it starts, or a program that was changed after it was signed. */
const UNSIGNED: readonly Break[] = [
  inBoot(() => ({ removable: { ...shim, signatures: [] } })),
  inBoot(() => ({ removable: spoilt(shim) })),
  withProgram({ ...signed('EFI/Linux/sample.efi', 'UKI', 'Sample CA'), signatures: [] }),
  withProgram(spoilt(signed('/boot/vmlinuz-2', 'kernel', 'Other CA'))),
  inBoot(({ programs }) => ({ programs: programs.filter(({ name }) => name !== 'GRUB') })),
];

const PROVIDER = text('/usr/lib64/ossl-modules/fips.so', '');
/** An image that asks for FIPS on its command line, with dracut's checks, and with these files alone. */
const fipsWith = (...files: readonly FileFact[]): Break => (facts) => {
  const asked = addWord('fips=1')(withFiles(...files)(facts));
  const dracut = { name: 'dracut-fips', evr: '1-1', arch: 'noarch', size: 0, license: '', sourceRpm: '', vendor: '', buildTime: 0 };
  return { ...asked, root: asked.root && { ...asked.root, packages: [...asked.root.packages, dracut] }, expected: { fips: true } };
};

/** What firmware does not start: no program, or one for another processor than its name or the system says. */
const UNSTARTABLE: readonly Break[] = [
  inBoot(() => ({ removable: undefined })), inBoot(() => ({ removable: { ...shim, architecture: undefined } })),
  inBoot(() => ({ removable: { ...shim, architecture: 'aarch64' } })), inRoot(() => ({ architecture: 'aarch64' })),
];

const SWAPS: readonly Break[] = [
  withFile('/etc/systemd/system/swapfile.swap', '[Swap]\nWhat=/swapfile\n'), withFile('/usr/local/lib/systemd/system/dev-sdb.swap', '[Swap]\nWhat=/dev/sdb\n'),
  withFile('/etc/fstab', '/swapfile none swap defaults 0 0\n'),
  inTable({ partitions: [espPartition, rootPartition, { ...rootPartition, number: 3, type: '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', filesystem: undefined, holdsRoot: false }] }),
];

export interface BrokenRow {
  /** The good image that is broken; the rule passes on it. */
  readonly sample: Sample;
  /** A change that makes the rule pass where it does not apply to the sample as it is. */
  readonly first?: Break;
  /** Each makes the rule fail. */
  readonly breaks: readonly Break[];
}

const row = (sample: Sample, ...breaks: readonly Break[]): BrokenRow => ({ sample, breaks });
/** A link that leads to a file. */
const led = (path: string, target: string): FileFact => ({ ...link(path, target), leadsTo: { kind: 'file', size: 9 } });
const noFiles: Break = inRoot(() => ({ files: [] }));

/** For every rule an image on which it passes, and what breaks it. */
export const BROKEN: Readonly<Record<string, BrokenRow>> = {
  'azure.vhd-format': row('azure', inDisk({ container: { format: 'raw' } }), (facts) => ({ ...facts, disk: undefined })),
  'azure.vhd-fixed': row('azure', withFooter({ diskType: 'dynamic' }), withFooter({ diskType: 'differencing' })),
  'azure.vhd-checksum': row('azure', withFooter({ checksumValid: false })),
  'azure.vhd-footer': row('azure', withFooter({ version: 0x20000 }), withFooter({ features: 0 }), withFooter({ features: 3 }), withFooter({ headerOffset: 512 }),
    withFooter({ isSavedState: true }), withFooter({ originalSize: footer.currentSize / 2 }), withFooter({ geometry: { cylinders: 1, heads: 1, sectors: 1 } })),
  'azure.vhd-aligned': row('azure', withFooter({ currentSize: footer.currentSize + 512 })),
  'azure.vhd-file-size': row('azure', inArtifact({ size: footer.currentSize }), inArtifact({ size: footer.currentSize + 1024 })),
  'azure.vhd-creator': row('azure', ...['qemu', 'vpc ', 'vs  '].map((creatorApplication) => withFooter({ creatorApplication }))),
  'azure.vhd-bounds': row('azure', inDisk({ size: 19 * 2 ** 20 }), inDisk({ size: 33 * TIB }), (facts) =>
    inTable({ label: 'mbr', bootCode: true, partitions: [rootPartition] })(inDisk({ size: 3 * TIB })(facts))),
  'azure.vhd-classic-size': row('azure', inDisk({ size: 2 * TIB })),
  'azure.generation': row('azure', ...UNSTARTABLE, inTable({ bootCode: true, partitions: [
    { ...espPartition, filesystem: undefined }, { ...rootPartition, number: 3, type: '21686148-6449-6e6f-744e-656564454649', filesystem: undefined, other: 'nothing', holdsRoot: false }, rootPartition,
  ] }), inTable({ label: 'mbr' }), inDisk({ esp: [] }), inTable({ bootCode: true, partitions: [rootPartition] })),
  'azure.console': row('azure', dropWord(/console=ttyS0\S*/g), inRoot(() => ({ architecture: 'aarch64' })), (facts) => ({ ...facts, boot: facts.boot && { ...facts.boot, entries: [] } })),
  'azure.earlyprintk': row('azure', dropWord(/earlyprintk=\S+/)),
  'azure.rootdelay': row('azure', dropWord(/rootdelay=\S+/)),
  'azure.net-ifnames': row('azure', dropWord(/net\.ifnames=0/)),
  'azure.quiet': row('azure', addWord('quiet'), addWord('rhgb'), addWord('crashkernel=auto')),
  'azure.refused-arguments': row('azure', addWord('libata.atapi_enabled=0'), addWord('reserve=0x1f0,0x8')),
  'hyperv.modules': row('azure', withKernel({ builtin: [] }), withKernel({ initrd: ['hv_netvsc'] }), withKernel({ initrd: undefined }), inRoot(() => ({ kernels: [] }))),
  'hyperv.integration-modules': row('hyperv', withKernel({ modules: ['hv_balloon'] })),
  'azure.filesystems': row('azure', withKernel({ modules: ['vfat'] })),
  'azure.nvme': row('azure', withKernel({ initrd: ['hv_storvsc', 'hv_netvsc'] })),
  'azure.accelerated-network': row('azure', withKernel({ modules: ['vfat', 'udf'] })),
  'azure.sshd': row('azure', withoutFiles(/wants\/sshd/), withoutFiles(/sshd\.service/), withoutFiles(/default\.target/),
    // Wanted by a target that nothing wants.
    (facts) => withFiles(link('/etc/systemd/system/other.target.wants/sshd.service', '/usr/lib/systemd/system/sshd.service'), text('/etc/systemd/system/other.target', ''))(withoutFiles(/user\.target\.wants\/sshd/)(facts)),
    withFiles(link('/etc/systemd/system/default.target', '/usr/lib/systemd/system/rescue.target'), text('/usr/lib/systemd/system/rescue.target', '[Unit]\n')),
    withFile('/etc/systemd/system/sshd.service.d/off.conf', '[Unit]\nConditionPathExists=/etc/never\n'),
    withFile('/etc/systemd/system/service.d/off.conf', '[Unit]\nConditionVirtualization=vmware\n'),
    withFile('/usr/lib/systemd/system/sshd.service', '[Unit]\nConditionPathExists=!/etc/machine-id\n'),
    withFiles(link('/etc/systemd/system/sshd.service', '/dev/null'))),
  'azure.provisioner': row('azure', withoutFiles(/\.wants\/(?:cloud-init|waagent)/), withoutFiles(/cloud-init|waagent/)),
  'azure.agent-settings': row('azure',
    withFile('/etc/waagent.conf', 'Provisioning.Agent=cloud-init\nResourceDisk.Format=y\nResourceDisk.EnableSwap=n\n'),
    withFile('/etc/waagent.conf', 'Provisioning.Agent=auto\nResourceDisk.Format=n\nResourceDisk.EnableSwap=n\n'),
    withFile('/etc/waagent.conf', 'Provisioning.Agent=cloud-init\nResourceDisk.Format=n\n'), withoutFiles(/waagent\.conf/)),
  'azure.datasource': row('azure', withoutFiles(/91-azure/), withFile('/etc/cloud/cloud.cfg.d/99.cfg', 'datasource_list:\n  - Azure\n  - Ec2\n'), withoutFiles(/^\/etc\/cloud/)),
  'hyperv.daemons': row('hyperv', withoutFiles(/hypervkvpd/)),
  'azure.growpart': row('azure', withoutFiles(/growpart/)),
  'azure.client-alive': row('azure', withFile('/etc/ssh/sshd_config', 'ClientAliveInterval 0\nInclude /etc/ssh/sshd_config.d/*.conf\n'),
    withFile('/etc/ssh/sshd_config', '# Include /etc/ssh/sshd_config.d/*.conf\n'), withFile('/etc/ssh/sshd_config', 'Include "/etc/ssh/other.d/*.conf"\n'),
    withFile('/etc/ssh/sshd_config.d/50-azure.conf', 'Match User azl\nClientAliveInterval 180\n'),
    withFile('/etc/ssh/sshd_config.d/60-more.conf', 'Match Address 10.0.0.0/8\n  ClientAliveInterval=1h\n'),
    withFile('/etc/ssh/sshd_config', 'Match User azl\nInclude sshd_config.d/*.conf\n'),
    withFiles({ ...text('/etc/ssh/sshd_config.d/10-first.conf', ''), unread: 'it is too large' }), withFile('/etc/ssh/sshd_config.d/50-azure.conf', 'ClientAliveInterval 600\n'), withoutFiles(/sshd_config/)),
  'azure.no-zram': row('azure', withFile('/usr/local/lib/systemd/zram-generator.conf', '[zram0]\n'),
    withFile('/etc/systemd/zram-generator.conf.d/a.conf', '[zram0]\n'), withFile('/usr/lib/systemd/zram-generator.conf', '[zram0]\nzram-size = ram\n')),
  'generalised.machine-id': row('oci', withFile('/var/lib/dbus/machine-id', `${'a'.repeat(32)}\n`), withFiles({ ...text('/etc/machine-id', ''), unread: 'it is a pipe' }), withFile('/etc/machine-id', `${'a'.repeat(32)}\n`)),
  'generalised.host-keys': row('azure', withFiles(led('/etc/ssh/ssh_host_rsa_key', '/opt/key')),
    withFiles(text('/etc/ssh/sshd_config.d/a.conf', 'HostKey /opt/keys/one\n'), text('/opt/keys/one', 'key')), withFile('/etc/ssh/ssh_host_ed25519_key', 'key', 0o600)),
  'generalised.passwords': row('azure', withFile('/etc/passwd', 'root:$6$salt$hash:0:0::/root:/bin/bash\n'), withFile('/etc/passwd', 'root::0:0::/root:/bin/bash\n'),
    withFile('/etc/passwd', 'root:x:0:0::/root:/bin/bash\nadmin:x:0:0::/root:/bin/bash\n'), withFiles({ ...text('/etc/shadow', ''), unread: 'it is too large' }),
    withFile('/etc/userdb/eve.user', '{"userName":"eve","uid":60001,"privileged":{"hashedPassword":["$6$salt$hash"]}}'),
    withFile('/etc/userdb/eve.user', '{"userName":"eve","uid":0}'), withFile('/usr/lib/userdb/eve.user-privileged', '{"hashedPassword":["$6$"]}'), withFile('/etc/userdb/eve.user', '{'),
    ...['password: x', 'chpasswd:\n  users:\n    - {name: root, password: x}', 'chpasswd: {list: ["root:x"]}', 'users:\n  - name: eve\n    plain_text_passwd: x',
      'users:\n  - name: eve\n    hashed_passwd: $6$x', 'system_info:\n  default_user:\n    passwd: $6$x', 'a: [b'].map((more) => withFile('/etc/cloud/cloud.cfg.d/99.cfg', `${more}\n`)),
    withFile('/etc/shadow', 'root:$6$salt$hash:20000::::::\n'), withFile('/etc/shadow', 'root::20000::::::\n')),
  'generalised.history': row('azure', withFiles(led('/root/.bash_history', '/opt/history')), withFile('/srv/app/.bash_history', 'ls\n'), withFile('/root/.bash_history', 'ls\n')),
  'generalised.agent-state': row('azure', withFile('/var/lib/systemd/random-seed', 'x'), withFile('/var/lib/systemd/network/lease', 'x'), withFile('/run/systemd/netif/leases/2', 'x'),
    withFile('/var/lib/cloud/instance/user-data.txt', 'x'), withFile('/var/lib/waagent/ovf-env.xml', 'x')),
  'aws.format': row('aws', inDisk({ container: { format: 'vmdk', header: { ...vmdk, streamOptimized: false } } }), inArtifact({ format: 'qcow2' })),
  'aws.size': row('aws', inDisk({ size: 65 * TIB }), (facts) => inTable({ label: 'mbr' })(inDisk({ size: 3 * TIB })(facts))),
  'aws.nvme': row('aws', withKernel({ initrd: ['ena'] })),
  'aws.ena': row('aws', withKernel({ modules: ['nvme'] })),
  'aws.console': row('aws', dropWord(/console=ttyS0\S*/g)),
  'aws.sshd': row('aws', withoutFiles(/wants\/sshd/)),
  'aws.cloud-init': row('aws', withoutFiles(/\.wants\/cloud-init/), withoutFiles(/bin\/cloud-init/)),
  'aws.datasource': row('aws', withFile('/etc/cloud/cloud.cfg.d/99.cfg', 'datasource_list: [ Azure ]\n')),
  'aws.growpart': row('aws', withoutFiles(/growpart/)),
  'gcp.format': row('gcp', inDisk({ archive: undefined }), withMember('metadata.json')),
  'gcp.size': row('gcp', inDisk({ size: 2 ** 30 + 2 ** 20 })),
  'gcp.modules': row('gcp', withKernel({ initrd: ['virtio_pci', 'nvme'] })),
  'gcp.nvme': row('gcp', withKernel({ initrd: ['virtio_pci', 'virtio_scsi'] })),
  'gcp.network': row('gcp', withKernel({ modules: ['nvme'], initrd: ['nvme'] })),
  'gcp.console': row('gcp', dropWord(/console=ttyS0\S*/g)),
  'gcp.sshd': row('gcp', withoutFiles(/wants\/sshd/)),
  'gcp.provisioner': row('gcp', withoutFiles(/\.wants\/cloud-init/), withoutFiles(/bin\/cloud-init/)),
  'gcp.datasource': row('gcp', withFile('/etc/cloud/cloud.cfg.d/99.cfg', 'datasource_list: [ Ec2 ]\n')),
  'gcp.growpart': row('gcp', withoutFiles(/growpart/)),
  'generalised.logs': row('azure', withFile('/var/log/dnf5.log', 'installed\n')),
  'generalised.resolv-conf': row('wsl', (facts) => withFiles({ ...led('/etc/resolv.conf', '/opt/resolv'), text: 'nameserver 10.0.0.1\n' })({ ...facts, tar: undefined }),
    withFile('/etc/resolv.conf', 'nameserver 10.0.0.1\n'), withFiles({ ...text('/etc/resolv.conf', ''), kind: 'symlink', target: '/run/x' })),
  'hyperv.format': row('hyperv', inDisk({ container: { format: 'raw' } }), withVhdx({ headers: [] }), withVhdx({ logPending: true }), withVhdx({ hasParent: true }),
    withVhdx({ regionTablesValid: [true, false] }), withFooter({})),
  'hyperv.generation': row('hyperv', ...UNSTARTABLE, inDisk({ esp: [{ path: 'EFI/sample/grubx64.efi', kind: 'file', size: 9 }] }), inTable({ label: 'mbr' })),
  'hyperv.aligned': row('hyperv', inDisk({ size: 64 * 2 ** 20 + 512 })),
  'hyperv.block-size': row('hyperv', withVhdx({ blockSize: 32 * 2 ** 20 })),
  'hyperv.secure-boot': row('hyperv', ...UNSIGNED),
  'azure.secure-boot': row('azure', ...UNSIGNED),
  'hyperv.script': row('hyperv', inArtifact({ script: undefined }), script('New-VM -Generation 1 -SecureBootTemplate MicrosoftUEFICertificateAuthority'),
    script('New-VM -Generation 2'), ...UNSIGNED, (facts) => inRoot(() => ({ level: 'v3' }))(script(`${facts.artifact.script?.replace('$false', '$true')}`)(facts))),
  'oci.layout': row('oci', inOci(() => ({ layoutVersion: undefined })), inOci(() => ({ layoutVersion: '2.0.0' })), (facts) => ({ ...facts, oci: undefined })),
  'oci.index': row('oci', withProblem('index')),
  'oci.manifest': row('oci', withProblem('manifest')),
  'oci.config': row('oci', withProblem('config')),
  'oci.digests': row('oci', withProblem('digest')),
  'oci.diff-ids': row('oci', inConfig({ diffIds: ['sha256:0', `sha256:${'1'.repeat(64)}`] }), inConfig({ diffIds: [] }),
    inOci(({ layers }) => ({ layers: layers.map((layer) => ({ ...layer, diffId: undefined, problem: 'cut short' })) }))),
  'oci.created': row('oci', inConfig({ created: undefined }), inConfig({ created: 'yesterday' }), inConfig({ history: ['2025-01-01T00:00:00Z'] })),
  'oci.clamped-times': row('oci', withEntry({ mtime: 2_000_000_000 })),
  'oci.annotations': row('oci', inOci(() => ({ annotations: {} }))),
  'oci.special-files': row('oci', ...(['device', 'fifo', 'other'] as const).map((kind) => withEntry({ kind }))),
  'oci.hardlinks': row('oci', withEntry({ kind: 'hardlink', target: '/usr/bin/bash' }), withEntry({ kind: 'hardlink', target: 'usr/bin/absent' })),
  'oci.paths': row('oci', withEntry({ path: '/etc/passwd' }), withEntry({ path: 'usr/../../etc/passwd' })),
  'oci.whiteouts': row('oci', withEntry({ path: 'usr/.wh.nothing' }), inOci(({ layers }) => ({
    layers: layers.map((layer, index): LayerFacts => (index === 0 ? layer : { ...layer, entries: [...layer.entries, { path: 'etc/gone', kind: 'file', mtime: 0 }] })),
  }))),
  'oci.user': row('oci', inConfig({ user: 'nobody' }), (facts) => ({ ...facts, expected: { ociUser: 'app' } })),
  'oci.platform': row('oci', inOci(() => ({ indexPlatform: { architecture: 'arm64', os: 'linux' } })), inConfig({ platform: { architecture: 'amd64', os: 'windows' } }),
    inRoot(() => ({ architecture: 'aarch64' })), inOci(() => ({ indexPlatform: { architecture: 'amd64', os: 'linux', variant: 'v3' } }))),
  'oci.variant': row('oci', inRoot(() => ({ level: 'v3' })), inConfig({ platform: { architecture: 'amd64', os: 'linux', variant: 'v2' } })),
  'wsl.archive': row('wsl', (facts) => ({ ...facts, tar: facts.tar && { ...facts.tar, compression: 'zstd' } }), (facts) => ({ ...facts, tar: undefined }),
    (facts) => ({ ...facts, tar: facts.tar && { ...facts.tar, entries: facts.tar.entries.map((entry) => ({ ...entry, path: `rootfs/${entry.path}` })) } })),
  'wsl.name': row('wsl', inArtifact({ name: 'sample.tar.gz' })),
  'wsl.conf': row('wsl', withFile('/etc/wsl.conf', '', 0o600), withFiles({ ...text('/etc/wsl.conf', ''), uid: 1000 }), noFiles),
  'wsl.distribution-conf': row('wsl', withFile('/etc/wsl-distribution.conf', '', 0o664), noFiles),
  'wsl.default-name': row('wsl', withFile('/etc/wsl-distribution.conf', '[shortcut]\ndefaultName = x\n'), noFiles),
  'wsl.icon': row('wsl', withFile('/usr/share/wsl/sample.ico', '\x89PNG'), withoutFiles(/\.ico$/), withFile('/etc/wsl-distribution.conf', '[oobe]\n')),
  'wsl.units': row('wsl', withoutFiles(/^\/etc\/systemd\/system\/systemd-resolved\.service$/), withFiles(...enabled('NetworkManager.service'))),
  'wsl.tmpfiles-units': row('wsl', withoutFiles(/^\/etc\/systemd\/system\/systemd-tmpfiles-setup\.service$/)),
  'disk.partition-table': row('qemu', inTable({ problems: ['the backup GPT is not at the end of the disk'] }), inDisk({ table: undefined, tableProblem: 'none' }), (facts) => ({ ...facts, disk: undefined })),
  'disk.one-root': row('qemu', ...(['LUKS', 'something unknown'] as const).map((other) =>
    inTable({ partitions: [espPartition, rootPartition, { ...rootPartition, number: 3, type: '0fc63daf-8483-4772-8e79-3d69d8477de4', filesystem: undefined, other, holdsRoot: false }] })),
    inTable({ partitions: [espPartition, rootPartition, { ...rootPartition, number: 3, type: '0fc63daf-8483-4772-8e79-3d69d8477de4' }] }), inTable({ partitions: [espPartition] }), inTable({ partitions: [espPartition, rootPartition, { ...rootPartition, number: 3, holdsRoot: false }] }),
    withFile('/etc/fstab', 'UUID=1 / ext4 defaults 0 1\nUUID=2 / ext4 defaults 0 1\n'), (facts) => dropWord(/root=\S+/)(withFile('/etc/fstab', '')(facts))),
  'disk.esp': row('qemu', ...UNSTARTABLE, inTable({ partitions: [espPartition, { ...espPartition, number: 3 }, rootPartition] }), inDisk({ esp: [{ path: 'EFI/BOOT/shim.efi', kind: 'file', size: 9 }] }), inDisk({ esp: undefined, espProblem: 'no FAT' }), inTable({ partitions: [rootPartition] })),
  'disk.esp-fstab': row('qemu', ...[
    '', 'UUID=ABCD-1234 /boot/efi vfat defaults 0 0', 'LABEL=esp /boot/efi vfat umask=0077 0 0', 'UUID=ABCD-1234 /boot/efi vfat umask=0077 0 2',
    'UUID=ABCD-9999 /boot/efi vfat umask=0077 0 0', 'UUID=ABCD-1234 /efi vfat umask=0077 0 0',
    'UUID=ABCD-1234 /boot/efi vfat umask=0077 0 0\nUUID=ABCD-1234 /efi vfat umask=0077 0 0',
  ].map((line) => withFile('/etc/fstab', `${line}\n`))),
  'disk.esp-options': row('qemu', withFile('/etc/fstab', 'UUID=ABCD-1234 /boot/efi vfat defaults,umask=0077,noexec,nodev,nosuid 0 0\n')),
  'disk.no-swap': row('qemu', ...SWAPS),
  'azure.no-swap': row('azure', ...SWAPS),
  'system.kernel': row('qemu', inRoot(() => ({ kernels: [] })), withKernel({ hasModules: false }), withKernel({ hasImage: false }), withKernel({ hasImage: false, badImage: '/boot/vmlinuz-6' })),
  'system.boot-entry': row('qemu', inBoot(() => ({ entries: [] })), inBoot(() => ({ unreadable: ['ESP:EFI/sample/grubx64.efi is no EFI program: there is no `MZ`'] })), inBoot(({ entries }) => ({ entries: entries.map((entry) => ({ ...entry, faults: ['a.conf names /vmlinuz, which is not there'] })) }))),
  'system.initrd': row('qemu', withKernel({ initrd: undefined, initrdProblem: 'it is neither a cpio archive nor a compressed one' })),
  'system.grub-modes': row('qemu', withFile('/boot/grub2/grub.cfg', '', 0o644), withFiles({ ...text('/boot/grub2/fonts/x.pf2', '', 0o600), uid: 1 })),
  'system.grub-config': row('qemu', withoutFiles(/grubenv/), withoutFiles(/grub\.cfg/)),
  'system.fips': row('qemu', addWord('fips=1'), withFile('/etc/crypto-policies/config', '# policy\nFIPS\n'), (facts) => ({ ...facts, expected: { fips: true } }),
    fipsWith(), fipsWith(PROVIDER, text('/etc/crypto-policies/config', 'DEFAULT\n'), { ...text('/usr/share/crypto-policies/FIPS', ''), kind: 'directory' }),
    fipsWith(PROVIDER, text('/boot/vmlinuz-6', '')), fipsWith(PROVIDER, text('/boot/vmlinuz-6', ''), text('/boot/.vmlinuz-6.hmac', ''), text('/etc/fstab', 'UUID=A / ext4 defaults 0 1\nUUID=B /boot ext4 defaults 0 2\n'))),
  'oci.os-release': row('oci', inRoot(() => ({ osRelease: {} }))),
  'system.os-release': row('qemu', inRoot(() => ({ osRelease: { NAME: 'x', ID: 'x' } })), (facts) => ({ ...facts, expected: { osRelease: { VERSION_ID: '5.0' } } })),
  'size.installed': row('qemu', inRoot(() => ({ installedSize: 3 * 2 ** 30 })), (facts) => ({ ...facts, expected: { installedLimit: 1 } })),
  'size.compressed': row('oci', inArtifact({ size: 201 * 2 ** 20 }), (facts) => ({ ...facts, expected: { compressedLimit: 1 } })),
  'container.no-kernel': row('oci', withFile('/boot/vmlinuz-6.1', ''), withFile('/boot/initramfs-6.1.img', ''), withFile('/usr/lib/modules/6.1/vmlinuz', '')),
  'container.no-modules': row('oci', withKernel({})),
  'container.no-package-cache': row('oci', withFile('/var/cache/libdnf5/base/repomd.xml', '')),
  'container.no-package-log': row('oci', withFile('/var/log/dnf5.log', '')),
};
