import type { CodeRows } from './row.ts';

export const definitionCodes = {
  'image-not-found': {
    cause: 'No image of that name is in `images/`, neither in the current folder nor in those shipped with hew.',
    remedy: 'List the images with `hew list`, or give the path of a `.toml`, `.yaml` or `.ks` file.',
  },
  'profile-not-found': {
    cause: '`extends` names a profile that is not in `profiles/`.',
    remedy: 'List the profiles with `hew list`, or give a path relative to the definition.',
  },
  'distribution-not-found': {
    cause: '`distro` or `--distro` names a distribution that is not in `profiles/distros/`.',
    remedy: 'List the distributions with `hew list`, or give the path of a file.',
  },
  'lock-not-definition': {
    cause: 'A lock file was given where a definition is expected.',
    remedy: 'Name the definition beside the lock file.',
  },
  'file-not-found': {
    cause: 'A definition, profile, distribution or kickstart file does not exist.',
    remedy: 'Correct the path.',
  },
  'definition-too-large': {
    cause: 'A file that should be a definition is larger than 4 MiB.',
    remedy: 'Move large content into files of its own and name them with `source`.',
  },
  'file-unreadable': {
    cause: 'A definition exists and cannot be read.',
    remedy: 'Check its permissions, and that it is a plain file.',
  },
  'toml-syntax': {
    cause: 'A `.toml` file is not valid TOML 1.0.',
    remedy: 'Correct the syntax at the line and column of the message.',
  },
  'yaml-syntax': {
    cause: 'A `.yaml` file is not valid YAML 1.2, or its aliases expand without limit.',
    remedy: 'Correct the syntax at the line and column of the message.',
  },
  'wrong-type': {
    cause: 'A key has a value of the wrong type, such as a number where text is expected.',
    remedy: 'Write the type that the message names; numbers and booleans as text need quotes.',
  },
  'wrong-value': {
    cause: 'A key has a value of the right type that is not allowed there.',
    remedy: 'Choose one of the values, or the form, that the message names.',
  },
  'unknown-key': {
    cause: 'A table has a key that the schema does not know.',
    remedy: 'Correct the spelling or move the key to the table that the hint names; `hew schema` lists all keys.',
  },
  'missing-key': {
    cause: 'A table lacks a key that it must have.',
    remedy: 'Add the key; the hint says what its value is.',
  },
  'extends-cycle': {
    cause: 'Files extend each other in a circle.',
    remedy: 'Remove one `extends` from the circle, and put what the files share into a profile of its own.',
  },
  'arch-not-offered': {
    cause: '`hardware.arch` names an architecture for which the distribution has no packages.',
    remedy: 'Name one of the architectures in the hint, or another distribution.',
  },
  'channel-not-offered': {
    cause: '`channel` names a channel that the distribution does not have.',
    remedy: 'Name one of the channels in the hint, or remove `channel`.',
  },
  'repository-not-offered': {
    cause: '`enable-repositories` names a repository that the distribution does not have.',
    remedy: 'Name one of the repositories in the hint.',
  },
  'snapshot-not-offered': {
    cause: '`snapshot` is set, and the distribution keeps no old states.',
    remedy: 'Remove `snapshot`, and keep a state with a lock or with `hew lock IMAGE --vendor DIR`.',
  },
  'snapshot-name': {
    cause: '`snapshot` is not the name of a state of the distribution, or names a day where it has no states by day.',
    remedy: 'Name a state like the one in the hint.',
  },
  'level-model-twice': {
    cause: 'A distribution sets `level-model` and `package-arch-labels`, and they contradict each other.',
    remedy: 'Remove `package-arch-labels`.',
  },
  'override-without-reason': {
    cause: 'A file contradicts a value of a profile that it extends, and gives no reason.',
    remedy: 'Add `[[overrides]]` with `replace` and `reason`, or leave the value as the profile has it.',
  },
  'override-empty': {
    cause: 'An `[[overrides]]` entry has neither `remove` nor `replace`.',
    remedy: 'Add one of the two, or remove the entry.',
  },
  'override-bad-path': {
    cause: 'An entry of `replace` is not a key path.',
    remedy: 'Write it as `system.hostname` or `files."/etc/motd".content`.',
  },
  'override-removes-nothing': {
    cause: 'An entry of `remove` matches nothing in the extended profiles.',
    remedy: 'Correct the name, or remove the entry.',
  },
  'override-replaces-nothing': {
    cause: 'An entry of `replace` names a key that keeps the value of the profile.',
    remedy: 'Correct the key path, set the key to another value, or remove the entry.',
  },
} as const satisfies CodeRows;
