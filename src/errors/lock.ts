import type { CodeRows } from './row.ts';

export const lockCodes = {
  'lock-missing': {
    cause: 'The lock file does not exist, or a package that it names is no longer available.',
    remedy: 'Run `hew lock IMAGE`, or with `--update` if a repository dropped the package; vendored packages avoid this.',
  },
  'lock-stale': {
    cause: 'The definition asks for something else than the lock was made for.',
    remedy: 'Run `hew lock IMAGE --update` with every level that the lock must hold.',
  },
  'lock-unexpected': {
    cause: 'A package would be installed, or is in the vendored folder, that the lock does not hold.',
    remedy: 'Run `hew lock IMAGE` if it belongs there, or make the vendored set again with `hew lock IMAGE --vendor DIR`.',
  },
  'lock-checksum': {
    cause: 'A package has another checksum than the lock says.',
    remedy: 'Ask the owner of the repository why the file changed, then run `hew lock IMAGE --update`.',
  },
  'package-not-locked': {
    cause: '`hew lock --update PACKAGE` names a package that the lock does not hold.',
    remedy: 'Correct the name, or run `hew lock IMAGE --update` without names.',
  },
  'advisory-not-found': {
    cause: '`hew lock IMAGE --update --advisory ID` names an advisory that no repository has.',
    remedy: 'Correct the id, or take `--security` for all advisories about security.',
  },
  'lock-conflict': {
    cause: 'The lock file contains conflict markers of a merge.',
    remedy: 'Take either side of each conflict, then run `hew lock IMAGE`.',
  },
  'lock-syntax': {
    cause: 'The lock file is not valid YAML.',
    remedy: 'Restore it from version control, or make it again with `hew lock IMAGE --update`.',
  },
  'lock-form': {
    cause: 'The lock file has unknown keys, or contradicts itself.',
    remedy: 'Restore it from version control, or make it again with `hew lock IMAGE --update`.',
  },
  'lock-too-large': {
    cause: 'The lock file is larger than 8 MiB.',
    remedy: 'Check that the file is a lock; make it again with `hew lock IMAGE --update`.',
  },
  'lock-foreign': {
    cause: 'A file that `hew lock IMAGE --import FILE` is to read has another form.',
    remedy: 'Name a packages.manifest.yaml of dnf5 or a rpms.lock.yaml of rpm-lockfile-prototype, with sha256 or sha512 checksums.',
  },
  'lock-not-exportable': {
    cause: 'A lock holds an RPM file beside the definition, which has no address.',
    remedy: 'Put the file into a repository, or keep to hew’s own lock.',
  },
  'vendor-folder': {
    cause: 'The folder for vendored packages holds files that hew did not write.',
    remedy: 'Name an empty folder, or one of an earlier `--vendor`.',
  },
} as const satisfies CodeRows;
