import type { CodeRows } from './row.ts';

export const packageCodes = {
  'repository-unreachable': {
    cause: 'dnf5 could not fetch the metadata of a repository.',
    remedy: 'Check the address and the network; `missing-level = "baseline"` lets a repository of a level be absent.',
  },
  'certificate-missing': {
    cause: 'A certificate or key that a repository names does not exist on this machine.',
    remedy: 'Register the machine, for Red Hat with `subscription-manager register`, or name the file in the repository.',
  },
  'metadata-weak': {
    cause: 'The signature or checksum of the metadata uses an algorithm that can be forged, such as SHA-1.',
    remedy: 'Ask the owner of the repository for SHA-256 or better, or use a metalink with sha256.',
  },
  'metadata-older': {
    cause: 'A repository offers older metadata than an earlier build saw.',
    remedy: 'Try again later or use another mirror: this one lags behind or withholds updates.',
  },
  'signature': {
    cause: 'A package, or the metadata of a repository, is not signed by a key of that repository.',
    remedy: 'Check `gpgkey`, or `packages.local-keys` for local RPMs; ask the owner of the repository if the key is right.',
  },
  'key-missing': {
    cause: 'A repository that is checked names no key, or its key file does not exist.',
    remedy: 'Name an existing public key in `gpgkey`.',
  },
  'key-unreachable': {
    cause: 'A key could not be downloaded.',
    remedy: 'Check the address in `gpgkey` and the network, or store the key beside the distribution.',
  },
  'key-unusable': {
    cause: 'A file that should hold a public key holds none that can be used: no key, or one that its owner signed with SHA-1 alone.',
    remedy: 'Name a file with an OpenPGP public key for repositories, pin a key with SHA-1 by `fingerprints`, or cosign’s `.pub` file for evidence.',
  },
  'key-expired': {
    cause: 'Every key of a repository has expired.',
    remedy: 'Get the renewed key from the distribution and replace the key file.',
  },
  'key-revoked': {
    cause: 'Every key of a repository was revoked by its owner.',
    remedy: 'Get the new key from the distribution; do not trust packages signed by the old one.',
  },
  'key-not-pinned': {
    cause: 'The key file holds no key that `fingerprints` lists.',
    remedy: 'Compare both with the fingerprint that the distribution publishes before you change either.',
  },
  'key-not-locked': {
    cause: 'The key file holds no key that the lock was made with.',
    remedy: 'Ask the owner of the repository whether the key changed, then run `hew lock IMAGE --update`.',
  },
  'package-not-found': {
    cause: 'No repository has a package, group or file of that name.',
    remedy: 'Correct the name, or add the repository that has it.',
  },
  'module-not-found': {
    cause: '`packages.modules` names a module, stream or profile that no repository has.',
    remedy: 'Name one of those that the error lists.',
  },
  'metadata-unreadable': {
    cause: 'hew cannot read a file of a repository’s metadata: it is damaged, or of another form or compression.',
    remedy: 'Ask the owner of the repository for metadata that createrepo_c makes, compressed with gzip, xz or zstd.',
  },
  'package-undescribed': {
    cause: 'The metadata of a repository does not describe a package that dnf5 chose from it.',
    remedy: 'Run the command again: another build may have fetched newer metadata at the same time.',
  },
  'package-excluded': {
    cause: 'Every build of a package is excluded.',
    remedy: 'Change `packages.exclude`, or `includepkgs` and `excludepkgs` of the repositories.',
  },
  'conflict': {
    cause: 'The requested packages cannot be installed together.',
    remedy: 'Read the reasons of the dependency solver in the hint, and remove or exclude one of the packages.',
  },
  'package-not-fetched': {
    cause: 'A package could not be downloaded, or differs from what the metadata says.',
    remedy: 'Try again later; if it stays, tell the owner of the repository.',
  },
  'dnf5-transaction': {
    cause: 'dnf5 wrote a transaction file in a form that hew does not know.',
    remedy: 'Run `hew doctor`, and use the tools tree (`HEW_TOOLS=tree`) if the dnf5 of the machine is newer.',
  },
  'install-failed': {
    cause: 'The RPM transaction failed, for example in a scriptlet or on a file conflict.',
    remedy: 'Correct what the message names; `--keep-root` keeps the root for a closer look.',
  },
  'database-missing': {
    cause: 'The image has no package database after packages were installed.',
    remedy: 'Find the scriptlet that removed it with `--keep-root`.',
  },
  'database-too-large': {
    cause: 'A package database describes more packages or files than any distribution has.',
    remedy: 'Do not trust the artifact: the database is damaged, or was made to hold up its reader.',
  },
  'database-vanished': {
    cause: 'An installed package is no longer in the database of the image.',
    remedy: 'Find the scriptlet that edited the database; use `packages.remove-after-install` to remove packages.',
  },
  'database-appeared': {
    cause: 'The database of the image lists a package that hew did not install.',
    remedy: 'Find the scriptlet that edited the database, and list the package in `packages.install`.',
  },
  'database-changed': {
    cause: 'The database of the image describes a package differently than it was installed.',
    remedy: 'Find the scriptlet that edited the database with `--keep-root`.',
  },
  'package-unverified': {
    cause: 'A script of the definition installed a package, whose signature hew did not verify.',
    remedy: 'Name the package in `packages.install`, or its file in `packages.local`, and take it out of the script.',
  },
  'package-not-in-image': {
    cause: '`--why` names a package that the image would not contain.',
    remedy: 'List the packages of the plan with `--resolve`.',
  },
} as const satisfies CodeRows;
