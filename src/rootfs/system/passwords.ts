import { saltFor, sha512Crypt } from '../../sha512-crypt.ts';
import type { System } from './context.ts';

/** A crypt(5) hash, possibly locked by `!`. */
const HASH = /^!{0,2}\$[0-9a-z]{1,3}\$[!-9;-~]+$/;
/** shadow(5): no password matches. */
const LOCKED = /^(?:!!?|\*)$/;

/** Whether a text is a valid field of shadow(5). */
export const isPasswordField = (text: string): boolean => HASH.test(text) || LOCKED.test(text);

/**
 * The field of shadow(5) for a password of the definition: a hash unchanged; a plain text, which the definition must
 * allow with a reason, hashed with SHA-512. The salt is derived from the plan, so that the same definition gives the
 * same bytes.
 */
export function hashPassword(system: System, name: string, password: string): string {
  if (isPasswordField(password)) return password;
  if (system.settings['allow-plain-text-passwords'] === undefined || /[\n\r\0]/.test(password)) {
    throw system.refuse(name === 'root' ? 'system.root-password' : 'system.users', {
      code: 'plain-text-password',
      message: `the password of ${name} is not a crypt(5) hash`,
      hint: 'write a hash: `openssl passwd -6`',
    }, [name]);
  }
  return sha512Crypt(password, saltFor(system.plan.digest, name));
}
