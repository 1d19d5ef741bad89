import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOnce } from './paths.ts';
import type { Tree } from './tree.ts';

/** Signs for the distribution, and a stranger's key for tests of refusal. */
export const keyNames = ['sample', 'wrong'] as const;

/** Keys and signatures bear fixed times, so that one machine makes the same bytes again. */
const keyTime = '20260101T000000!';
export const signatureTime = '20260102T000000!';

export const keyUser = (name: string): string => `Sample Linux (${name}) <${name}@sample.invalid>`;

/** The keyring's place inside the sandbox: a short path, because agents put their sockets there. */
export const keyringPlace = '/gnupg';

/**
 * Makes the keys once in a cache folder: `RPM-GPG-KEY-*` public, `*.secret.asc` secret without a passphrase, `gnupg/` a
 * keyring with both. They sign nothing but what this machine makes for its own tests.
 */
export async function openKeys(tree: Tree, folder: string): Promise<string> {
  await makeOnce(folder, async (partial) => {
    const home = join(partial, 'gnupg');
    await mkdir(home, { mode: 0o700 });
    await chmod(partial, 0o700);
    for (const name of keyNames) {
      const options = ['--batch', '--quiet', '--faked-system-time', keyTime, '--pinentry-mode', 'loopback'];
      const gpg = (...args: string[]) => tree.run(
        ['gpg', ...options, '--passphrase', '', ...args],
        { place: { [home]: keyringPlace }, env: { GNUPGHOME: keyringPlace } },
      );
      await gpg('--quick-gen-key', keyUser(name), 'rsa3072', 'sign', 'never');
      await writeFile(join(partial, `RPM-GPG-KEY-${name}`), await gpg('--armor', '--export', keyUser(name)));
      const secret = await gpg('--armor', '--export-secret-keys', keyUser(name));
      await writeFile(join(partial, `${name}.secret.asc`), secret, { mode: 0o600 });
    }
  });
  return folder;
}
