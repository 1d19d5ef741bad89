/** What stands where a secret was: that there is one, and nothing of it. */
export const REDACTED = '<redacted>';

/** Where one looks for a value: keys of tables and positions in lists. */
export type ValuePath = readonly (string | number)[];

/** A hash as crypt(5) writes them, wherever it stands in a text. */
const HASH = /\$(?:[0-9a-z]{1,3}|sha1|md5)\$[./A-Za-z0-9$=,+]{8,}/g;
/** User name and password of URLs in a text: RFC 3986, section 3.2.1. A password may hold an `@` that nobody encoded. */
const USER_INFO = /\b([a-z][a-z\d+.-]*:\/\/)[^/?#\s"\\]+@/gi;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g;

/** Takes out of a text what is a secret in any place: password hashes, passwords in URLs, private keys. */
export const redactText = (text: string): string =>
  text.replace(PRIVATE_KEY, REDACTED).replace(HASH, REDACTED).replace(USER_INFO, `$1${REDACTED}@`);

/** Takes user name and password out of a URL, for what is written into or beside an image. */
export const withoutCredentials = (url: string): string => url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1');

/** Whether a definition's value at this path is a secret by what the key means: passwords of accounts. */
export const isSecret = (path: ValuePath): boolean => /^(?:.*-)?(?:password|passphrase)$/.test(String(path.at(-1) ?? ''));

/** Variables whose names say that nobody is to see their values. */
const SECRET_VARIABLE = /^([A-Z0-9_]*(?:PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY)[A-Z0-9_]*)=./i;

/**
 * A copy of a JSON-like value that may be printed and kept: secrets by their key, by the name of a variable in `env`,
 * and by what they look like are replaced; everything else stays, also that there is a secret. `path` is where the
 * value itself stands.
 */
export function redact<T>(value: T, path: ValuePath = []): T {
  return redactValue(value, path) as T;
}

function redactValue(value: unknown, path: ValuePath): unknown {
  if (typeof value === 'string') return redactString(value, path);
  if (Array.isArray(value)) return value.map((item, index) => redactValue(item, [...path, index]));
  if (value === undefined || value === null) return value;
  if (typeof value !== 'object') return isSecret(path) ? REDACTED : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactValue(inner, [...path, key])]));
}

function redactString(text: string, path: ValuePath): string {
  if (isSecret(path)) return REDACTED;
  const variable = path.at(-2) === 'env' ? SECRET_VARIABLE.exec(text) : null;
  return variable === null ? redactText(text) : `${variable[1]}=${REDACTED}`;
}
