import { createHash } from 'node:crypto';
import { digestOf } from './digest.ts';

/** The number of rounds of a hash that names none. */
const ROUNDS = 5000;
/** The method ignores further characters of a salt. */
const SALT_LENGTH = 16;

/**
 * Returns the crypt(5) hash of a password by SHA-512: `$6$SALT$…`, as `openssl passwd -6 -salt SALT` prints it. An import
 * of a kickstart file writes hashes without any tool on the machine, so hew has the method itself. The comments name the
 * steps of https://www.akkadia.org/drepper/SHA-crypt.txt.
 */
export const sha512Crypt = (password: string, salt: string): string => {
  const key = Buffer.from(password);
  const grain = Buffer.from(salt.slice(0, SALT_LENGTH));
  // 4 to 8.
  const inner = hash(key, grain, key);
  // 1 to 3, 9 to 12.
  let digest = hash(key, grain, repeat(inner, key.length), ...bits(key.length).map((bit) => (bit === 1 ? inner : key)));
  // 13 to 20.
  const p = repeat(hash(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeat(hash(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => grain)), grain.length);
  // 21.
  for (let round = 0; round < ROUNDS; round += 1) {
    const isOdd = round % 2 === 1;
    digest = hash(isOdd ? p : digest, ...(round % 3 === 0 ? [] : [s]), ...(round % 7 === 0 ? [] : [p]), isOdd ? digest : p);
  }
  return `$6$${grain.toString()}$${encode(digest)}`;
};

const hash = (...parts: readonly Uint8Array[]): Buffer => {
  const sha = createHash('sha512');
  for (const part of parts) sha.update(part);
  return sha.digest();
};

/** Repeats a block up to a length in bytes. */
const repeat = (block: Uint8Array, length: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(length / block.length) }, () => block), length);

/** The bits of a number, lowest first. */
const bits = (number: number): readonly number[] => (number === 0 ? [] : Array.from(number.toString(2), Number).toReversed());

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The base 64 of crypt(5): each group holds three bytes that lie 21 apart, in an order that rotates. */
const encode = (digest: Uint8Array): string => {
  const at = (index: number): number => digest[index] ?? 0;
  const groups = Array.from({ length: 21 }, (_, group) => {
    const [a, b, c] = [group, group + 21, group + 42];
    const [x, y, z] = group % 3 === 0 ? [a, b, c] : group % 3 === 1 ? [b, c, a] : [c, a, b];
    return letters((at(x ?? 0) << 16) | (at(y ?? 0) << 8) | at(z ?? 0), 4);
  });
  return groups.join('') + letters(at(63), 2);
};

const letters = (bytes: number, count: number): string =>
  Array.from({ length: count }, (_, index) => ALPHABET.charAt((bytes >> (6 * index)) & 63)).join('');

/** Derives the salt of an account from what identifies the image, so that the same image has the same hashes. */
export const saltFor = (seed: string, account: string): string =>
  digestOf(`${seed} ${account}`).slice('sha256:'.length).slice(0, SALT_LENGTH);
