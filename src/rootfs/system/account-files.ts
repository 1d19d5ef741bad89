/** The four account databases of a root as text; undefined for those that the image does not have. */
export interface AccountFiles {
  readonly passwd: string | undefined;
  readonly group: string | undefined;
  readonly shadow: string | undefined;
  readonly gshadow: string | undefined;
}

export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const linesOf = (text: string | undefined): readonly string[] => (text ?? '').split('\n').filter((line) => line !== '');
const nameOf = (line: string): string => line.split(':', 1)[0] ?? '';

/** Lines of passwd(5). Broken ones are left out. */
export const parsePasswd = (text: string | undefined): readonly PasswdEntry[] =>
  linesOf(text).flatMap((line) => {
    const [name = '', , uid = '', gid = '', comment = '', home = '', shell = ''] = line.split(':');
    if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), comment, home, shell }];
  });

/** Lines of group(5). Broken ones are left out. */
export const parseGroup = (text: string | undefined): readonly GroupEntry[] =>
  linesOf(text).flatMap((line) => {
    const [name = '', , gid = '', members = ''] = line.split(':');
    const named = members.split(',').filter((one) => one !== '');
    return /^\d+$/.test(gid) ? [{ name, gid: Number(gid), members: named }] : [];
  });

export const passwdLine = ({ name, uid, gid, comment, home, shell }: PasswdEntry): string =>
  [name, 'x', uid, gid, comment, home, shell].join(':');

/** Replaces the line of that name, or appends it; every other byte stays. */
export function setLine(text: string | undefined, name: string, line: string): string {
  const lines = linesOf(text);
  const known = lines.some((other) => nameOf(other) === name);
  return [...(known ? lines.map((other) => (nameOf(other) === name ? line : other)) : [...lines, line]), ''].join('\n');
}

/** The second field of a line of shadow(5): hash, `!` or `*`; undefined if the name has no line. */
export const shadowField = (text: string | undefined, name: string): string | undefined =>
  linesOf(text).find((line) => nameOf(line) === name)?.split(':')[1];

/** A line of shadow(5) with that field; `day` counts from 1970 and does not depend on the time of the build. */
export function setShadow(text: string | undefined, name: string, field: string, day: number): string {
  const old = linesOf(text).find((line) => nameOf(line) === name);
  const rest = old?.split(':').slice(3) ?? ['0', '99999', '7', '', '', ''];
  return setLine(text, name, [name, field, day, ...rest].join(':'));
}

/** Adds a group if there is none of that name. */
export function addGroup(files: AccountFiles, name: string, gid: number): AccountFiles {
  if (linesOf(files.group).some((line) => nameOf(line) === name)) return files;
  return {
    ...files,
    group: setLine(files.group, name, `${name}:x:${gid}:`),
    // The tools of shadow-utils write it only if it exists.
    gshadow: files.gshadow === undefined ? undefined : setLine(files.gshadow, name, `${name}:!::`),
  };
}

/** Adds a user to an existing group, in group(5) and gshadow(5). */
export const addMember = (files: AccountFiles, group: string, user: string): AccountFiles => ({
  ...files,
  group: withMember(files.group, group, user),
  gshadow: files.gshadow === undefined ? undefined : withMember(files.gshadow, group, user),
});

function withMember(text: string | undefined, group: string, user: string): string {
  const line = linesOf(text).find((other) => nameOf(other) === group);
  if (line === undefined) return text ?? '';
  const fields = line.split(':');
  const members = (fields[3] ?? '').split(',').filter((one) => one !== '');
  if (members.includes(user)) return text ?? '';
  return setLine(text, group, [...fields.slice(0, 3), [...members, user].join(',')].join(':'));
}

/** The default range of useradd(8): UID_MIN and UID_MAX of login.defs(5). */
const FIRST_ID = 1000;
const LAST_ID = 60_000;

/** The lowest free number for a person; undefined when all are taken. */
export function freeId(taken: ReadonlySet<number>): number | undefined {
  for (let id = FIRST_ID; id <= LAST_ID; id += 1) if (!taken.has(id)) return id;
  return undefined;
}
