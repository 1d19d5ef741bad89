import { execFileSync } from 'node:child_process';
import {
  chmodSync, chownSync, closeSync, ftruncateSync, linkSync, lutimesSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';

/** Bytes of the file that is mostly a hole. */
export const HOLE = 64 * 2 ** 20;
export const LONG_TARGET = `/usr/share/${'a-long-name/'.repeat(20)}end`;

interface RootOptions {
  readonly ballast?: number;
  readonly backwards?: boolean;
}

/** A small root with one of everything that an image of a disk must keep. Needs the ids of an image. */
export function fillRoot(root: string, { ballast = 0, backwards = false }: RootOptions): void {
  const steps = [
    () => writeFileSync(join(root, 'etc/motd'), 'welcome\n'),
    () => writeFileSync(join(root, 'usr/lib/loader'), Buffer.alloc(300_000, 'loader')),
    () => writeFileSync(join(root, 'boot/vmlinuz'), Buffer.alloc(200_000, 'kernel')),
    () => writeFileSync(join(root, 'boot/efi/EFI/sample/shim.efi'), 'shim'),
    () => writeFileSync(join(root, 'home/user/.profile'), 'true\n'),
    () => writeFileSync(join(root, 'usr/bin/program'), '#!/bin/sh\n'),
    () => symlinkSync('usr/bin', join(root, 'bin')),
    () => symlinkSync(LONG_TARGET, join(root, 'etc/long-link')),
    () => makeHole(join(root, 'var/hole')),
    () => Array.from({ length: 300 }, (_, index) => writeFileSync(join(root, `usr/share/many/file-${index}`), `${index}`)),
    () => writeFileSync(join(root, 'var/empty'), ''),
    () => execFileSync('mkfifo', [join(root, 'var/fifo')]),
  ];
  for (const folder of ['etc', 'usr/lib', 'usr/bin', 'usr/share/many', 'boot/efi/EFI/sample', 'home/user', 'var', 'proc', 'srv/ü']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const step of backwards ? steps.toReversed() : steps) step();
  linkSync(join(root, 'usr/bin/program'), join(root, 'usr/bin/same-program'));
  if (ballast > 0) writeFileSync(join(root, 'usr/ballast'), randomFillSync(Buffer.alloc(ballast)));
  chownSync(join(root, 'home/user'), 1000, 1001);
  chownSync(join(root, 'home/user/.profile'), 1000, 1001);
  chmodSync(join(root, 'usr/bin/program'), 0o4711);
  chmodSync(join(root, 'srv'), 0o2775);
  chmodSync(join(root, 'boot'), 0o700);
  chmodSync(root, 0o555);
  // cap_net_raw=ep as capabilities(7) stores it, version 2.
  setAttribute(join(root, 'usr/bin/program'), 'security.capability', '0100000200200000000000000000000000000000');
  setAttribute(join(root, 'boot'), 'user.note', Buffer.from('kept').toString('hex'));
  lutimesSync(join(root, 'etc/motd'), 1_600_000_000, 1_600_000_000);
  lutimesSync(join(root, 'bin'), 4_000_000_000, 4_000_000_000);
}

/** Node has no call for extended attributes. */
const setAttribute = (path: string, name: string, hex: string): void => {
  execFileSync('python3', ['-c', 'import os, sys; os.setxattr(sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]))', path, name, hex]);
};

function makeHole(path: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, HOLE);
  writeSync(file, 'in the middle', HOLE / 2);
  closeSync(file);
}
