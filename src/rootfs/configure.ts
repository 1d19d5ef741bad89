import type { Host } from '../host/port.ts';
import type { Plan, PlannedFile } from '../plan/types.ts';
import { idOf, readAccounts, type Accounts } from './accounts.ts';
import type { InstalledRoot } from './install.ts';
import { linkInRoot, writeInRoot } from './write-file.ts';

/** Writes what the definition says of the system into a root: settings first, then the definition's own files. */
export async function configureRoot(host: Host, plan: Plan, root: InstalledRoot): Promise<void> {
  const { system, files } = plan.configuration;
  const set = (path: string, content: string): Promise<void> => writeInRoot(host, root.path, { path, content });
  if (system.locale !== undefined) await set('/etc/locale.conf', `LANG=${system.locale}\n`);
  if (system.keymap !== undefined) await set('/etc/vconsole.conf', `KEYMAP=${system.keymap}\n`);
  if (system.hostname !== undefined) await set('/etc/hostname', `${system.hostname}\n`);
  if (system.timezone !== undefined) {
    await linkInRoot(host, root.path, '/etc/localtime', `../usr/share/zoneinfo/${system.timezone}`);
  }
  await set('/etc/hew-release', releaseFile(plan, root));
  const accounts = await readAccounts(host, root.path);
  for (const file of files) await placeFile(host, root.path, file, accounts);
}

/** What the image says of itself, in the form of os-release(5). Pure. */
export const releaseFile = (plan: Plan, { target }: Pick<InstalledRoot, 'target'>): string =>
  [
    `IMAGE_ID=${plan.image.name}`,
    `IMAGE_VERSION=${plan.image.version}`,
    `ARCHITECTURE=${target.arch}`,
    ...(target.arch === 'x86_64' ? [`MICROARCHITECTURE_LEVEL=${target.level}`] : []),
    `DISTRIBUTION="${plan.distribution.name}"`,
    '',
  ].join('\n');

async function placeFile(host: Host, root: string, file: PlannedFile, accounts: Accounts): Promise<void> {
  if (file.link !== undefined) return linkInRoot(host, root, file.path, file.link);
  return writeInRoot(host, root, {
    path: file.path,
    content: file.source === undefined ? (file.content ?? '') : await host.fs.readBytes(file.source),
    mode: file.mode,
    uid: idOf(accounts.users, file.owner, 'user'),
    gid: idOf(accounts.groups, file.group, 'group'),
  });
}
