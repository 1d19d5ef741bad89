import type { EfiProgram } from '../../../src/boot/efi/program.ts';
import type { FilesystemFacts } from '../../../src/readers/filesystem/probe.ts';
import type { VhdFooter } from '../../../src/readers/image/vhd.ts';
import type { VmdkHeader } from '../../../src/readers/image/vmdk.ts';
import type { VhdxFacts } from '../../../src/readers/image/vhdx.ts';
import type { KernelFacts } from '../../../src/verify/boot-facts.ts';
import type { DiskFacts, FileFact, ImageFacts, PartitionFacts, RootFacts } from '../../../src/verify/facts.ts';
import type { OciFacts } from '../../../src/verify/oci-facts.ts';

// Good images, one of each kind, as facts: every rule that applies to them passes.

const MIB = 2 ** 20;
const SIZE = 64 * MIB;
const DIGEST = `sha256:${'1'.repeat(64)}`;
const VERSION = '6.12.1';

export const text = (path: string, content: string, mode = 0o644): FileFact =>
  ({ path, kind: 'file', mode, uid: 0, gid: 0, size: Buffer.byteLength(content), text: content });
export const link = (path: string, target: string): FileFact =>
  ({ path, kind: 'symlink', mode: 0o777, uid: 0, gid: 0, size: target.length, target });

/** A unit that a `.wants` folder pulls in. */
export const enabled = (unit: string): readonly FileFact[] => [
  text(`/usr/lib/systemd/system/${unit}`, '[Unit]\n'),
  link(`/etc/systemd/system/multi-user.target.wants/${unit}`, `/usr/lib/systemd/system/${unit}`),
];

const FILESYSTEM: FilesystemFacts = { type: 'ext4', label: 'root', uuid: '0a0b0c0d-0000-4000-8000-000000000001', size: SIZE };
export const espPartition: PartitionFacts = {
  number: 1, type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', uuid: 'e'.repeat(8), name: 'esp', start: MIB, size: 16 * MIB,
  filesystem: { type: 'vfat', label: '', uuid: 'ABCD-1234', size: undefined }, mount: '/boot/efi', holdsRoot: false,
};
export const rootPartition: PartitionFacts = {
  number: 2, type: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709', uuid: 'f'.repeat(8), name: 'root', start: 17 * MIB, size: 40 * MIB,
  filesystem: FILESYSTEM, mount: '/', holdsRoot: true,
};

export const footer: VhdFooter = {
  diskType: 'fixed', currentSize: SIZE, originalSize: SIZE, creatorApplication: 'qem2', creatorHostOs: 'Wi2k', version: 0x10000, features: 2,
  isSavedState: false, geometry: { cylinders: 65_535, heads: 16, sectors: 255 }, headerOffset: undefined, checksum: 1, checksumValid: true, uuid: 'a', created: 0,
};

const header = { offset: 0, sequenceNumber: 1, fileWriteGuid: '', dataWriteGuid: '', logGuid: '' };
export const vhdx: VhdxFacts = {
  creator: 'QEMU', headers: [header, header], regionTablesValid: [true, true], size: SIZE, blockSize: MIB, logicalSectorSize: 512,
  physicalSectorSize: 4096, diskId: 'a', hasParent: false, leaveBlocksAllocated: false, logPending: false, bat: { offset: 0, length: 0 },
};

const disk = (container: DiskFacts['container']): DiskFacts => ({
  container,
  size: SIZE,
  table: { label: 'gpt', bootCode: false, problems: [], partitions: [espPartition, rootPartition] },
  tableProblem: undefined,
  esp: [{ path: 'EFI', kind: 'directory', size: 0 }, { path: 'EFI/BOOT/BOOTX64.EFI', kind: 'file', size: 1000 }],
  espProblem: undefined,
});

export const kernel: KernelFacts = {
  version: VERSION, hasImage: true, hasModules: true, builtin: ['hv_vmbus'],
  modules: ['hv_storvsc', 'hv_netvsc', 'hv_utils', 'hv_balloon', 'vfat', 'udf', 'nvme', 'mana'],
  initrd: ['hv_storvsc', 'hv_netvsc', 'nvme'], initrdProblem: undefined,
};

const OS_RELEASE = { NAME: 'Sample Linux', ID: 'sample', VERSION_ID: '4.0' };

const root = (files: readonly FileFact[], more: Partial<RootFacts> = {}): RootFacts => ({
  architecture: 'x86_64', files, osRelease: OS_RELEASE, kernels: [], packages: [], installedSize: 100 * MIB, level: 'baseline', ...more,
});

