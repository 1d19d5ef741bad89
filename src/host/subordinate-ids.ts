import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

import { HewError } from '../errors.ts';

/** Ids that an image may use without root: 0 to 65535, the range of packages, systemd-sysusers and useradd. */
const MAPPED_IDS = 65_536;

/** Who maps ids: `own` is the user's or the group's own id, which becomes that of root. */
interface Person {
  readonly own: number;
  readonly uid: number;
  readonly username: string;
}

/**
 * Writes the id map of a process by `newuidmap` or `newgidmap`: root is the person, and the ids of an image are the first
 * range of a subuid(5) file that is large enough. Throws `HewError`, with the command that gives such a range.
 */
export function mapSubordinates(program: string, file: string, pid: number, { own, uid, username }: Person): void {
  const start = subordinateStart(readIfThere(file), username, uid);
  if (start === undefined) {
    const [first, last] = freeRange(readIfThere('/etc/subuid'), readIfThere('/etc/subgid'));
    const command = `usermod --add-subuids ${first}-${last} --add-subgids ${first}-${last} ${username}`;
    throw noIds(username, `${file} gives no range of ${MAPPED_IDS - 1} ids or more`, `as root: \`${command}\``, command);
  }
  try {
    execFileSync(program, [pid, 0, own, 1, 1, start, MAPPED_IDS - 1].map(String), { stdio: 'pipe' });
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { readonly stderr?: Buffer };
    throw code === 'ENOENT'
      ? noIds(username, `${program} is not installed`, 'as root: `apt-get install uidmap` (Debian, Ubuntu) or `dnf install shadow-utils` (Fedora)')
      : noIds(username, stderr?.toString().trim() || message,
        `${program} has to be set-user-ID root or to hold cap_setuid (cap_setgid for groups), ` +
        'and to be started where that counts: not with "no new privileges", as in many containers');
  }
}

const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const noIds = (username: string, reason: string, hint: string, command?: string): HewError =>
  new HewError({
    code: 'no-subordinate-ids',
    message: `hew cannot map the user ids of an image for ${username}: ${reason}`,
    hint,
    ...(command === undefined ? {} : { command }),
  });

/** Ids after all ranges in subuid(5) files: two users with the same ids could change each other's files. */
export function freeRange(...files: readonly string[]): readonly [first: number, last: number] {
  const ends = files.flatMap((file) => file.split('\n')).map((line) => line.split(':')).map(([, start, count]) => Number(start) + Number(count));
  const first = Math.max(100_000, ...ends.filter(Number.isSafeInteger));
  return [first, first + MAPPED_IDS - 1];
}

/** First id of the first range in a subuid(5) file that is large enough for an image. */
export function subordinateStart(file: string, username: string, uid: number): number | undefined {
  for (const line of file.split('\n')) {
    const [owner, start, count] = line.split(':');
    if ((owner === username || owner === String(uid)) && Number(count) >= MAPPED_IDS - 1) return Number(start);
  }
  return undefined;
}
