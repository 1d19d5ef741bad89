import type { System } from './context.ts';

const WHEEL = 'wheel';
const FILE = '/etc/sudoers.d/90-hew';

/**
 * Lets accounts of wheel become root that log in by SSH keys alone. `%wheel ALL=(ALL) ALL`, which Fedora's and Azure
 * Linux's sudoers have, asks for the password of the account: sudoers(5). Nothing is written without sudo.
 */
export async function setSudo(system: System): Promise<void> {
  const names = system.settings.users
    .filter(({ groups, group, password, locked, 'ssh-keys': keys }) =>
      (group === WHEEL || groups.includes(WHEEL)) && keys.length > 0 && (locked || password === undefined || /^[!*]/.test(password)))
    .map(({ name }) => name);
  if (names.length === 0 || (await system.find(['/usr/bin/sudo'])) === undefined) return;
  const lines = ['# Accounts of wheel without a password: sudo has none to ask for.', ...names.map((name) => `${name} ALL=(ALL) NOPASSWD: ALL`)];
  await system.set(FILE, `${lines.join('\n')}\n`, { mode: 0o440 });
}