const machineFiles: readonly FileFact[] = [
  text('/etc/fstab', 'UUID=0a0b0c0d-0000-4000-8000-000000000001 / ext4 defaults 0 1\nUUID=ABCD-1234 /boot/efi vfat defaults,umask=0077,noexec,nodev,nosuid,nosymfollow 0 0\n'),
  text('/etc/machine-id', ''),
  text('/etc/passwd', 'root:x:0:0::/root:/bin/bash\nazl:x:1000:1000::/home/azl:/bin/bash\n'),
  text('/etc/shadow', 'root:!:20000::::::\nazl:*:20000::::::\n', 0),
  link('/etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf'),
  text('/boot/grub2/grub.cfg', 'set default=0\n', 0o600),
  text('/boot/grub2/grubenv', '# GRUB Environment Block\n', 0o600),
  text('/etc/ssh/sshd_config.d/50-azure.conf', 'ClientAliveInterval 180\n'),
  text('/etc/ssh/sshd_config', 'Include /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval 0\n'),
  link('/usr/lib/systemd/system/default.target', 'multi-user.target'),
  text('/usr/lib/systemd/system/multi-user.target', '[Unit]\nRequires=basic.target\n'),
  text('/etc/cloud/cloud.cfg', 'users:\n - default\ndatasource_list: [ NoCloud, None ]\n'),
  text('/etc/cloud/cloud.cfg.d/91-azure.cfg', 'datasource_list: [ Azure ]\n'),
  text('/etc/waagent.conf', '# agent\nProvisioning.Agent=cloud-init\nResourceDisk.Format=n\nResourceDisk.EnableSwap=n\n'),
  ...['cloud-init', 'waagent', 'growpart'].map((name) => text(`/usr/bin/${name}`, '', 0o755)),
  ...['hypervkvpd', 'hypervvssd', 'hypervfcopyd'].map((name) => text(`/usr/sbin/${name}`, '', 0o755)),
  ...['sshd.service', 'cloud-init.service', 'waagent.service'].flatMap(enabled),
];

const COMMAND_LINE = 'root=UUID=0a0b0c0d-0000-4000-8000-000000000001 console=tty0 console=ttyS0,115200 earlyprintk=ttyS0,115200 rootdelay=300 net.ifnames=0';

export const signed = (path: string, name: EfiProgram['name'], authority: string): EfiProgram => ({
  path, name, architecture: 'x86_64', signatures: [{ signer: 'Signer', authority, fault: undefined }], trusts: [],
});
export const shim: EfiProgram = { ...signed('EFI/BOOT/BOOTX64.EFI', 'shim', 'Microsoft Corporation UEFI CA 2011'), trusts: ['Sample CA'] };

const machine = (name: string, format: ImageFacts['artifact']['format'], container: DiskFacts['container'], size: number): ImageFacts => ({
  artifact: { name, format, size, allocated: size, script: undefined },
  disk: disk(container),
  oci: undefined,
  tar: undefined,
  root: root(machineFiles, { kernels: [kernel] }),
  boot: {
    entries: [{ kind: 'bls', from: '/boot/loader/entries/a.conf', title: 'Sample', commandLine: COMMAND_LINE, version: VERSION, kernel: '/vmlinuz', initrd: '/initrd', faults: [] }],
    removable: shim,
    unreadable: [],
    programs: [shim, signed('EFI/sample/grubx64.efi', 'GRUB', 'Sample CA'), signed('/boot/vmlinuz', 'kernel', 'Sample CA')],
  },
  expected: {},
});

const CREATED = '2024-01-01T00:00:00Z';

const oci: OciFacts = {
  layoutVersion: '1.0.0',
  problems: [],
  indexPlatform: { architecture: 'amd64', os: 'linux' },
  annotations: Object.fromEntries(['created', 'title', 'version'].map((key) => [`org.opencontainers.image.${key}`, key === 'created' ? CREATED : 'x'])),
  config: { platform: { architecture: 'amd64', os: 'linux' }, created: CREATED, user: undefined, settings: {}, diffIds: [DIGEST, DIGEST], history: [CREATED, CREATED] },
  layers: [
    {
      digest: DIGEST, compression: 'zstd', diffId: DIGEST, problem: undefined, entries: [
        { path: 'usr', kind: 'directory', mtime: 0 }, { path: 'usr/bin/bash', kind: 'file', mtime: 0 },
        { path: 'usr/bin/sh', kind: 'hardlink', target: 'usr/bin/bash', mtime: 0 }, { path: 'etc/gone', kind: 'file', mtime: 0 },
      ],
    },
    { digest: DIGEST, compression: 'zstd', diffId: DIGEST, problem: undefined, entries: [{ path: 'etc/.wh.gone', kind: 'file', mtime: 0 }] },
  ],
};

