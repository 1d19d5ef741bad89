import { posix } from 'node:path';

import type { RootFiles } from '../../host/port.ts';
import type { PasswdEntry } from './account-files.ts';
import type { System } from './context.ts';

type Owner = Pick<PasswdEntry, 'uid' | 'gid'>;

const SKELETON = '/etc/skel';

/** Makes a home folder from /etc/skel, mode 0700. An existing one stays, as with useradd(8). */
export async function makeHome(system: System, { home, uid, gid }: Owner & Pick<PasswdEntry, 'home'>): Promise<void> {
  if ((await system.status(home)) !== undefined) return;
  const { files } = system;
  await files.makeFolder(home);
  const folder = await files.resolve(home);
  await copyOwned(files, await files.resolve(SKELETON), folder, { uid, gid });
  await own(files, folder, { uid, gid }, 0o700);
}

/** Links are copied as links. Anything but files, folders and links is skipped, and so is a missing skeleton. */
async function copyOwned(files: RootFiles, from: string, to: string, owner: Owner): Promise<void> {
  for (const name of await files.list(from)) {
    const [source, target] = [posix.join(from, name), posix.join(to, name)];
    const status = await files.status(source);
    if (status?.kind === 'symlink') {
      await files.symlink(target, (await files.linkTarget(source)) ?? '');
      await files.setOwner(target, owner.uid, owner.gid);
    } else if (status?.kind === 'directory') {
      await files.makeFolder(target);
      await copyOwned(files, source, target, owner);
      await own(files, target, owner, status.mode);
    } else if (status?.kind === 'file') {
      await files.copy(source, target, { mode: status.mode, ...owner });
    }
  }
}

/** Sets the owner first: a change of owner clears set-user-ID bits. */
async function own(files: RootFiles, path: string, { uid, gid }: Owner, mode: number): Promise<void> {
  await files.setOwner(path, uid, gid);
  await files.setMode(path, mode);
}

/**
 * Writes authorized_keys with the modes that sshd(8) requires. Throws `HewError` if ~/.ssh is a link: its target would
 * become the user's.
 */
export async function writeKeys(
  system: System,
  account: Owner & Pick<PasswdEntry, 'name' | 'home'>,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const { files } = system;
  const path = posix.join(account.home, '.ssh');
  const kind = (await files.status(path))?.kind;
  if (kind !== undefined && kind !== 'directory') {
    throw system.refuse(account.name === 'root' ? 'system.root-ssh-keys' : 'system.users', {
      code: 'home-link',
      message:
        `\`${path}\` of ${account.name} is ${kind === 'symlink' ? 'a link' : 'no folder'} in the image, ` +
        'so SSH keys cannot be written there',
      hint: 'a package or /etc/skel makes it: leave that out, or use another home folder',
    }, [account.name]);
  }
  await files.makeFolder(path);
  await own(files, path, account, 0o700);
  const content = keys.map((key) => `${key.trim()}\n`).join('');
  await system.set(posix.join(path, 'authorized_keys'), content, { mode: 0o600, uid: account.uid, gid: account.gid });
}
