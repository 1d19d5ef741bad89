import { describe, expect, it } from 'vitest';

import { elfClosure, libraryFolders } from '../../../src/boot/initrd/elf-closure.ts';
import { readDynamic } from '../../../src/readers/elf-dynamic.ts';
import { indexRoot } from '../../../src/boot/root-index.ts';
import type { HewError } from '../../../src/errors.ts';
import { CountedBytes } from './elf-writer.ts';
import { memoryTree, type Node } from '../isa/memory-tree.ts';
import { dynamicElf } from './dynamic-elf.ts';

const read = (bytes: Uint8Array) => readDynamic(new CountedBytes(bytes));

describe('readDynamic', () => {
  it('reads what the loader and dlopen will look for', () => {
    const note = { feature: 'blkid', priority: 'suggested', soname: ['libblkid.so.1', 'libblkid.so.0'] };
    expect(read(dynamicElf({
      needed: ['libc.so.6', 'libm.so.6'], runpath: '/usr/lib/systemd:$ORIGIN/../x', interpreter: '/lib64/ld-linux-x86-64.so.2', dlopen: [note],
    }))).toEqual({
      needed: ['libc.so.6', 'libm.so.6'],
      searchPath: ['/usr/lib/systemd', '$ORIGIN/../x'],
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      dlopen: [{ feature: 'blkid', priority: 'suggested', sonames: ['libblkid.so.1', 'libblkid.so.0'] }],
    });
  });

  it('lets RUNPATH replace RPATH', () => {
    expect(read(dynamicElf({ rpath: '/old', runpath: '/new' }))?.searchPath).toEqual(['/new']);
    expect(read(dynamicElf({ rpath: '/old' }))?.searchPath).toEqual(['/old']);
  });

  it('takes a note without priority as recommended, as the specification says', () => {
    expect(read(dynamicElf({ dlopen: [{ soname: ['libx.so.1'] }] }))?.dlopen).toEqual([{ feature: '', priority: 'recommended', sonames: ['libx.so.1'] }]);
  });

  it('is silent about what is no dynamic ELF file, at any length', () => {
    const whole = dynamicElf({ needed: ['libc.so.6'] });
    expect(read(new TextEncoder().encode('#!/bin/sh\n'.repeat(20)))).toBeUndefined();
    for (let size = 0; size < whole.length; size += 7) expect(read(whole.subarray(0, size))).toBeUndefined();
    expect(read(dynamicElf({ needed: ['libc.so.6'], stringSize: 2 ** 30 }))).toBeUndefined();
  });

  it('never throws on any single byte changed', () => {
    const whole = dynamicElf({ needed: ['libc.so.6'], runpath: '/x', interpreter: '/ld', dlopen: [{ soname: ['a'] }] });
    for (let at = 0; at < whole.length; at += 1) {
      const broken = Uint8Array.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      expect(() => read(broken)).not.toThrow();
    }
  });
});

const closureOf = async (files: Readonly<Record<string, Node>>, programs: readonly string[], features: readonly string[] = []) => {
  const index = await indexRoot(memoryTree(files));
  return elfClosure(programs, {
    index,
    folders: libraryFolders(['# own\n/opt/lib\ninclude /etc/ld.so.conf.d/*.conf\n']),
    features: new Set(features),
    dynamicOf: (path) => {
      const node = files[path];
      return node instanceof Uint8Array ? read(node) : undefined;
    },
  });
};

const folders = (...names: readonly string[]): Record<string, Node> =>
  Object.fromEntries(names.map((name) => [name, { kind: 'directory' as const }]));

describe('elfClosure', () => {
  const root = {
    ...folders('/usr', '/usr/bin', '/usr/lib64', '/usr/lib64/systemd', '/opt', '/opt/lib'),
    '/lib64': { link: 'usr/lib64' },
    '/usr/bin/init': dynamicElf({ needed: ['libcore.so'], runpath: '$ORIGIN/../lib64/systemd', interpreter: '/lib64/ld.so' }),
    '/usr/lib64/ld.so': dynamicElf(),
    '/usr/lib64/systemd/libcore.so': dynamicElf({ needed: ['libown.so.1', 'libopt.so'], dlopen: [
      { feature: 'mount', priority: 'suggested', soname: ['libmount.so.1'] },
      { feature: 'crypt', priority: 'recommended', soname: ['libcrypt.so.2', 'libcrypt.so.1'] },
      { feature: 'gone', priority: 'required', soname: ['libgone.so.1'] },
    ] }),
    '/usr/lib64/libown.so.1': { link: 'libown.so.1.2' },
    '/usr/lib64/libown.so.1.2': dynamicElf(),
    '/usr/lib64/libmount.so.1': dynamicElf(),
    '/usr/lib64/libcrypt.so.1': dynamicElf(),
    '/opt/lib/libopt.so': dynamicElf({ needed: ['libown.so.1'] }),
  };

  it('follows DT_NEEDED, RUNPATH, ld.so.conf, the loader and the dlopen notes of chosen features', async () => {
    expect(await closureOf(root, ['/usr/bin/init'], ['mount'])).toEqual([
      '/lib64/ld.so', '/opt/lib/libopt.so', '/usr/lib64/libcrypt.so.1', '/usr/lib64/libmount.so.1', '/usr/lib64/libown.so.1',
      '/usr/lib64/systemd/libcore.so',
    ]);
  });

  it('leaves out what is only suggested', async () => {
    expect(await closureOf(root, ['/usr/bin/init'])).not.toContain('/usr/lib64/libmount.so.1');
  });

  it('names the library and the file that needs it when it is not in the root', async () => {
    const error = await closureOf({ ...root, '/usr/lib64/libown.so.1': { link: '/../../../etc/passwd' } }, ['/usr/bin/init']).catch((thrown: unknown) => thrown);
    expect((error as HewError).code).toBe('library-missing');
    expect((error as HewError).message).toContain('libown.so.1');
  });
});
