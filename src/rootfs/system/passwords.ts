import { digestOf } from '../../digest.ts';
import type { System } from './context.ts';

/** A hash as crypt(5) writes them, perhaps locked by `!`. */
const HASH = /^!{0,2}\$[0-9a-z]{1,3}\$[!-9;-~]+$/;
/** shadow(5): no password matches. */
const LOCKED = /^(?:!!?|\*)$/;

/** Whether a text can stand in shadow(5) as it is. */
export const isPasswordField = (text: string): boolean => HASH.test(text) || LOCKED.test(text);

/**
 * What shadow(5) is to hold for a password of the definition: hashes as they are; a plain text, which its definition
 * must allow with a reason, hashed with SHA-512. The salt comes from the plan, so that the same definition gives the
 * same bytes. The password travels on standard input: every process of a machine sees the arguments of the others.
 */
export async function hashPassword(system: System, name: string, password: string): Promise<string> {
  if (isPasswordField(password)) return password;
  if (system.settings['allow-plain-text-passwords'] === undefined || /[\n\r\0]/.test(password)) {
    throw system.refuse(name === 'root' ? 'system.root-password' : 'system.users', {
      code: 'plain-text-password',
      message: `the password of ${name} is no hash of crypt(5)`,
      hint: 'put a hash there: `openssl passwd -6`',
    }, [name]);
  }
  const { stdout } = await system.host.run(
    { tool: 'openssl', args: ['passwd', '-6', '-salt', saltFor(system.plan.digest, name), '-stdin'], view: {} },
    { stdin: `${password}\n` },
  );
  return stdout.trim();
}

/** Sixteen characters, as many as SHA-512 crypt uses. */
export const saltFor = (plan: string, name: string): string =>
  digestOf(`${plan} ${name}`).slice('sha256:'.length).slice(0, 16);
