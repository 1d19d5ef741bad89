import { saltFor, sha512Crypt } from '../../sha512-crypt.ts';
import type { Apply, Applying } from './command.ts';

const USERS = ['system', 'users'];
const GROUPS = ['system', 'groups'];
const ROOT = ['system', 'root-password'];

/** What crypt(5) calls a hash: `$id$…`. Anything else that --iscrypted marks can never match: a locked account. */
const isHash = (text: string): boolean => /^\$[a-z0-9-]+\$.+/i.test(text) || /^[./0-9A-Za-z]{13}$/.test(text);

export const applyRootpw: Apply = (applying) => {
  const { args, draft, node, note } = applying;
  if (args.has('--allow-ssh')) allowRootLogin(applying);
  if (args.has('--lock')) {
    draft.unset(ROOT);
    return note('root stays locked, which is hew’s default');
  }
  const password = readPassword(applying, 'root', args.words[0]);
  if (password === LOCKED) draft.unset(ROOT);
  else if (password !== undefined) draft.set(ROOT, password, node.place);
};

/** What Anaconda writes for `rootpw --allow-ssh`. */
const allowRootLogin = ({ draft, node }: Applying): void => {
  const path = '/etc/ssh/sshd_config.d/01-permitrootlogin.conf';
  draft.merge(['files'], path, { path, content: 'PermitRootLogin yes\n', mode: '0600' }, node.place);
};

export const applyUser: Apply = (applying) => {
  const { args, draft, node, refuse } = applying;
  const name = args.text('--name') ?? '';
  const uid = args.integer('--uid');
  const other = draft.table(USERS, name)?.['uid'];
  if (uid !== undefined && other !== undefined && other !== uid) return refuse(...numbered(name, other));
  const password = args.has('--password') ? readPassword(applying, name, args.text('--password')) : undefined;
  const fields = {
    name,
    uid,
    gid: args.integer('--gid'),
    groups: args.list('--groups')?.map((group) => addNumberedGroup(applying, group)),
    comment: args.text('--gecos'),
    home: args.text('--homedir'),
    shell: args.text('--shell'),
    password: password === LOCKED ? undefined : password,
    locked: args.has('--lock') ? true : undefined,
  };
  draft.merge(USERS, name, fields, node.place);
};

/** `wheel(10)` names a group and its number. */
const addNumberedGroup = ({ draft, node }: Applying, text: string): string => {
  const [, name = text, number] = /^([^()]+)\((\d+)\)$/.exec(text) ?? [];
  if (number !== undefined) draft.merge(GROUPS, name, { name, gid: Number(number) }, node.place);
  return name;
};

export const applyGroup: Apply = ({ args, draft, node, refuse }) => {
  const name = args.text('--name') ?? '';
  const gid = args.integer('--gid');
  if (gid === 0) return refuse('0 is the number of the group root', 'give another --gid');
  const other = draft.table(GROUPS, name)?.['gid'];
  if (gid !== undefined && other !== undefined && other !== gid) return refuse(...numbered(name, other));
  draft.merge(GROUPS, name, { name, gid }, node.place);
};

const numbered = (name: string, number: unknown): readonly [string, string] =>
  [`a line before it gives ${name} the number ${String(number)}`, 'remove one of the lines'];

export const applySshkey: Apply = ({ args, draft, node }) => {
  const [key = ''] = args.words;
  const name = args.text('--username') ?? '';
  if (name === 'root') return draft.append(['system', 'root-ssh-keys'], [key], node.place);
  draft.merge(USERS, name, { name }, node.place);
  draft.push(USERS, name, 'ssh-keys', key, node.place);
};

/** Stands for a password that nothing matches; nobody can write it, because it is empty. */
const LOCKED = '';

const readPassword = ({ args, options, refuse, note }: Applying, account: string, password: string | undefined): string | undefined => {
  if (password === undefined || password === '') {
    refuse('it gives no password', 'write --iscrypted and a hash from `openssl passwd -6`, or --lock');
    return undefined;
  }
  if (args.has('--iscrypted')) {
    if (isHash(password)) return password;
    // Most often a password that was meant to be hashed: it must not reach a log.
    note('what stands here is no hash, so no password can match it: the account is locked');
    return LOCKED;
  }
  if (options.hashSeed !== undefined) {
    note('a password in plain text: its hash takes its place');
    return sha512Crypt(password, saltFor(options.hashSeed, account));
  }
  if (options.allowPlainTextPasswords === true) {
    note('a password in plain text, which the definition allows');
    return password;
  }
  refuse(
    'the password stands here in plain text',
    'write --iscrypted and a hash from `openssl passwd -6`, or have it hashed: --hash-passwords REASON',
  );
  return undefined;
};
