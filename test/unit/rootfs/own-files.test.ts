import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { HewError } from '../../../src/errors.ts';
import type { Plan, PlannedFile } from '../../../src/plan/types.ts';
import { cleanRoot } from '../../../src/rootfs/clean.ts';
import { noteOwnFiles } from '../../../src/rootfs/own-files.ts';
import { placeFiles } from '../../../src/rootfs/system/files.ts';
import { testRoot } from './system/support.ts';

const file = (path: string, fields: Partial<PlannedFile> = {}): PlannedFile =>
  ({ path, content: 'mine', mode: 0o644, owner: 'root', group: 'root', ...fields });

const clean = ({ host, plan, root }: { readonly host: Parameters<typeof cleanRoot>[0]; readonly plan: Plan; readonly root: string }): Promise<void> =>
  cleanRoot(host, { ...plan, distribution: { dbpath: '/usr/lib/sysimage/rpm' } } as Plan, root);

describe('cleaning a root', () => {
  const OWN = [
    '/etc/resolv.conf', '/root/.bash_history', '/var/lib/systemd/random-seed', '/var/lib/systemd/catalog/database', '/var/tmp/deep/x', '/var/cache/dnf/x', '/var/cache/libdnf5/x', '/var/cache/ldconfig/x',
    '/var/log/own.log', '/etc/.pwd.lock', '/etc/passwd-', '/usr/lib/sysimage/rpm/.rpm.lock',
  ];

  it.each(OWN)('keeps %s where the definition puts it, and removes it where a package left it', async (path) => {
    const { system, root } = testRoot({ [path.slice(1)]: 'left', 'etc/passwd': '', 'etc/group': '' });
    const own = system({}, { files: [file(path)] });
    await placeFiles(own);
    await clean(own);
    expect(readFileSync(join(root, path), 'utf8')).toBe('mine');
    await clean(system());
    expect(existsSync(join(root, path))).toBe(false);
  });

  it('removes what stands beside them', async () => {
    const { system, root } = testRoot({ 'var/tmp/deep/y': '', 'var/tmp/other/z': '', 'var/cache/dnf/y': '' });
    const own = system({}, { files: [file('/var/tmp/deep/x'), file('/var/cache/dnf/x')] });
    await placeFiles(own);
    await clean(own);
    expect(readdirSync(join(root, 'var/tmp'), { recursive: true })).toEqual(['deep', 'deep/x']);
    expect(readdirSync(join(root, 'var/cache/dnf'))).toEqual(['x']);
  });

  it('knows them by where they are, whatever links lead there', async () => {
    const { system, root } = testRoot({});
    mkdirSync(join(root, 'var/tmp'), { recursive: true });
    symlinkSync('../var/tmp', join(root, 'usr/tmp'));
    const own = system({}, { files: [file('/usr//tmp/x')] });
    await placeFiles(own);
    await clean(own);
    expect(readFileSync(join(root, 'var/tmp/x'), 'utf8')).toBe('mine');
  });

  it('keeps no file where the running system mounts its own', async () => {
    const { system, root } = testRoot({});
    symlinkSync('../run', join(root, 'usr/volatile'));
    const own = system({}, { files: [file('/usr/volatile/x')] });
    await placeFiles(own);
    const check = await noteOwnFiles(own.host, own.plan, root);
    await clean(own);
    await expect(check()).rejects.toMatchObject({ code: 'file-not-kept' });
  });
});

describe('the check of the definition’s files', () => {
  const problemsAfter = async (change: (root: string) => void): Promise<readonly (string | undefined)[]> => {
    const { system, root } = testRoot({});
    const own = system({}, { files: [file('/srv/a'), file('/srv/b'), { ...file('/srv/link'), link: 'a' }] });
    await placeFiles(own);
    const check = await noteOwnFiles(own.host, own.plan, root);
    change(root);
    return check().then(() => [], (error: HewError) => error.problems.map(({ subject }) => `${subject?.kind} ${subject?.name}`));
  };

  it('holds where nothing changed, or another file did', async () => {
    expect(await problemsAfter(() => undefined)).toEqual([]);
    expect(await problemsAfter((root) => writeFileSync(join(root, 'srv/c'), ''))).toEqual([]);
  });

  it('names each file that was changed', async () => {
    expect(await problemsAfter((root) => ['a', 'b'].forEach((name) => writeFileSync(join(root, 'srv', name), 'other')))).toEqual(['file /srv/a', 'file /srv/b']);
  });

  it('leaves out what was gone before', async () => {
    const { system, root } = testRoot({});
    const own = system({}, { files: [file('/srv/a')] });
    const check = await noteOwnFiles(own.host, own.plan, root);
    await expect(check()).resolves.toBeUndefined();
  });
});
