import type { CodeRows } from './row.ts';

export const kickstartCodes = {
  'kickstart-syntax': {
    cause: 'A line breaks the syntax of kickstart files, such as an open quote or a stray `%end`.',
    remedy: 'Correct the line as the hint says.',
  },
  'kickstart-no-end': {
    cause: 'A section has no `%end`.',
    remedy: 'Add a line with only `%end` after the section.',
  },
  'kickstart-unknown-section': {
    cause: 'A line opens a section that kickstart does not have.',
    remedy: 'Correct the name; the hint lists the sections.',
  },
  'kickstart-unknown-command': {
    cause: 'A line begins with a word that is not a kickstart command.',
    remedy: 'Correct the word, remove the line, or move it into a section.',
  },
  'kickstart-refused': {
    cause: 'A command or option cannot be honoured in an image.',
    remedy: 'Write what the hint names instead, or remove the line; docs/kickstart.md lists every command.',
  },
  'kickstart-value': {
    cause: 'An option has a value that the matching key of a definition does not allow.',
    remedy: 'Correct the value as the message says.',
  },
  'kickstart-package': {
    cause: 'A line of `%packages` is not a package, a group or an exclusion.',
    remedy: 'Write one `NAME`, `@GROUP` or `-NAME` a line.',
  },
  'kickstart-placeholder': {
    cause: 'The file holds a placeholder that a template engine should have filled in.',
    remedy: 'Run the template engine first, and give hew its output.',
  },
  'kickstart-include': {
    cause: 'An included file is missing, unreadable or outside the folder of the kickstart file.',
    remedy: 'Give the file with `--include NAME=FILE`, or `kickstart-includes` in the definition.',
  },
  'kickstart-not-read': {
    cause: 'A kickstart file was given where only a definition is read, such as in `extends`.',
    remedy: 'Use the key `kickstart`, or write the definition as `.toml` or `.yaml`.',
  },
} as const satisfies CodeRows;
