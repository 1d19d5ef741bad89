import { DefinitionError } from '../../errors.ts';
import type { Path } from '../types.ts';
import type { Candidate, DefinitionFault, DefinitionRule } from './rule.ts';

/** crypt(5): SHA-512, yescrypt, gost-yescrypt, bcrypt, SHA-256, scrypt. MD5 and DES can be broken, so they are not accepted. */
const HASH = /^!?\$(?:6|5|y|gy|7|2[abxy])\$[!-9;-~]{8,}$/;
/** Locked or without password login, as in shadow(5). */
const LOCKED = /^(?:!!?|\*)$/;
const WEAK_HASH = /^(?:\$1\$|\$sha1\$|\$md5|_)/;

const passwordsOf = ({ system }: Candidate): readonly { readonly path: Path; readonly whose: string; readonly value: string }[] => [
  ...(system['root-password'] === undefined ? []
    : [{ path: ['system', 'root-password'], whose: 'root', value: system['root-password'] }]),
  ...system.users.flatMap(({ name, password }, index) => (password === undefined ? []
    : [{ path: ['system', 'users', index, 'password'], whose: name, value: password }])),
];

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;

/** Every key that may hold any text. */
const textsOf = ({ files, scripts, system }: Candidate): readonly { readonly path: Path; readonly text: string }[] => [
  ...files.map(({ content = '' }, index) => ({ path: ['files', index, 'content'], text: content })),
  ...scripts.map(({ content = '' }, index) => ({ path: ['scripts', index, 'content'], text: content })),
  ...system['root-ssh-keys'].map((text, index) => ({ path: ['system', 'root-ssh-keys', index], text })),
  ...system.users.flatMap((user, at) =>
    user['ssh-keys'].map((text, index) => ({ path: ['system', 'users', at, 'ssh-keys', index], text }))),
];

/** A line of authorized_keys (sshd(8)): options with quoted parts, type, base64, comment. */
const PUBLIC_KEY = new RegExp([
  /^(?:[^\s"]+(?:"[^"]*"[^\s"]*)*\s+)?/, /(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-[\w.@-]+)/,
  /\s+[A-Za-z0-9+/]{16,}={0,2}(?:\s.*)?$/,
].map(({ source }) => source).join(''));

const NOT_A_KEY = { message: 'this is not a line of authorized_keys', hint: 'it is the content of a .pub file, such as `ssh-ed25519 AAAA…`' };

/** The lines of a file of public SSH keys. Throws `DefinitionError`, which repeats nothing of the content, for a private key and for anything else. */
export function publicKeysIn(text: string, file: string): readonly string[] {
  if (PRIVATE_KEY.test(text)) {
    throw new DefinitionError({ code: 'private-key', message: 'this is a private key', place: { file }, hint: 'name the public one, which ends in .pub' });
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const problems = lines.flatMap((line, index) => (keys.includes(line) && !PUBLIC_KEY.test(line) ? [{ code: 'ssh-key' as const, place: { file, line: index + 1 }, ...NOT_A_KEY }] : []));
  if (problems.length > 0) throw new DefinitionError(problems);
  if (keys.length === 0) throw new DefinitionError({ code: 'ssh-key', message: 'there is no key in it', place: { file }, hint: NOT_A_KEY.hint });
  return keys;
}

export const secretRules: readonly DefinitionRule[] = [
  {
    id: 'plain-text-password',
    find: (definition) => (definition.system['allow-plain-text-passwords'] !== undefined ? [] : passwordsOf(definition)
      .filter(({ value }) => !HASH.test(value) && !LOCKED.test(value) && !WEAK_HASH.test(value))
      .map(({ path, whose }): DefinitionFault => ({
        path,
        // The password itself must not be logged.
        message: `the password of ${whose} is in plain text`,
        hint: 'put a crypt(5) hash here: `openssl passwd -6`; or leave it out and use `ssh-keys`',
      }))),
  },
  {
    id: 'weak-password-hash',
    find: (definition) => passwordsOf(definition).filter(({ value }) => WEAK_HASH.test(value)).map(({ path, whose }) => ({
      path,
        message: `the password hash of ${whose} uses a method that can be broken`,
        hint: 'make a new one: `openssl passwd -6`',
    })),
  },
  {
    id: 'private-key',
    find: (definition) => textsOf(definition).filter(({ text }) => PRIVATE_KEY.test(text)).map(({ path }) => ({
      path,
        message: 'this is a private key',
        hint: 'do not put secrets into an image: deliver them at first boot (cloud-init, a mounted secret)',
    })),
  },
  {
    id: 'ssh-key',
    find: (definition) => textsOf(definition)
      .filter(({ path, text }) => String(path.at(-2)).endsWith('ssh-keys') && !PRIVATE_KEY.test(text) && !PUBLIC_KEY.test(text.trim()))
      .map(({ path }) => ({ path, ...NOT_A_KEY })),
  },
];
