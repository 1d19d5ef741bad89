import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from './checkout.ts';
import type { TarEntry } from './tar.ts';

/** A program that does all that it can to live on after its caller; its argument is a file to write the time to meanwhile. */
export const lingerProgram = (): string => readFileSync(join(CHECKOUT, 'test/integration/sandbox/linger.py'), 'utf8');

/** In the command line of each. */
export const LINGERS = `hew-test-lives-${process.pid}`;
/** Where in the image one of them writes the time. */
export const clockOf = (by: string): string => `/srv/${LINGERS}-${by}`;

/** A script of a definition that notes when it began, and half a second later when each of these last wrote the time. */
export const lookAtClocks = (names: readonly string[]): string => `[[scripts]]
interpreter = "/bin/bash"
content = '''
read -r now _ < /proc/uptime
sleep 0.5
for by in ${names.join(' ')}; do
  read -r last < ${clockOf('$by')}
  echo "$by $now $last" >> /srv/seen
done'''
`;

/** What those scripts noted of one, in seconds. */
export function timesOf(entries: readonly TarEntry[], by: string): { readonly began: number; readonly last: number } {
  const seen = entries.find(({ path }) => path === 'srv/seen')?.content.toString() ?? '';
  const [, began, last] = seen.split('\n').map((line) => line.split(' ')).find(([name]) => name === by) ?? [];
  return { began: Number(began), last: Number(last) };
}
