/** The names of signatures, beside what they sign: Sigstore bundles, as cosign 3 writes them. */
export const SIGNATURES = {
  /** The signature of `SHA256SUMS`, and by that of every file and artifact that it lists. */
  checksums: 'SHA256SUMS.sigstore.json',
  /** The provenance in a DSSE envelope, as policy engines expect it. */
  provenance: 'provenance.sigstore.json',
} as const;

/** Paths of cosign's input in the sandbox. */
export interface CosignFiles {
  /** A private key to sign, a public key to check. */
  readonly key: string;
  /** A file with `SIGNING_CONFIG`, and one with `TRUSTED_ROOT`. */
  readonly signingConfig: string;
  readonly trustedRoot: string;
}

/**
 * No transparency log and no other service: without these two files cosign fetches the addresses of the public ones.
 * `cosign signing-config create` and `cosign trusted-root create` write the same.
 */
export const SIGNING_CONFIG = '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","rekorTlogConfig":{},"tsaConfig":{}}\n';
export const TRUSTED_ROOT = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}\n';

/** Arguments that print the public half of a key: they fail as signing would, before there is anything to sign. */
export const publicKeyArguments = (key: string): string[] => ['public-key', '--key', key];

/** Arguments that sign a file. */
export const signBlobArguments = (files: CosignFiles, blob: string, bundle: string): string[] => [
  'sign-blob', ...signing(files), '--bundle', bundle, blob,
];

/** Arguments that sign an in-toto statement, whose subjects are named in it. */
export const attestArguments = (files: CosignFiles, statement: string, bundle: string): string[] => [
  'attest-blob', ...signing(files), '--statement', statement, '--bundle', bundle,
];

/** Arguments that check the signature of a file. */
export const verifyBlobArguments = (files: CosignFiles, blob: string, bundle: string): string[] => [
  'verify-blob', ...verifying(files), '--bundle', bundle, blob,
];

/** Arguments that check a signed statement; `checkEvidence` checks that it is about the artifact. */
export const verifyAttestationArguments = (files: CosignFiles, bundle: string): string[] => [
  'verify-blob-attestation', ...verifying(files), '--bundle', bundle, '--type', 'slsaprovenance1', '--check-claims=false',
];

const signing = ({ key, signingConfig, trustedRoot }: CosignFiles): string[] => [
  '--yes', '--key', key, '--signing-config', signingConfig, '--trusted-root', trustedRoot,
];

/** A key of your own needs no public log; nothing was written to one. */
const verifying = ({ key, trustedRoot }: CosignFiles): string[] => [
  '--key', key, '--trusted-root', trustedRoot, '--insecure-ignore-tlog',
];
