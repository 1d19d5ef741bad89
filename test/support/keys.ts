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
  /** As gpg's --quick-generate-key takes it: `rsa3072`, `ed25519`, `nistp256`. */
  readonly algorithm?: string;
  /** What the key is signed with itself: `SHA1`. */
  readonly digest?: string;
  /** A subkey that does the signing. */
  readonly subkey?: 'good' | 'expired' | 'revoked';
}

/** A key that signs, and its public part as a file. */
export interface MadeKey extends TestKey {
  readonly file: string;
}

/** Makes a key below a folder. A revoked one, and a revoked subkey, can sign as if nothing had happened. */
export async function makeKey(folder: string, name: string, request: KeyRequest = {}): Promise<MadeKey> {
  const { madeAt = '20260101T000000!', expires = 'never', revoked = false, subkey, algorithm = 'rsa3072', digest } = request;
  const keyring = join(folder, `${name}.gnupg`);
  mkdirSync(keyring, { recursive: true, mode: 0o700 });
  const user = `${name} <${name}@test.invalid>`;
  const options = { place: { '/gnupg': keyring }, env: { GNUPGHOME: '/gnupg' } };
  const gpg = ['gpg', '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  await runTestTool([...gpg, ...(digest === undefined ? [] : ['--cert-digest-algo', digest]), '--faked-system-time', madeAt, '--quick-generate-key', user, algorithm, 'sign', expires], options);
  const fingerprint = /^fpr:*([0-9A-F]+):/m.exec(await runTestTool([...gpg, '--with-colons', '--list-keys'], options))?.[1] ?? '';
  if (subkey !== undefined) {
    const until = subkey === 'expired' ? '1y' : 'never';
    // Of two keys that were made in one second gpg takes either.
    const later = `${Number(madeAt.slice(0, 8)) + 1}T000000!`;
    await runTestTool([...gpg, '--faked-system-time', later, '--quick-add-key', fingerprint, 'rsa3072', 'sign', until], options);
  }
  // Into a keyring of its own: the one that signs must not know.
  const revoke = [
    'cp -r /gnupg /tmp/other', 'export GNUPGHOME=/tmp/other',
    subkey === 'revoked'
      ? `printf '%s\\n' 'key 1' revkey y 0 '' y save | gpg --no-tty --command-fd 0 --pinentry-mode loopback --passphrase '' --edit-key ${fingerprint}`
      : `sed 's/^:---/---/' /gnupg/openpgp-revocs.d/*.rev | gpg --batch --quiet --import`,
  ];
  const steps = [...(revoked || subkey === 'revoked' ? revoke : []), 'gpg --batch --armor --export'];
  const file = join(folder, `${name}.asc`);
  writeFileSync(file, `${await runTestTool(['sh', '-c', steps.join(' && ')], options)}\n`);
  return { user, keyring, file, signsAt: subkey === undefined ? madeAt : `${Number(madeAt.slice(0, 8)) + 2}T000000!` };
}
