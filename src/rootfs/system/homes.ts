import { posix } from 'node:path';

import { insideRoot } from '../inside.ts';
import type { PasswdEntry } from './account-files.ts';
import type { System } from './context.ts';

type Owner = Pick<PasswdEntry, 'uid' | 'gid'>;

const SKELETON = '/etc/skel';

/** Makes a home folder from /etc/skel, mode 0700. One that is there already stays as it is, as with useradd(8). */
export async function makeHome(system: System, { home, uid, gid }: Owner & Pick<PasswdEntry, 'home'>): Promise<void> {
  if ((await system.status(home)) !== undefined) return;
  const { host } = system;
  const folder = await system.resolve(home);
  await host.fs.makeFolder(folder);
  const skeleton = await system.resolve(SKELETON);
  if ((await host.fs.status(skeleton))?.kind === 'directory') await copyOwned(system, skeleton, folder, { uid, gid });
  await own(system, folder, { uid, gid }, 0o700);
}

/** Both folders are reached already, and the target was just made: no link is on the way. Links are copied as such. */
async function copyOwned(system: System, from: string, to: string, owner: Owner): Promise<void> {
  const { fs } = system.host;
  for (const name of await fs.list(from)) {
    const [source, target] = [posix.join(from, name), posix.join(to, name)];
    const status = await fs.status(source);
    if (status?.kind === 'symlink') {
      await fs.symlink(await fs.readLink(source), target);
      await fs.setOwner(target, owner.uid, owner.gid);
    } else if (status?.kind === 'directory') {
      await fs.makeFolder(target);
      await copyOwned(system, source, target, owner);
      await own(system, target, owner, status.mode);
    } else if (status?.kind === 'file') {
      await fs.write(target, await fs.readBytes(source), { mode: status.mode });
      await own(system, target, owner, status.mode);
    }
  }
}

/** The owner first: a change of owner takes set-user-ID bits away. */
async function own({ host }: System, path: string, { uid, gid }: Owner, mode: number): Promise<void> {
  await host.fs.setOwner(path, uid, gid);
  await host.fs.setMode(path, mode);
}

/**
 * Writes authorized_keys with the modes that sshd(8) insists on. Throws `HewError` where ~/.ssh is a link: whatever it
 * leads to would become the user's.
 */
export async function writeKeys(
  system: System,
  account: Owner & Pick<PasswdEntry, 'name' | 'home'>,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const { host, root } = system;
  const path = posix.join(account.home, '.ssh');
  const folder = await insideRoot(host, root, path);
  const kind = (await host.fs.status(folder))?.kind;
  if (kind !== undefined && kind !== 'directory') {
    throw system.refuse({
      code: 'home-link',
      message:
        `\`${path}\` of ${account.name} is ${kind === 'symlink' ? 'a link' : 'no folder'} in the image, ` +
        'so no SSH key is put there',
      hint: 'a package or /etc/skel brings it: leave that out, or use another home folder',
    });
  }
  await host.fs.makeFolder(folder);
  await own(system, folder, account, 0o700);
  const content = keys.map((key) => `${key.trim()}\n`).join('');
  await system.set(posix.join(path, 'authorized_keys'), content, { mode: 0o600, uid: account.uid, gid: account.gid });
}
