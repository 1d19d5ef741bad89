import type { DefinitionUser } from '../../definition/index.ts';
import type { Problem } from '../../errors.ts';
import { addGroup, addMember, freeId, parseGroup, type AccountFiles, type PasswdEntry } from './account-files.ts';

/** State of one edit of the account files. */
export interface Editor {
  readonly problems: Omit<Problem, 'place'>[];
  readonly taken: Set<number>;
}

/** The next free number, which is then taken. */
export function nextId({ taken, problems }: Editor): number {
  const id = freeId(taken);
  if (id !== undefined) {
    taken.add(id);
    return id;
  }
  const message = 'every number for users and groups is taken';
  problems.push({ code: 'no-free-id', message, hint: 'give numbers with `uid` and `gid`' });
  return 0;
}

/** The group of that name, added if the image has none. `preferred` is a number to use if none was requested. */
export function makeGroup(
  files: AccountFiles,
  editor: Editor,
  name: string,
  gid: number | undefined,
  preferred?: number,
): { files: AccountFiles; gid: number } {
  const groups = parseGroup(files.group);
  const known = groups.find((group) => group.name === name);
  if (known !== undefined) {
    if (gid !== undefined && gid !== known.gid) editor.problems.push(conflict('group', name, known.gid, gid));
    return { files, gid: known.gid };
  }
  const other = groups.find((group) => gid !== undefined && group.gid === gid);
  if (other !== undefined) {
    editor.problems.push({
      code: 'account-conflict',
      message: `the group \`${name}\` cannot have the number ${gid}, which is that of \`${other.name}\` in the image`,
      hint: 'give another `gid`, or name that group',
    });
  }
  const number = gid ?? preferred ?? nextId(editor);
  return { files: addGroup(files, name, number), gid: number };
}

/** As useradd(8): the user's own group unless another is named, by name or by a number of the image. */
export function primaryGroup(
  files: AccountFiles,
  editor: Editor,
  { name, group, gid }: DefinitionUser,
  uid: number,
  old: PasswdEntry | undefined,
): { files: AccountFiles; gid: number } {
  if (group === undefined && gid === undefined && old !== undefined) return { files, gid: old.gid };
  const groups = parseGroup(files.group);
  if (group === undefined && gid !== undefined && groups.some((other) => other.gid === gid)) return { files, gid };
  // The same number for both if it is free, as is usual.
  const isFree = groups.every((other) => other.gid !== uid);
  return makeGroup(files, editor, group ?? name, gid, isFree ? uid : undefined);
}

/** Adds a user to an existing group. */
export function join(files: AccountFiles, { problems }: Editor, group: string, user: string): AccountFiles {
  const names = parseGroup(files.group).map(({ name }) => name);
  if (names.includes(group)) return addMember(files, group, user);
  problems.push({
    code: 'unknown-account',
    message: `the image has no group \`${group}\`, which \`${user}\` is to be in`,
    hint: `it knows ${names.sort().join(', ')}; or add:\n[[system.groups]]\nname = "${group}"`,
  });
  return files;
}

/** The image and the definition give an account different numbers. */
export const conflict = (what: string, name: string, is: number, asked: number): Omit<Problem, 'place'> => ({
  code: 'account-conflict',
  message: `the ${what} \`${name}\` of the image has the number ${is}, not ${asked}`,
  hint: `leave the number out, or give ${is}: files of packages belong to that number`,
});
