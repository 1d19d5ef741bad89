import type { CodeRows } from './row.ts';

export const evidenceCodes = {
  'sign-key-missing': {
    cause: 'The file of `--sign-key` does not exist.',
    remedy: 'Name the private key of a pair that `cosign generate-key-pair` made.',
  },
  'sign-key-unusable': {
    cause: 'cosign cannot sign with the file of `--sign-key`.',
    remedy: 'Name the private key of a pair that `cosign generate-key-pair` made.',
  },
  'sign-password-missing': {
    cause: 'The key for signing is encrypted, and `COSIGN_PASSWORD` is not set.',
    remedy: 'Export `COSIGN_PASSWORD`; set it to the empty text for a key without a password.',
  },
  'sign-password-wrong': {
    cause: '`COSIGN_PASSWORD` does not decrypt the key for signing.',
    remedy: 'Export the right password.',
  },
  'evidence-missing': {
    cause: 'The folder of `--evidence` does not exist, or holds no `SHA256SUMS`.',
    remedy: 'Name the folder that ends in `.evidence` beside the artifact.',
  },
  'evidence-incomplete': {
    cause: 'A file of the evidence is missing, or `SHA256SUMS` does not list it.',
    remedy: 'Use the folder as the build wrote it.',
  },
  'evidence-altered': {
    cause: 'A file of the evidence has another digest than `SHA256SUMS` says.',
    remedy: 'Do not trust the artifact; get it and its evidence again from where they were built.',
  },
  'evidence-extra': {
    cause: 'The folder of evidence holds a file that `SHA256SUMS` does not list.',
    remedy: 'Remove the file.',
  },
  'evidence-invalid': {
    cause: 'A file of the evidence has a form that hew does not write.',
    remedy: 'Do not trust the artifact; get it and its evidence again from where they were built.',
  },
  'evidence-disagrees': {
    cause: 'Two files of the evidence name different artifacts or packages.',
    remedy: 'Do not trust the artifact; get it and its evidence again from where they were built.',
  },
  'evidence-unsigned': {
    cause: '`--key` was given, and the evidence has no signature.',
    remedy: 'Build with `--sign-key`; without `--key` nothing proves who made the evidence.',
  },
  'evidence-signature': {
    cause: 'A signature of the evidence does not verify with the key.',
    remedy: 'Check that it is the key of the builder; otherwise do not trust the artifact.',
  },
  'artifact-mismatch': {
    cause: 'The evidence describes another artifact than the one given.',
    remedy: 'Use the evidence of that very build, or get the artifact again.',
  },
} as const satisfies CodeRows;
