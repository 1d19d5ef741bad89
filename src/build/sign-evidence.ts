import { posix } from 'node:path';

import { HewError, ToolError } from '../errors.ts';
import type { ErrorCode } from '../errors/codes.ts';
import {
  attestArguments, publicKeyArguments, signBlobArguments, SIGNATURES, SIGNING_CONFIG, TRUSTED_ROOT, type CosignFiles,
} from '../evidence/cosign.ts';
import { EVIDENCE } from '../evidence/make-evidence.ts';
import type { Host, ToolsOrigin } from '../host/port.ts';

export interface SigningRequest {
  /** Absolute path of a private key of cosign. */
  readonly key: string;
  /** Where cosign is: `findSignTools`. */
  readonly tools: ToolsOrigin;
}

/** Signs the evidence of a build with one key. */
export interface Signer {
  /** Signs the files in a folder of evidence. Returns the names of the signatures. */
  sign(folder: string): Promise<readonly string[]>;
}

/** Path of the key in the sandbox, so that the output of cosign does not show where the key is. */
export const KEY_PLACE = '/run/hew/key';

/**
 * Opens a key with the password of COSIGN_PASSWORD, which only cosign gets. Runs before a build, so that a wrong
 * password fails early. Throws `HewError` when the key cannot be used.
 */
export async function openSigner(host: Host, { key, tools }: SigningRequest): Promise<Signer> {
  const password = host.env['COSIGN_PASSWORD'];
  if (password === undefined) throw problem('sign-password-missing', 'the key for signing is encrypted, and COSIGN_PASSWORD is not set', 'export COSIGN_PASSWORD; set it to the empty text for a key without a password');
  if ((await host.fs.status(key)) === undefined) throw problem('sign-key-missing', `there is no key ${key}`, 'name the private key of a pair that `cosign generate-key-pair` made');
  const files = await cosignFiles(host);
  const run = (args: readonly string[], folder: string | undefined): Promise<unknown> =>
    host.run({
      tool: 'cosign',
      args,
      env: { COSIGN_PASSWORD: password },
      view: { tools: tools.root, place: { [KEY_PLACE]: key }, read: [posix.dirname(files.signingConfig)], ...(folder === undefined ? {} : { write: [folder] }) },
    });
  try {
    await run(publicKeyArguments(KEY_PLACE), undefined);
  } catch (error) {
    throw error instanceof ToolError ? explainKey(error, key) : error;
  }
  return {
    sign: async (folder) => {
      const at = (name: string): string => posix.join(folder, name);
      // In parallel: opening an encrypted key is slow by design.
      await Promise.all([
        run(signBlobArguments(files, at(EVIDENCE.checksums), at(SIGNATURES.checksums)), folder),
        run(attestArguments(files, at(EVIDENCE.provenance), at(SIGNATURES.provenance)), folder),
      ]);
      return Object.values(SIGNATURES);
    },
  };
}

/** Writes the settings that keep cosign off the network. */
export async function cosignFiles(host: Host): Promise<CosignFiles> {
  const folder = await host.makeWorkFolder('cosign', 0);
  const [signingConfig, trustedRoot] = [posix.join(folder, 'signing-config.json'), posix.join(folder, 'trusted-root.json')];
  await host.fs.write(signingConfig, SIGNING_CONFIG);
  await host.fs.write(trustedRoot, TRUSTED_ROOT);
  return { key: KEY_PLACE, signingConfig, trustedRoot };
}

function explainKey(error: ToolError, key: string): HewError {
  const wrong = /decryption failed/.test(error.stderr);
  return new HewError(
    wrong
      ? { code: 'sign-password-wrong', message: `COSIGN_PASSWORD is not the password of the key ${key}`, hint: 'nothing was built' }
      : {
          code: 'sign-key-unusable',
          message: `cosign cannot sign with ${key}: ${lastLine(error.stderr)}`,
          hint: 'name the private key of a pair that `cosign generate-key-pair` made',
        },
    { cause: error, exitCode: 2 },
  );
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.replace(/^error during command execution: /, '') ?? '';

const problem = (code: ErrorCode, message: string, hint: string): HewError => new HewError({ code, message, hint }, { exitCode: 2 });
