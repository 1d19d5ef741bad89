import { parseOsRelease } from '../../boot/os-release.ts';
import type { Host } from '../../host/port.ts';
import { readForeignDatabase } from '../../rootfs/read-database.ts';
import type { RootFacts } from '../facts.ts';
import { readKernels, type InitrdSource } from './kernels.ts';
import { readRootFiles } from './root-files.ts';
import { findArchitecture } from '../../isa/rows.ts';

/** Gathers the facts about a root. `initrds` are those of boot entries, by kernel version. */
export async function gatherRoot(host: Host, root: string, initrds: readonly InitrdSource[]): Promise<RootFacts> {
  const listed = readRootFiles(host, root);
  // Programs that only read run in parallel.
  const [{ files }, kernels, { packages }, size, architecture] = await Promise.all([
    listed,
    listed.then((found) => readKernels(host, root, found.files, found.modules, initrds)),
    readForeignDatabase(host, root),
    installedSize(host, root),
    architectureOf(host, root),
  ]);
  const text = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
  return {
    architecture,
    files,
    osRelease: parseOsRelease(text('/etc/os-release') || text('/usr/lib/os-release')),
    kernels,
    packages,
    installedSize: size,
    level: /^MICROARCHITECTURE_LEVEL=(\S+)$/m.exec(text('/etc/hew-release'))?.[1],
  };
}

/** Programs that show the architecture of a root; the first existing one counts. */
const WITNESSES = ['/usr/lib/systemd/systemd', '/usr/bin/bash', '/usr/bin/ls', '/usr/lib64/libc.so.6', '/usr/bin/busybox'];

async function architectureOf(host: Host, root: string): Promise<RootFacts['architecture']> {
  const files = host.inside(root);
  for (const witness of WITNESSES) {
    if ((await files.status(witness, { follow: true }))?.kind !== 'file') continue;
    const source = files.openBytes(witness);
    try {
      const machine = Buffer.from(source.read(18, 2));
      const known = machine.length === 2 ? findArchitecture(({ elfMachine }) => elfMachine === machine.readUInt16LE(0)) : undefined;
      if (known !== undefined) return known;
    } finally {
      source.close();
    }
  }
  return undefined;
}

/** Bytes of all files; find(1) prints the inode, so that a hard link counts once. */
async function installedSize(host: Host, root: string): Promise<number> {
  const { stdout } = await host.run({ tool: 'find', args: [root, '-type', 'f', '-printf', '%D %i %s\\n'], view: { read: [root] } });
  const sizes = new Map(stdout.trim().split('\n').map((line) => {
    const [device, inode, size] = line.split(' ');
    return [`${device} ${inode}`, Number(size ?? 0)];
  }));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

