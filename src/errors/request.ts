import type { CodeRows } from './row.ts';

export const requestCodes = {
  'usage': {
    cause: 'The command line names an unknown command or flag, or misses a value.',
    remedy: 'Read `hew COMMAND --help` and correct the command line.',
  },
  'setting-invalid': {
    cause: 'An environment variable of hew has a value that hew does not understand.',
    remedy: 'Unset the variable, or give it a value as README’s table of variables describes.',
  },
  'set-bad-key': {
    cause: 'The key of a `--set KEY=VALUE` is not a key path.',
    remedy: 'Write keys as `system.hostname`, and elements of lists by name as in `disk.partitions."/".size`.',
  },
  'format-not-offered': {
    cause: '`--format` names a format that is not among the outputs of the definition.',
    remedy: 'Name one of the formats in the hint, or add an `[[outputs]]` entry for it.',
  },
  'no-working-folder': {
    cause: 'The current folder was deleted or moved before hew started.',
    remedy: 'Change to a folder that exists and start hew again.',
  },
  'output-failed': {
    cause: 'hew cannot write to its standard output.',
    remedy: 'Free space where the output goes, or redirect it to another file or pipe.',
  },
  'system': {
    cause: 'A system call on a file of the machine failed, for example because permission is missing.',
    remedy: 'Correct what the message names, such as the owner or mode of the path, and run the command again.',
  },
  'disk-full': {
    cause: 'A file system of the machine, or a quota on it, is full.',
    remedy: 'Free space there, prune the cache with `hew cache --prune`, or choose other folders with `HEW_CACHE` and `--output`.',
  },
  'cancelled': {
    cause: 'The command got Ctrl-C or SIGTERM.',
    remedy: 'Run the command again; no partial result remains.',
  },
  'defect': {
    cause: 'hew has a bug: it met a failure that it does not handle.',
    remedy: 'Report the message, and the stack trace that `--verbose` prints, to the project.',
  },
} as const satisfies CodeRows;
