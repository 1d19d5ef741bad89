import { HewError, type Problem } from '../../errors.ts';
import { parsePasswd, setLine, setShadow, shadowField, type AccountFiles } from './account-files.ts';
import type { System } from './context.ts';
import { editAccounts } from './edit-accounts.ts';
import { makeHome, writeKeys } from './homes.ts';
import { hashPassword } from './passwords.ts';

const SECONDS_A_DAY = 86_400;

/** Modes for these files if the image does not have them, as in Fedora's `setup`. */
const MODES = { passwd: 0o644, group: 0o644, shadow: 0o000, gshadow: 0o000 } as const;
const NAMES = ['passwd', 'group', 'shadow', 'gshadow'] as const;

/** Users, groups, passwords and SSH keys of the definition. Root is locked unless the definition gives a password. */
export async function makeAccounts(system: System): Promise<void> {
  const { users, groups } = system.settings;
  const before = await readFiles(system);
  const passwords = new Map<string, string>();
  for (const { name, password } of users) {
    if (password !== undefined) passwords.set(name, hashPassword(system, name, password));
  }
  const day = Math.floor(system.epoch / SECONDS_A_DAY);
  const request = { users, groups, passwords, defaultShell: await defaultShell(system), day };
  const edited = editAccounts(before, request);
  const problems = [...edited.problems, ...(await missingShells(system))];
  const place = { file: system.plan.image.file };
  if (problems.length > 0) throw new HewError(problems.map((problem) => ({ ...problem, place })));
  const after = await withRoot(system, edited.files, day);
  for (const name of NAMES) await writeFile(system, name, before[name], after[name]);
  for (const [index, entry] of edited.users.entries()) {
    await makeHome(system, entry);
    await writeKeys(system, entry, users[index]?.['ssh-keys'] ?? []);
  }
  const root = parsePasswd(after.passwd).find(({ uid }) => uid === 0);
  await writeKeys(system, root ?? { name: 'root', home: '/root', uid: 0, gid: 0 }, system.settings['root-ssh-keys']);
}

const readFiles = async (system: System): Promise<AccountFiles> => ({
  passwd: await system.read('/etc/passwd'),
  group: await system.read('/etc/group'),
  shadow: await system.read('/etc/shadow'),
  gshadow: await system.read('/etc/gshadow'),
});

/** If an account file is a link, writes its target. */
async function writeFile(
  system: System,
  name: (typeof NAMES)[number],
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  if (after === undefined || after === before) return;
  const path = await system.files.resolve(`/etc/${name}`);
  const status = await system.status(path);
  const owner = status === undefined ? {} : { uid: status.uid, gid: status.gid };
  await system.set(path, after, { mode: status?.mode ?? MODES[name], ...owner });
}

const SHELLS = ['/bin/bash', '/bin/sh', '/usr/sbin/nologin'];

/** The default shell of useradd(8), if the image has it. */
const defaultShell = async (system: System): Promise<string> => (await system.find(SHELLS)) ?? '/sbin/nologin';

/** Non-login shells are accepted even if the file is missing. */
const NO_LOGIN = /\/(?:nologin|false)$/;

async function missingShells(system: System): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { name, shell } of system.settings.users) {
    if (shell === undefined || NO_LOGIN.test(shell) || (await system.status(shell)) !== undefined) continue;
    problems.push({
      code: 'unknown-shell',
      message: `the shell of \`${name}\`, ${shell}, is not in the image`,
      hint: 'add the package that has it, or leave `shell` out',
    });
  }
  return problems;
}

/** An image without accounts has no root to lock; one that is locked already keeps its own mark. */
async function withRoot(system: System, files: AccountFiles, day: number): Promise<AccountFiles> {
  const password = system.settings['root-password'];
  const field = shadowField(files.shadow, 'root');
  const isLocked = field !== undefined && /^[!*]/.test(field);
  if (password === undefined && (isLocked || files.passwd === undefined)) return withoutOpenRoot(files);
  const wanted = password === undefined ? '!' : hashPassword(system, 'root', password);
  return withoutOpenRoot({ ...files, shadow: setShadow(files.shadow, 'root', wanted, day) });
}

/** An empty second field lets everyone in; one with a hash takes precedence over shadow(5). */
function withoutOpenRoot(files: AccountFiles): AccountFiles {
  const line = files.passwd?.split('\n').find((one) => one.startsWith('root:'));
  const [name = '', field, ...rest] = line?.split(':') ?? [];
  if (line === undefined || field === 'x') return files;
  return { ...files, passwd: setLine(files.passwd, 'root', [name, 'x', ...rest].join(':')) };
}
