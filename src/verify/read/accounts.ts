import { parseYaml } from '../../definition/parse-yaml.ts';
import { INTERESTS } from '../gather/interest.ts';
import { filesOf, textAt, textOf, type Files } from './files.ts';

/** Everything in an image by which a user logs in with a password, or is root under another name. */
export const accountFaults = (root: Files): readonly string[] => [...passwdFaults(root), ...shadowFaults(root), ...recordFaults(root), ...cloudFaults(root)];

/** Whether there is any file of accounts. */
export const hasAccounts = (root: Files): boolean =>
  [INTERESTS.accounts, INTERESTS.userRecords].some((row) => filesOf(root, row).some(({ path }) => path !== '/etc/group'));

const rowsOf = (text: string | undefined): readonly (readonly string[])[] =>
  (text ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => line.split(':'));

/** passwd(5): `x` says that shadow(5) has the password; an empty field that there is none to ask for. */
const passwdFaults = (root: Files): readonly string[] => rowsOf(textAt(root, '/etc/passwd')).flatMap(([name = '', password = '', uid = '']) => [
  ...(password === 'x' ? [] : passwordFault(name, password, ' in /etc/passwd')),
  ...(Number(uid) === 0 && uid !== '' && name !== 'root' ? [`${name} is root under another name`] : []),
]);

const shadowFaults = (root: Files): readonly string[] =>
  rowsOf(textAt(root, '/etc/shadow')).flatMap(([name = '', password]) => (password === undefined ? [] : passwordFault(name, password)));

const passwordFault = (name: string, password: string, where = ''): readonly string[] => {
  if (password === '') return [`${name} needs no password at all${where}`];
  return /^[!*]/.test(password) ? [] : [`${name} has a password${where}`];
};

/** JSON user records, which nss-systemd(8) and systemd-homed read: https://systemd.io/USER_RECORD/ */
const recordFaults = (root: Files): readonly string[] => filesOf(root, INTERESTS.userRecords).flatMap((file) => {
  const { value, problems } = parseYaml(textOf(file) ?? '', file.path);
  if (problems.length > 0) return [`${file.path} is not a user record`];
  const record = new Map(leavesOf(value));
  return [
    ...([...record.keys()].some((key) => /(?:^|\.)hashedPassword\./.test(key)) ? [`${file.path} has a password`] : []),
    ...(Number(record.get('uid') ?? Number.NaN) === 0 ? [`${file.path} is root under another name`] : []),
  ];
});

/** Keys by which cloud-init sets passwords: https://docs.cloud-init.io/en/latest/reference/modules.html (users, set passwords). */
const CLOUD = /(?:^|\.)(?:password|passwd|hashed_passwd|plain_text_passwd|chpasswd\.(?:list|users)(?:\..*)?)$/;

const cloudFaults = (root: Files): readonly string[] => filesOf(root, INTERESTS.cloud).flatMap((file) => {
  const { value, problems } = parseYaml(textOf(file) ?? '', file.path);
  if (problems.length > 0) return [`${file.path} is not YAML, and may set passwords`];
  return leavesOf(value).flatMap(([key, leaf]) =>
    (CLOUD.test(key) && isPassword(leaf) ? [`${file.path} sets ${key}`] : [])).slice(0, 1);
});

/** `!` and `*` lock an account, as in shadow(5). */
const isPassword = (leaf: unknown): boolean =>
  typeof leaf === 'string' ? leaf !== '' && !/^[!*]/.test(leaf) : typeof leaf === 'number' || typeof leaf === 'bigint';

/** All leaf values, by their keys joined by dots. */
function leavesOf(value: unknown, key = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[key, value]];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => leavesOf(inner, key === '' ? name : `${key}.${name}`));
}
