import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeTree, treePackages } from '../../src/host/tools-tree.ts';
import { findDebianMirror } from '../../src/host/debian-mirror.ts';

/** What mkosi itself needs to build a container image of RPM packages. */
const PACKAGES = treePackages([
  'mkosi', 'dnf5', 'rpm', 'createrepo-c', 'zstd', 'tar', 'pigz', 'systemd', 'systemd-repart', 'python3',
  'libpython3-stdlib', 'bubblewrap', 'e2fsprogs', 'kmod', 'udev', 'cpio', 'mount',
]);

export interface MkosiRun {
  /** argv that builds the image once. */
  readonly argv: readonly string[];
  readonly version: string;
}

/**
 * Sets mkosi up to build an OCI image of the same packages from the same repository, in a tools tree of its own, with
 * its workspace in memory. mkosi checks no signature here: its keys are the distribution's, and there are none.
 */
export async function prepareMkosi(cache: string, work: string, sample: string, packages: readonly string[]): Promise<MkosiRun> {
  const signal = new AbortController().signal;
  const mirror = await findDebianMirror(undefined, signal);
  const tree = await makeTree({ cache, mirror, packages: PACKAGES, signal });
  const keys = ['etc/pki/rpm-gpg', 'usr/share/distribution-gpg-keys/fedora'].map((folder) => join(work, 'sandbox', folder));
  rmSync(work, { recursive: true, force: true });
  for (const folder of [...keys, join(work, 'conf'), join(work, 'out'), join(work, 'cache')]) mkdirSync(folder, { recursive: true });
  for (const folder of keys) writeFileSync(join(folder, 'RPM-GPG-KEY-fedora-43-primary'), '');
  writeFileSync(join(work, 'passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  writeFileSync(join(work, 'group'), 'root:x:0:\n');
  writeFileSync(join(work, 'conf/mkosi.conf'), configuration(work, sample, packages));
  const argv = [
    'bwrap', '--bind', tree, '/', '--proc', '/proc', '--dev', '/dev', '--ro-bind', '/sys', '/sys',
    '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/tmp', '--bind', '/dev/shm', '/dev/shm',
    '--bind', work, work, '--ro-bind', sample, sample,
    '--ro-bind', join(work, 'passwd'), '/etc/passwd', '--ro-bind', join(work, 'group'), '/etc/group',
    '--cap-add', 'ALL', '--setenv', 'USER', 'root', '--setenv', 'HOME', '/tmp', '--setenv', 'PATH', '/usr/sbin:/usr/bin',
    '--chdir', join(work, 'conf'), '--', 'mkosi',
  ];
  const [program = '', ...args] = argv;
  const version = execFileSync(program, [...args, '--version'], { encoding: 'utf8' }).trim();
  return { argv: [...argv, '--force', 'build'], version };
}

const configuration = (work: string, sample: string, packages: readonly string[]): string => `[Distribution]
Distribution=fedora
Release=43
LocalMirror=file://${sample}/repos/base/x86_64
RepositoryKeyCheck=no
RepositoryKeyFetch=no

[Output]
Format=oci
ImageId=bench
OutputDirectory=${work}/out

[Content]
Packages=${packages.join('\n  ')}
WithDocs=no

[Build]
SandboxTrees=${work}/sandbox
ExtraSearchPaths=${sample}
WithNetwork=no
CacheDirectory=${work}/cache
WorkspaceDirectory=/dev/shm
`;
