import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { systemSchema } from '../../../../src/definition/schema/system.ts';
import { parseGroup, parsePasswd, setLine, type AccountFiles } from '../../../../src/rootfs/system/account-files.ts';
import { makeAccounts } from '../../../../src/rootfs/system/accounts.ts';
import { editAccounts } from '../../../../src/rootfs/system/edit-accounts.ts';
import { isPasswordField } from '../../../../src/rootfs/system/passwords.ts';
import { saltFor, sha512Crypt } from '../../../../src/sha512-crypt.ts';
import { codesOf, testRoot } from './support.ts';

const FILES: AccountFiles = {
  passwd: 'root:x:0:0:root:/root:/bin/bash\nsvc:x:1000:1000::/var/lib/svc:/sbin/nologin\n',
  group: 'root:x:0:\nwheel:x:10:old\nsvc:x:1000:\nother:x:1001:\n',
  shadow: 'root:*::0:99999:7:::\nsvc:!!:19000::::::\n',
  gshadow: 'root:::\nwheel:::old\n',
};

const edit = (settings: object, files = FILES) => {
  const { users, groups } = systemSchema.parse(settings);
  return editAccounts(files, { users, groups, passwords: new Map(), defaultShell: '/bin/sh', day: 20_000 });
};

describe('account files', () => {
  it('give out the lowest numbers that neither a user nor a group has, after those asked for', () => {
    const { files, problems } = edit({ users: [{ name: 'a' }, { name: 'b', uid: 1002 }, { name: 'c' }] });
    expect(problems).toEqual([]);
    expect(parsePasswd(files.passwd).slice(2).map(({ name, uid, gid }) => [name, uid, gid]))
      .toEqual([['a', 1003, 1003], ['b', 1002, 1002], ['c', 1004, 1004]]);
    expect(parseGroup(files.group).slice(4).map(({ name, gid }) => [name, gid])).toEqual([['a', 1003], ['b', 1002], ['c', 1004]]);
  });

  it('keep what packages wrote, byte for byte', () => {
    const { files } = edit({ users: [{ name: 'a' }] });
    for (const name of ['passwd', 'group', 'shadow', 'gshadow'] as const) expect(files[name]?.startsWith(FILES[name] ?? '?')).toBe(true);
    expect(files.shadow?.split('\n').at(-2)).toBe('a:!:20000:0:99999:7:::');
  });

  it('put users into groups of group and gshadow, once', () => {
    const twice = edit({ users: [{ name: 'a', groups: ['wheel', 'wheel'] }] });
    expect(twice.files.group).toContain('wheel:x:10:old,a\n');
    expect(twice.files.gshadow).toContain('wheel:::old,a\n');
    expect(edit({ users: [{ name: 'a', groups: ['none'] }] }).problems.map(({ code }) => code)).toEqual(['unknown-account']);
  });

  it('change an account that a package made, and keep its number', () => {
    const { files, users } = edit({ users: [{ name: 'svc', shell: '/bin/bash', comment: 'Service' }] });
    expect(files.passwd).toContain('svc:x:1000:1000:Service:/var/lib/svc:/bin/bash\n');
    expect(users[0]?.uid).toBe(1000);
    expect(files.shadow).toContain('svc:!!:20000:');
  });

  it.each([
    [{ users: [{ name: 'svc', uid: 1500 }] }, 'account-conflict'],
    [{ users: [{ name: 'new', uid: 1000 }] }, 'account-conflict'],
    [{ groups: [{ name: 'new', gid: 10 }] }, 'account-conflict'],
    [{ groups: [{ name: 'wheel', gid: 11 }] }, 'account-conflict'],
    [{ users: [{ name: 'a', comment: 'a:0:0' }] }, 'account-field'],
    [{ users: [{ name: 'a', comment: 'x\nevil:x:0:0::/:/bin/sh' }] }, 'account-field'],
  ])('refuse %j', (settings, code) => {
    expect(edit(settings).problems.map((problem) => problem.code)).toContain(code);
  });

  it('take a primary group by name or number', () => {
    const { files } = edit({ users: [{ name: 'a', group: 'wheel' }, { name: 'b', gid: 1001 }, { name: 'c', group: 'team', gid: 3000 }] });
    expect(parsePasswd(files.passwd).slice(2).map(({ gid }) => gid)).toEqual([10, 1001, 3000]);
    expect(parseGroup(files.group).map(({ name }) => name)).toEqual(['root', 'wheel', 'svc', 'other', 'team']);
  });

  it('begin with root where there are none at all', () => {
    const { files } = edit({ users: [{ name: 'a' }] }, { passwd: undefined, group: undefined, shadow: undefined, gshadow: undefined });
    expect(files.passwd).toMatch(/^root:x:0:0:.*\na:x:1000:1000::\/home\/a:\/bin\/sh\n$/);
    expect(files.gshadow).toBeUndefined();
  });

  it('end in a line break even where a file did not', () => {
    expect(setLine('a:1', 'b', 'b:2')).toBe('a:1\nb:2\n');
  });
});

