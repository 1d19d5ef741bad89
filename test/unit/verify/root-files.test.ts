import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { openRoot } from '../../../src/host/inside/root-files.ts';
import type { Host } from '../../../src/host/port.ts';
import type { FileFact } from '../../../src/verify/facts.ts';
import { readRootFiles } from '../../../src/verify/gather/root-files.ts';
import { textAt } from '../../../src/verify/read/files.ts';
import { sshdOf } from '../../../src/verify/read/sshd.ts';
import { testFolder, writeFiles } from '../../support/places.ts';

const folder = testFolder();
const host = { inside: openRoot } as unknown as Host;
let roots = 0;

/** Facts by path of a root with these files, and links by their targets. */
async function gather(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): Promise<ReadonlyMap<string, FileFact>> {
  const root = join(folder, String((roots += 1)));
  mkdirSync(root);
  writeFiles(root, files);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  const found = await readRootFiles(host, root);
  return new Map(found.files.map((file) => [file.path, file]));
}

describe('readRootFiles', () => {
  it('tells of a link what it leads to, and nothing of what leads nowhere', async () => {
    const files = await gather({ 'opt/key': 'secret', 'opt/resolv': 'nameserver 10.0.0.1\n' }, {
      'etc/ssh/ssh_host_rsa_key': '/opt/key', 'root/.bash_history': '/dev/null', 'etc/resolv.conf': '../opt/resolv', 'etc/machine-id': 'machine-id',
    });
    expect(files.get('/etc/ssh/ssh_host_rsa_key')?.leadsTo).toEqual({ kind: 'file', size: 6 });
    expect(files.get('/etc/resolv.conf')?.text).toBe('nameserver 10.0.0.1\n');
    expect(files.get('/root/.bash_history')?.leadsTo).toBeUndefined();
    expect(files.get('/etc/machine-id')).toMatchObject({ kind: 'symlink', target: 'machine-id' });
  });

  it('finds what lies behind links in place of folders, whatever circles they make', async () => {
    const files = await gather({ 'opt/cloud/instance/user-data.txt': 'x', 'opt/ssh/sshd_config': 'Port 22\n' }, {
      'var/lib/cloud': '/opt/cloud', 'etc/ssh': '../opt/ssh', 'var/lib/waagent': '/', 'opt/cloud/again': '..', 'etc/round': 'round', 'usr/x': '..',
    });
    expect([...files.keys()]).toEqual(expect.arrayContaining(['/var/lib/cloud/instance/user-data.txt', '/etc/ssh/sshd_config']));
    expect(files.get('/etc/ssh/sshd_config')?.text).toBe('Port 22\n');
  });

  it('tells that a text is there which it does not read', async () => {
    const root = join(folder, 'unread');
    writeFiles(root, { 'etc/shadow': 'root:!::' });
    truncateSync(join(root, 'etc/shadow'), 5 * 2 ** 20);
    execFileSync('mkfifo', [join(root, 'etc/passwd')]);
    const found = await readRootFiles(host, root);
    for (const path of ['/etc/shadow', '/etc/passwd']) expect(() => textAt(found, path), path).toThrow(/cannot be read/);
    expect(textAt(found, '/etc/fstab')).toBeUndefined();
  });

  it('follows what sshd includes and names, and what conditions of units look for', async () => {
    const files = await gather({
      'etc/ssh/sshd_config': 'Include /usr/share/a/*.conf more\nHostKey /opt/key\n', 'etc/ssh/more': 'Include "/opt/b.conf"\n', 'usr/share/a/z.conf': 'Port 2\n',
      'usr/share/a/z.txt': 'Port 3\n', 'opt/b.conf': 'Port 4\n', 'opt/key': 'secret', 'usr/lib/systemd/system/sshd.service': '[Unit]\nConditionPathExists=!/srv/off\n', 'srv/off': '',
    });
    expect([...files.keys()]).toEqual(expect.arrayContaining(['/opt/key', '/srv/off', '/opt/b.conf']));
    expect(sshdOf({ files: [...files.values()] }).filter(({ keyword }) => keyword === 'port').map(({ value }) => value)).toEqual(['2', '4']);
  });
});
