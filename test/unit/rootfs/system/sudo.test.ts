import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { setSudo } from '../../../../src/rootfs/system/sudo.ts';
import { testRoot } from './support.ts';

const KEY = `ssh-ed25519 ${'A'.repeat(68)} me@example`;
const FILE = 'etc/sudoers.d/90-hew';
const member = { name: 'azl', groups: ['wheel'], 'ssh-keys': [KEY] };

describe('accounts of wheel', () => {
  it('become root without a password where they have none', async () => {
    const { system, root } = testRoot({ 'usr/bin/sudo': '' });
    await setSudo(system({ users: [
      member, { name: 'locked', group: 'wheel', 'ssh-keys': [KEY], password: '$6$saltsalt$hashhash', locked: true },
      { name: 'typed', groups: ['wheel'], 'ssh-keys': [KEY], password: '$6$saltsalt$hashhash' }, { name: 'other', groups: ['adm'], 'ssh-keys': [KEY] },
      { name: 'keyless', groups: ['wheel'] },
    ] }));
    expect(readFileSync(join(root, FILE), 'utf8').split('\n').slice(1)).toEqual(['azl ALL=(ALL) NOPASSWD: ALL', 'locked ALL=(ALL) NOPASSWD: ALL', '']);
    expect(statSync(join(root, FILE)).mode & 0o777).toBe(0o440);
  });

  it.each([
    ['there is no sudo', {}, [member]],
    ['all have passwords', { 'usr/bin/sudo': '' }, [{ ...member, password: '$6$saltsalt$hashhash' }]],
  ])('are left to the settings of the distribution where %s', async (_, files, users) => {
    const { system, root } = testRoot(files);
    await setSudo(system({ users }));
    expect(existsSync(join(root, FILE))).toBe(false);
  });
});