describe('passwords', () => {
  it.each([['$6$salt$abc', true], ['!$y$j9T$x$y', true], ['!', true], ['*', true], ['secret', false], ['', false], ['$6$x:0:0', false]])('%s as a field: %s', (text, is) => {
    expect(isPasswordField(text)).toBe(is);
  });

  it('in plain text are hashed with a salt of the plan, and no program is told them', async () => {
    const { system, ran, root } = testRoot({ 'etc/passwd': FILES.passwd ?? '' });
    await makeAccounts(system({ 'allow-plain-text-passwords': 'a test', users: [{ name: 'a', password: 'correct horse' }] }));
    expect(ran).toEqual([]);
    const hash = sha512Crypt('correct horse', saltFor(`sha256:${'0'.repeat(64)}`, 'a'));
    expect(readFileSync(join(root, 'etc/shadow'), 'utf8')).toContain(`a:${hash}:20000:`);
  });

  it('in plain text without a reason are refused', async () => {
    expect(await codesOf(makeAccounts(testRoot({}).system({ 'root-password': 'secret' })))).toEqual(['plain-text-password']);
  });

  it.each([
    ['root::0:0:root:/root:/bin/sh\n', 'root::::::::\n', 'root:!:'],
    ['root:x:0:0:root:/root:/bin/sh\n', 'root:$6$a$b:1::::::\n', 'root:!:'],
    ['root:x:0:0:root:/root:/bin/sh\n', 'root:*::0:99999:7:::\n', 'root:*::0:'],
  ])('of root are locked: %j %j', async (passwd, shadow, expected) => {
    const { system, root } = testRoot({ 'etc/passwd': passwd, 'etc/shadow': shadow });
    await makeAccounts(system());
    expect(readFileSync(join(root, 'etc/shadow'), 'utf8').startsWith(expected)).toBe(true);
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8').startsWith('root:x:')).toBe(true);
  });

  it('of a locked user keep the hash behind the mark', async () => {
    const { system, root } = testRoot({ 'etc/passwd': FILES.passwd ?? '' });
    await makeAccounts(system({ users: [{ name: 'a', password: '$6$saltsalt$hashhash', locked: true }] }));
    expect(readFileSync(join(root, 'etc/shadow'), 'utf8')).toContain('a:!$6$saltsalt$hashhash:');
  });
});

describe('home folders', () => {
  const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI someone';
  const image = { 'etc/passwd': FILES.passwd ?? '', 'etc/skel/.bashrc': 'hello\n', 'etc/skel/.config/a': 'b' };

  it('are made from the skeleton, owned by the user', async () => {
    const { system, root, owners } = testRoot(image);
    symlinkSync('/etc/hosts', join(root, 'etc/skel/link'));
    await makeAccounts(system({ users: [{ name: 'a', 'ssh-keys': [`${KEY}\n`] }] }));
    expect(lstatSync(join(root, 'home/a')).mode & 0o7777).toBe(0o700);
    expect(readFileSync(join(root, 'home/a/.bashrc'), 'utf8')).toBe('hello\n');
    expect(lstatSync(join(root, 'home/a/link')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(root, 'home/a/.ssh')).mode & 0o7777).toBe(0o700);
    expect(readFileSync(join(root, 'home/a/.ssh/authorized_keys'), 'utf8')).toBe(`${KEY}\n`);
    for (const path of ['', '/.bashrc', '/link', '/.config', '/.config/a', '/.ssh', '/.ssh/authorized_keys']) {
      expect([path, owners.get(`/home/a${path}`)]).toEqual([path, '1001:1001']);
    }
  });

  it('that are there stay as they are', async () => {
    const { system, root, owners } = testRoot({ ...image, 'srv/a/mine': 'x' });
    await makeAccounts(system({ users: [{ name: 'a', home: '/srv/a' }] }));
    expect(readdirSync(join(root, 'srv/a'))).toEqual(['mine']);
    expect(owners.has('/srv/a')).toBe(false);
  });

  it('never lie outside the image, whatever links are on the way', async () => {
    const { system, root, folder } = testRoot(image);
    mkdirSync(join(folder, 'outside'));
    symlinkSync(join(folder, 'outside'), join(root, 'home'));
    await makeAccounts(system({ users: [{ name: 'a', 'ssh-keys': [KEY] }] }));
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
    // The link is read as the image would read it: its target starts at the image's own root.
    expect(existsSync(join(root, folder, 'outside/a/.ssh/authorized_keys'))).toBe(true);
  });

  it.each(['/etc', '../../etc'])('get no keys where .ssh is a link to %s', async (target) => {
    const { system, root } = testRoot(image);
    mkdirSync(join(root, 'home/a'), { recursive: true });
    symlinkSync(target, join(root, 'home/a/.ssh'));
    expect(await codesOf(makeAccounts(system({ users: [{ name: 'a', 'ssh-keys': [KEY] }] })))).toEqual(['home-link']);
    expect(existsSync(join(root, 'etc/authorized_keys'))).toBe(false);
  });

  it('of an account file that is a link are found where it leads', async () => {
    const { system, root } = testRoot({ 'usr/share/accounts/passwd': FILES.passwd ?? '' });
    symlinkSync('/usr/share/accounts/passwd', join(root, 'etc/passwd'));
    await makeAccounts(system({ users: [{ name: 'a' }] }));
    expect(lstatSync(join(root, 'etc/passwd')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, 'usr/share/accounts/passwd'), 'utf8')).toContain('\na:x:1001:');
  });
});
