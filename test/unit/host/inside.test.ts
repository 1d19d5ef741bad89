import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRoot } from '../../../src/host/inside/root-files.ts';
import type { RootFiles } from '../../../src/host/port.ts';

let folder: string;
let root: string;
let files: RootFiles;
const outside = (): string => join(folder, 'outside');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hew-inside-'));
  root = join(folder, 'root');
  for (const name of ['etc', 'usr/lib', 'var', 'deep']) mkdirSync(join(root, name), { recursive: true });
  mkdirSync(outside());
  writeFileSync(join(outside(), 'secret'), 'of the machine');
  writeFileSync(join(root, 'etc/real'), 'x');
  const links = {
    absolute: '/etc/real', out: '../../../../../../etc', lib: 'usr/lib', 'var/run': '../run', a: 'b', b: 'a', self: 'self',
    'deep/one': '/deep/two', 'deep/two': '/usr/lib/deep', machine: outside(), 'etc/secret': join(outside(), 'secret'), dangling: '/not/there',
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  execFileSync('mkfifo', [join(root, 'etc/pipe')]);
  files = openRoot(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What this process has open below the test's folder. Vitest opens and closes files of its own meanwhile. */
const openDescriptors = (): readonly string[] => readdirSync('/proc/self/fd').flatMap((descriptor) => {
  const target = targetOf(`/proc/self/fd/${descriptor}`);
  return target.startsWith(folder) ? [target] : [];
});

/** The one that lists the folder is closed by now. */
const targetOf = (link: string): string => {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
};

describe('walking', () => {
  it.each([
    ['/etc/real', 'etc/real'],
    ['/absolute', 'etc/real'],
    ['/out/shadow', 'etc/shadow'],
    ['/lib/modules', 'usr/lib/modules'],
    ['/var/run/lock', 'run/lock'],
    ['/deep/one/x', 'usr/lib/deep/x'],
    ['../../../etc/passwd', 'etc/passwd'],
    ['/etc/../../../x', 'x'],
    ['/./etc//real', 'etc/real'],
    ['/not/there/yet', 'not/there/yet'],
    ['/lib/..', 'usr'],
    ['/', ''],
  ])('%s lies at %s', async (path, place) => expect(await files.locate(path)).toBe(join(root, place)));

  it.each(['/a', '/self/x', '/b/c'])('refuses %s, which goes round in circles', async (path) => {
    await expect(files.readText(path)).rejects.toMatchObject({ code: 'link-loop' });
  });

  it('ends where links grow into ever longer paths', async () => {
    symlinkSync('x/../'.repeat(200) + 'grow', join(root, 'grow'));
    mkdirSync(join(root, 'x'));
    await expect(files.readText('/grow')).rejects.toMatchObject({ code: 'link-loop' });
  });

  it('leaves a link at the end alone where it is not to be followed', async () => {
    expect(await files.locate('/absolute', { follow: false })).toBe(join(root, 'absolute'));
    expect((await files.status('/a'))?.kind).toBe('symlink');
    expect((await files.status('/absolute', { follow: true }))?.kind).toBe('file');
    expect(await files.linkTarget('/absolute')).toBe('/etc/real');
    expect(await files.linkTarget('/etc/real')).toBeUndefined();
  });

  it('leaves no descriptor open, whether it succeeds or fails', async () => {
    const before = openDescriptors();
    for (const path of ['/deep/one/x', '/a', '/etc/pipe', '/etc/real', '/etc/real/below', '/lib']) {
      await files.readText(path).catch(() => undefined);
      await files.status(path);
      await files.write(path, 'y').catch(() => undefined);
      await files.list(path).catch(() => undefined);
    }
    for await (const _ of files.pieces('/etc/real')) break;
    files.openBytes('/etc/real').close();
    await files.tree().visit(() => undefined);
    expect(openDescriptors()).toEqual(before);
  });
});

describe('reading', () => {
  it('never leaves the root through a link', async () => {
    expect(await files.readText('/etc/secret')).toBeUndefined();
    expect(await files.readText('/machine/secret')).toBeUndefined();
    expect(await files.list('/machine')).toEqual([]);
    await expect(files.copyOut('/machine/secret', join(folder, 'copy'))).rejects.toMatchObject({ code: 'not-in-image' });
  });

  it('touches no pipe, device or folder', async () => {
    for (const path of ['/etc/pipe', '/usr']) {
      await expect(files.readText(path)).rejects.toMatchObject({ code: 'not-a-file', message: `${path} of the image is not a plain file` });
      await expect(files.copyOut(path, join(folder, 'copy'))).rejects.toMatchObject({ code: 'not-a-file' });
      expect(() => files.openBytes(path)).toThrow('not a plain file');
    }
  });

  it('takes no file that is too large for one that is absent, even where only facts are asked for', async () => {
    writeFileSync(join(root, 'etc/large'), 'x'.repeat(11));
    await expect(files.readIfPlain('/etc/large', 10)).rejects.toThrow(expect.objectContaining({ code: 'file-too-large' }));
    expect((await files.readIfPlain('/etc/large', 11))?.length).toBe(11);
    for (const path of ['/etc/none', '/etc/pipe', '/etc', '/a']) expect(await files.readIfPlain(path, 10)).toBeUndefined();
  });

  it('refuses a file that is larger than asked for', async () => {
    await expect(files.read('/etc/real', { limit: 0 })).rejects.toMatchObject({ code: 'file-too-large' });
    expect(await files.read('/etc/real', { limit: 1 })).toEqual(Buffer.from('x'));
  });

  it('refuses a link at the end where a link would be a lie', async () => {
    await expect(files.readText('/absolute', { follow: false })).rejects.toMatchObject({ code: 'not-a-file' });
  });

  it('gives a second name of the file itself, never of a link', async () => {
    await files.linkOut('/absolute', join(folder, 'second'));
    expect(lstatSync(join(folder, 'second')).ino).toBe(lstatSync(join(root, 'etc/real')).ino);
  });
});

describe('writing', () => {
  it('replaces a link instead of writing through it', async () => {
    await files.write('/etc/secret', 'new', { mode: 0o600 });
    expect(readFileSync(join(root, 'etc/secret'), 'utf8')).toBe('new');
    expect(lstatSync(join(root, 'etc/secret')).mode & 0o7777).toBe(0o600);
    expect(readFileSync(join(outside(), 'secret'), 'utf8')).toBe('of the machine');
  });

  it('stays inside where a folder on the way is a link out', async () => {
    await files.write('/machine/planted', 'new');
    await files.makeFolder('/machine/folder');
    await files.symlink('/machine/link', 'x');
    await files.copyIn(join(outside(), 'secret'), '/machine/copied', { mode: 0o644 });
    await files.copy('/etc/real', '/machine/real', { mode: 0o755 });
    expect(readdirSync(outside())).toEqual(['secret']);
    expect(readdirSync(join(root, outside())).toSorted()).toEqual(['copied', 'folder', 'link', 'planted', 'real']);
  });

  it('removes and renames entries, not what links lead to', async () => {
    await files.remove('/machine');
    await files.rename('/etc/secret', '/moved/secret');
    expect(existsSync(join(outside(), 'secret'))).toBe(true);
    expect(readlinkSync(join(root, 'moved/secret'))).toBe(join(outside(), 'secret'));
    symlinkSync(outside(), join(root, 'deep/out'));
    await files.remove('/deep');
    expect(existsSync(join(root, 'deep'))).toBe(false);
    expect(readdirSync(outside())).toEqual(['secret']);
  });

  it('removes names that are no UTF-8, and all that is in the root', async () => {
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'usr/')), Buffer.from([0xff, 0xfe])]), 'x');
    await files.remove('/');
    expect(readdirSync(root)).toEqual([]);
  });

  it('changes mode, owner and time of the entry itself', async () => {
    await files.setMode('/etc/secret', 0o777);
    await files.setTime('/etc/secret', 5);
    expect(lstatSync(join(outside(), 'secret')).mode & 0o777).toBe(0o644);
    expect(lstatSync(join(outside(), 'secret')).mtimeMs).not.toBe(5000);
    expect(lstatSync(join(root, 'etc/secret')).mtimeMs).toBe(5000);
    await files.setMode('/etc/real', 0o4755);
    expect(lstatSync(join(root, 'etc/real')).mode & 0o7777).toBe(0o4755);
  });

  it('says where a folder stands in the way, or is needed', async () => {
    await expect(files.write('/usr', 'x')).rejects.toMatchObject({ code: 'is-a-folder' });
    await expect(files.write('/etc/real/below', 'x')).rejects.toMatchObject({ code: 'not-a-folder' });
    await expect(files.makeFolder('/etc/real')).rejects.toMatchObject({ code: 'not-a-folder' });
    await expect(files.setMode('/nowhere', 0o600)).rejects.toMatchObject({ code: 'not-in-image' });
  });
});