const SCRIPT = 'New-VM -Name $Name -Generation 2\nSet-VMFirmware -SecureBootTemplate MicrosoftUEFICertificateAuthority\nSet-VMProcessor -VM $vm -CompatibilityForMigrationEnabled $false\n';

const azure = machine('azure-vm.vhd', 'vhd', { format: 'vhd', footer }, SIZE + 512);
const hyperv = machine('hyperv-vm.vhdx', 'vhdx', { format: 'vhdx', facts: vhdx }, 30 * MIB);

/** The same machine for another cloud: its datasource, its drivers. */
const inCloud = (facts: ImageFacts, datasource: string, drivers: readonly string[]): ImageFacts => ({
  ...facts,
  root: root([...machineFiles.filter(({ path }) => !path.endsWith('91-azure.cfg')), text('/etc/cloud/cloud.cfg.d/91-cloud.cfg', `datasource_list: [ ${datasource}, None ]\n`)], {
    kernels: [{ ...kernel, modules: [...kernel.modules, ...drivers], initrd: [...(kernel.initrd ?? []), ...drivers] }],
  }),
});

export const vmdk: VmdkHeader = {
  version: 3, size: SIZE, grainSize: 65_536, tableEntries: 512, directory: 4096, streamOptimized: true, hasZeroGrains: false, descriptor: '',
};

const gcp = inCloud(machine('sample.tar.gz', 'gce', { format: 'raw' }, 30 * MIB), 'GCE', ['virtio_pci', 'virtio_scsi', 'virtio_net', 'gve']);

export const GOOD = {
  aws: inCloud(machine('sample.vmdk', 'vmdk', { format: 'vmdk', header: vmdk }, 30 * MIB), 'Ec2', ['ena']),
  gcp: { ...gcp, disk: { ...disk({ format: 'raw' }), size: 2 ** 30, archive: { format: 'gce', tar: {
    compression: 'gzip', diffId: DIGEST, problem: undefined, entries: [{ path: 'disk.raw', kind: 'file', mtime: 0 }],
  } } } },
  azure,
  hyperv: { ...hyperv, artifact: { ...hyperv.artifact, script: SCRIPT } },
  qemu: machine('vm.qcow2', 'qcow2', { format: 'qcow2', header: {
    version: 3, size: SIZE, clusterBits: 16, l1Offset: 0, l1Entries: 1, snapshots: 0, encrypted: false, compression: 'zlib', backingFile: undefined, incompatible: 0n,
  } }, 30 * MIB),
  oci: {
    artifact: { name: 'container.oci', format: 'oci', size: 5 * MIB, allocated: 5 * MIB, script: undefined },
    disk: undefined, oci, tar: undefined, boot: undefined, expected: {}, root: root([text('/etc/machine-id', '')]),
  },
  wsl: {
    artifact: { name: 'sample.wsl', format: 'tar', size: 5 * MIB, allocated: 5 * MIB, script: undefined },
    disk: undefined, oci: undefined, boot: undefined, expected: {},
    tar: { compression: 'gzip', diffId: DIGEST, problem: undefined, entries: ['etc', 'usr', 'usr/bin'].map((path) => ({ path, kind: 'directory', mtime: 0 })) },
    root: root([
      text('/etc/wsl.conf', '[boot]\nsystemd=true\n'),
      text('/etc/wsl-distribution.conf', '[oobe]\ncommand = /etc/oobe.sh\ndefaultName = Sample\n\n[shortcut]\nicon = /usr/share/wsl/sample.ico\n'),
      text('/usr/share/wsl/sample.ico', '\0\0\x01\0\x01\0'),
      text('/etc/shadow', 'root:!:20000::::::\n', 0),
      ...['systemd-resolved.service', 'systemd-tmpfiles-setup.service'].flatMap((unit) => [...enabled(unit), link(`/etc/systemd/system/${unit}`, '/dev/null')]),
    ]),
  },
} as const satisfies Readonly<Record<string, ImageFacts>>;

export type Sample = keyof typeof GOOD;
