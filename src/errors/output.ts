import type { CodeRows } from './row.ts';

export const outputCodes = {
  'rule-broken': {
    cause: 'An artifact breaks a rule of the platform that it is for.',
    remedy: 'Follow the remedy of the rule, or accept it with `[[outputs.accept]]` and a reason.',
  },
  'rule-unknown': {
    cause: '`[[outputs.accept]]` names a rule that does not exist.',
    remedy: 'Use an id of the rules below, or of `hew verify ARTIFACT --for PLATFORM --json`.',
  },
  'not-reproducible': {
    cause: 'Two builds of the same definition differ.',
    remedy: 'Correct the package or script that the first differing path belongs to.',
  },
  'output-not-writable': {
    cause: 'The folder for artifacts cannot be written.',
    remedy: 'Correct its permissions, or name another folder with `--output`.',
  },
} as const satisfies CodeRows;
