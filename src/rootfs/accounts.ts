import type { Host } from '../host/port.ts';
import { HewError } from '../errors.ts';

/** Numbers of the users and groups of a root, by name. */
export interface Accounts {
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
}

/** Reads passwd(5) and group(5) of a root, not those of the builder. */
export async function readAccounts(host: Pick<Host, 'inside'>, root: string): Promise<Accounts> {
  const files = host.inside(root);
  const read = async (path: string): Promise<ReadonlyMap<string, number>> =>
    parseAccounts((await files.readText(path)) ?? '');
  return { users: await read('/etc/passwd'), groups: await read('/etc/group') };
}

/** Names and numbers of lines such as `daemon:x:2:2:…`. */
export function parseAccounts(text: string): ReadonlyMap<string, number> {
  const entries = text.split('\n').map((line): [string, number] => {
    const [name = '', , id = ''] = line.split(':');
    return [name, Number.parseInt(id, 10)];
  });
  return new Map([['root', 0], ...entries.filter(([name, id]) => name !== '' && Number.isInteger(id))]);
}

/** The number for a name; a number stands for itself. Throws `HewError` for a name that the image does not have. */
export function accountId(names: ReadonlyMap<string, number>, name: string, what: 'user' | 'group'): number {
  const id = /^\d+$/.test(name) ? Number(name) : names.get(name);
  if (id !== undefined) return id;
  throw new HewError({
    code: 'unknown-account',
    message: `the image has no ${what} \`${name}\``,
    hint: `it knows ${[...names.keys()].sort().join(', ')}`,
  });
}
