import type { CodeRows } from './row.ts';

export const rootfsCodes = {
  'source-missing': {
    cause: 'A file that the definition copies in does not exist.',
    remedy: 'Add the file, or correct its path relative to the definition.',
  },
  'source-outside': {
    cause: 'A file that the definition copies in is a symlink out of the folder of the definition.',
    remedy: 'Copy the file itself beside the definition.',
  },
  'source-is-folder': {
    cause: 'A `source` is a folder.',
    remedy: 'Write one `[[files]]` entry per file, or put the folder into a package.',
  },
  'source-no-file': {
    cause: 'A `source` is a device, a pipe or a socket.',
    remedy: 'Name a plain file.',
  },
  'file-is-folder': {
    cause: 'A `[[files]]` entry writes to a path that is a folder of the image.',
    remedy: 'Write the path of the file itself, such as `/etc/motd.d/welcome`.',
  },
  'unknown-account': {
    cause: 'A file or user refers to a user or group that the image does not have.',
    remedy: 'Add it with `[[system.users]]` or `[[system.groups]]`, or install the package that makes it.',
  },
  'account-conflict': {
    cause: 'A user or group of the definition has a number, or a name, that the image uses otherwise.',
    remedy: 'Choose another `uid` or `gid`, or leave the number out.',
  },
  'account-field': {
    cause: 'A field of a user holds a colon or a line break, which passwd(5) cannot store.',
    remedy: 'Remove the character.',
  },
  'no-free-id': {
    cause: 'No number is free in the range for users and groups.',
    remedy: 'Give numbers with `uid` and `gid`.',
  },
  'unknown-shell': {
    cause: 'The shell of a user is not in the image.',
    remedy: 'Install the package that has it, or remove `shell`.',
  },
  'home-link': {
    cause: 'The home folder of a user with SSH keys is a symlink or not a folder.',
    remedy: 'Set another `home`, or leave out the package that makes the link.',
  },
  'needs-package': {
    cause: 'A key of `[system]` needs a program that is not in the image.',
    remedy: 'Add the package of the hint to `packages.install`, or remove the key.',
  },
  'service-without-systemd': {
    cause: '`services.enable` or `default-target` is set, and the image has no systemd.',
    remedy: 'Add systemd to `packages.install`, or remove the key.',
  },
  'unknown-unit': {
    cause: '`system.services.enable` or `system.default-target` names a unit that the image does not have.',
    remedy: 'Correct the name, or install the package that has the unit.',
  },
  'unit-without-install': {
    cause: '`system.services.enable` names a unit of `[[files]]` that has no `[Install]` section, so that nothing starts it.',
    remedy: 'Add `[Install]` and `WantedBy=multi-user.target` to its file, or remove it from the list.',
  },
  'service-failed': {
    cause: 'systemctl of the image could not enable, disable or mask a unit.',
    remedy: 'Correct the unit file or the list as the message says.',
  },
  'unknown-keymap': {
    cause: '`system.keymap` names a keyboard map that the image does not have.',
    remedy: 'Install kbd or kbd-legacy, or name one of `localectl list-keymaps`.',
  },
  'unknown-timezone': {
    cause: '`system.timezone` names a zone that the image does not have.',
    remedy: 'Install tzdata, or name one of `timedatectl list-timezones`.',
  },
  'setting-failed': {
    cause: 'A program of the image refused a setting of `[system]`.',
    remedy: 'Correct the value as the output of the program in the hint says.',
  },
  'script-failed': {
    cause: 'A script of the definition ended with a status other than 0.',
    remedy: 'Correct the script; its last lines of output are in the hint, and `set -x` shows more.',
  },
  'interpreter-missing': {
    cause: 'The first line of a script names a program that is not in the image.',
    remedy: 'Install the package that has it, or set `in = "build"` and work on `$HEW_ROOT`.',
  },
  'not-in-image': {
    cause: 'A path that a stage of the build reads is not in the image.',
    remedy: 'Look at the root with `--keep-root`, and at the package or script that removed it.',
  },
  'not-a-folder': {
    cause: 'A path of the image is not a folder, although files must be made below it.',
    remedy: 'Look at the root with `--keep-root`, and at the package or script that made it.',
  },
  'is-a-folder': {
    cause: 'A path of the image is a folder where a file or link must be made.',
    remedy: 'Choose another path, or remove the folder in a script.',
  },
  'not-a-file': {
    cause: 'A path is a folder, a device, a pipe or a socket where a plain file is needed.',
    remedy: 'Name a plain file; inside an image, look at what made it with `--keep-root`.',
  },
  'file-too-large': {
    cause: 'A file is larger than hew reads of such a file.',
    remedy: 'Name another file; inside an image, look at what made it with `--keep-root`.',
  },
  'link-loop': {
    cause: 'Symlinks in the image lead in a circle.',
    remedy: 'Look at the links with `--keep-root`, and correct the package or script that made them.',
  },
} as const satisfies CodeRows;
