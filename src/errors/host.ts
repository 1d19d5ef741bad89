import type { CodeRows } from './row.ts';

export const hostCodes = {
  'no-tools': {
    cause: 'The machine lacks tools that the work needs, and there is no tools tree.',
    remedy: 'Run `hew tools install`.',
  },
  'no-boot-tools': {
    cause: 'There is no tree with QEMU and its firmware.',
    remedy: 'Run `hew tools install --boot`.',
  },
  'no-sign-tools': {
    cause: 'There is no tree with cosign.',
    remedy: 'Run `hew tools install --sign`.',
  },
  'no-debian-mirror': {
    cause: 'The tools tree comes from a Debian mirror, and apt of this machine names none.',
    remedy: 'Pass `--mirror URL` to `hew tools install`, or set `HEW_DEBIAN_MIRROR`.',
  },
  'tool-missing': {
    cause: 'A program that the work needs is not installed.',
    remedy: 'Run `hew doctor`, which names the command that installs it.',
  },
  'tool-failed': {
    cause: 'A program that hew started failed in a way that hew does not explain.',
    remedy: 'Read its output in the hint; `--verbose` prints the command line to run it by hand.',
  },
  'sandbox-killed': {
    cause: 'A signal from outside ended the sandbox of a program.',
    remedy: 'Look in `dmesg` for memory that ran out, or for who sent the signal, and build again.',
  },
  'no-user-namespace': {
    cause: 'The system does not let hew make a user namespace.',
    remedy: 'Allow it with the sysctl of the hint, install util-linux, or run hew as root.',
  },
  'no-network-namespace': {
    cause: 'The system does not let hew make the network of a script that lists its destinations.',
    remedy: 'Allow bubblewrap to make network namespaces, or run hew outside the container that forbids them.',
  },
  'no-subordinate-ids': {
    cause: 'The user has no subordinate ids, or newuidmap is missing.',
    remedy: 'Install uidmap and run the `usermod --add-subuids` command of the hint.',
  },
  'workspace': {
    cause: 'The workspace, a tmpfs, cannot be mounted.',
    remedy: 'Set `HEW_CACHE` to a folder in which this user may mount, or `HEW_WORKSPACE=disk`.',
  },
  'workspace-full': {
    cause: 'The workspace in memory has no room for the next file.',
    remedy: 'Raise `HEW_WORKSPACE_SIZE`, or set `HEW_WORKSPACE=disk`.',
  },
  'cache-not-writable': {
    cause: 'The cache folder cannot be made or written.',
    remedy: 'Set `HEW_CACHE` to a folder that this user may write.',
  },
  'cache-folder-name': {
    cause: 'The path of the cache folder has a character that dnf5, rpm or scriptlets misread.',
    remedy: 'Set `HEW_CACHE` to a path of letters, digits and `/ . _ - + = @`.',
  },
  'no-locks': {
    cause: 'The file system of the cache folder has no room or no file locks.',
    remedy: 'Set `HEW_CACHE` to a folder on a file system with flock(2) and free space.',
  },
} as const satisfies CodeRows;
