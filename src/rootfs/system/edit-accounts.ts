import type { Definition, DefinitionUser } from '../../definition/index.ts';
import type { Problem } from '../../errors.ts';
import {
  parseGroup, parsePasswd, passwdLine, setLine, setShadow, shadowField, type AccountFiles, type PasswdEntry,
} from './account-files.ts';
import { conflict, join, makeGroup, nextId, primaryGroup, type Editor } from './edit-groups.ts';

export type AccountRequest = Pick<Definition['system'], 'users' | 'groups'> & {
  /** Field of shadow(5) by user name, for users with a password. */
  readonly passwords: ReadonlyMap<string, string>;
  /** For users that name none. */
  readonly defaultShell: string;
  /** Days since 1970, stored as the last change of passwords. */
  readonly day: number;
};

export interface EditedAccounts {
  readonly files: AccountFiles;
  /** The requested users as they are now. */
  readonly users: readonly PasswdEntry[];
  readonly problems: readonly Omit<Problem, 'place'>[];
}

/**
 * Adds users and groups, and changes those that packages made, as useradd(8) and usermod(8) would, which an image may
 * not have. Requested numbers are reserved first; free ones are assigned in the order of the definition. What is not
 * possible is among the problems.
 */
export function editAccounts(files: AccountFiles, request: AccountRequest): EditedAccounts {
  const problems: Omit<Problem, 'place'>[] = [];
  const asked = [...request.groups.map(({ gid }) => gid), ...request.users.flatMap(({ uid, gid }) => [uid, gid])];
  const taken = new Set<number>([
    ...parsePasswd(files.passwd).flatMap(({ uid, gid }) => [uid, gid]),
    ...parseGroup(files.group).map(({ gid }) => gid),
    ...asked.flatMap((id) => (id === undefined ? [] : [id])),
  ]);
  const editor: Editor = { problems, taken };
  let edited = files;
  for (const { name, gid } of request.groups) edited = makeGroup(edited, editor, name, gid).files;
  const users: PasswdEntry[] = [];
  for (const user of request.users) {
    const made = makeUser(edited, editor, request, user);
    edited = made.files;
    users.push(made.entry);
  }
  for (const { name, groups } of request.users) {
    for (const group of groups) edited = join(edited, editor, group, name);
  }
  return { files: edited, users, problems };
}

function makeUser(
  files: AccountFiles,
  editor: Editor,
  request: AccountRequest,
  user: DefinitionUser,
): { files: AccountFiles; entry: PasswdEntry } {
  const accounts = parsePasswd(files.passwd);
  const old = accounts.find(({ name }) => name === user.name);
  const holder = accounts.find(({ name, uid }) => uid === user.uid && name !== user.name);
  if (old !== undefined && user.uid !== undefined && user.uid !== old.uid) {
    editor.problems.push(conflict('user', user.name, old.uid, user.uid));
  }
  if (holder !== undefined) {
    editor.problems.push({
      code: 'account-conflict',
      message: `the user \`${user.name}\` cannot have the number ${user.uid}, which is that of \`${holder.name}\` in the image`,
      hint: 'give another `uid`',
    });
  }
  const uid = old?.uid ?? user.uid ?? nextId(editor);
  const primary = primaryGroup(files, editor, user, uid, old);
  const entry: PasswdEntry = {
    name: user.name,
    uid,
    gid: primary.gid,
    comment: user.comment ?? old?.comment ?? '',
    home: user.home ?? old?.home ?? `/home/${user.name}`,
    shell: user.shell ?? old?.shell ?? request.defaultShell,
  };
  for (const [key, value] of [['comment', entry.comment], ['home', entry.home], ['shell', entry.shell]] as const) {
    if (/[:\n\r\0]/.test(value)) {
      editor.problems.push({
        code: 'account-field',
        message: `\`${key}\` of \`${user.name}\` has a colon or a line break`,
        hint: 'passwd(5) keeps fields apart by colons: remove them',
      });
    }
  }
  return {
    files: {
      ...primary.files,
      passwd: setLine(files.passwd ?? ROOT_LINE, user.name, passwdLine(entry)),
      shadow: setShadow(files.shadow, user.name, passwordField(files, request, user), request.day),
    },
    entry,
  };
}

/** An image without account files still has root. */
const ROOT_LINE = 'root:x:0:0:root:/root:/bin/sh\n';

/** `!` alone locks; before a hash it keeps the hash for `passwd --unlock`. */
function passwordField(files: AccountFiles, { passwords }: AccountRequest, { name, locked }: DefinitionUser): string {
  const field = passwords.get(name) ?? (shadowField(files.shadow, name) || '!');
  return locked && !field.startsWith('!') ? `!${field}` : field;
}
