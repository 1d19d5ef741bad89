import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TestKey } from './packages.ts';
import { runTestTool } from './test-tools.ts';

export interface KeyRequest {
  /** When it is made, as gpg's --faked-system-time takes it. */
  readonly madeAt?: string;
  /** As gpg's --quick-generate-key takes it: `1y`, `never`. */
  readonly expires?: string;
  readonly revoked?: boolean;
}

/** A key that signs, and its public part as a file. */
export interface MadeKey extends TestKey {
  readonly file: string;
}

/** Makes a key below a folder. A revoked one can sign as if nothing had happened. */
export async function makeKey(folder: string, name: string, request: KeyRequest = {}): Promise<MadeKey> {
  const { madeAt = '20260101T000000!', expires = 'never', revoked = false } = request;
  const keyring = join(folder, `${name}.gnupg`);
  mkdirSync(keyring, { recursive: true, mode: 0o700 });
  const user = `${name} <${name}@test.invalid>`;
  const options = { place: { '/gnupg': keyring }, env: { GNUPGHOME: '/gnupg' } };
  const gpg = ['gpg', '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  await runTestTool([...gpg, '--faked-system-time', madeAt, '--quick-generate-key', user, 'rsa3072', 'sign', expires], options);
  const file = join(folder, `${name}.asc`);
  // Into a keyring of its own: the one that signs must not know.
  const revoke = `cp -r /gnupg /tmp/other && export GNUPGHOME=/tmp/other && sed 's/^:---/---/' /gnupg/openpgp-revocs.d/*.rev | gpg --batch --quiet --import`;
  writeFileSync(file, `${await runTestTool(['sh', '-c', `${revoked ? `${revoke} && ` : ''}gpg --batch --armor --export`], options)}\n`);
  return { user, keyring, file, signsAt: madeAt };
}
