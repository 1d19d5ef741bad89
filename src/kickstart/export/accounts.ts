import { command, type Exporting } from './writer.ts';

/** The lines for root, users and groups. */
export const exportAccounts = ({ definition: { system }, omit }: Exporting): readonly string[] => {
  const root = system['root-password'];
  return [
    root === undefined ? 'rootpw --lock' : command('rootpw', [root], { [passwordKind(root)]: true }),
    ...system['root-ssh-keys'].map((key) => command('sshkey', [key], { '--username': 'root' })),
    ...system.groups.map(({ name, gid }) => {
      if (gid === 0) omit(`system.groups."${name}".gid`, 'kickstart takes 0 for no number of a group');
      return command('group', [], { '--name': name, '--gid': gid === 0 ? undefined : gid });
    }),
    ...system.users.flatMap((user) => {
      if (user.group !== undefined)
        omit(`system.users."${user.name}".group`, 'kickstart names the primary group by number alone');
      return [
        command('user', [], {
          '--name': user.name,
          '--uid': user.uid,
          '--gid': user.gid,
          '--groups': user.groups,
          '--gecos': user.comment,
          '--homedir': user.home,
          '--shell': user.shell,
          '--password': user.password,
          [passwordKind(user.password ?? '$')]: user.password !== undefined,
          '--lock': user.locked,
        }),
        ...user['ssh-keys'].map((key) => command('sshkey', [key], { '--username': user.name })),
      ];
    }),
  ];
};

const passwordKind = (password: string): string => (password.startsWith('$') ? '--iscrypted' : '--plaintext');
