import { execa } from 'execa';

import { findDebianMirror } from '../../../src/host/debian-mirror.ts';
import { enterNamespace } from '../../../src/host/namespace.ts';
import { hostPaths } from '../../../src/host/paths.ts';
import { makeTree, treePackages, treePath } from '../../../src/host/tools-tree.ts';
import { CHECKOUT, NODE, preparedCache } from '../../support/checkout.ts';
import type { WorkerAnswer, WorkerRequest } from './worker.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A second opinion on VHD and VHDX, which nobody needs to build images: a tree of its own. */
const VHDI_PACKAGES = treePackages(['libvhdi-utils']);

/** Makes that tree unless it is there. */
export async function makeVhdiTree(): Promise<void> {
  await execa(NODE, [import.meta.filename], { stdin: 'ignore' });
}

/** Runs a program of the tools tree that builds use, apart from the host. Returns what it prints; throws when it fails. */
export const runTool = (argv: readonly string[], folder: string): Promise<string> => runIn(treePath(preparedCache()), argv, folder);

/** Runs vhdiinfo of libvhdi. */
export const vhdiInfo = (file: string, folder: string): Promise<string> =>
  runIn(treePath(hostPaths().cache, VHDI_PACKAGES), ['vhdiinfo', file], folder);

async function runIn(root: string, argv: readonly string[], folder: string): Promise<string> {
  const { all } = await execa('bwrap', [
    '--unshare-pid', '--unshare-net', '--die-with-parent', '--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin', '--setenv', 'TZ', 'UTC',
    '--setenv', 'LC_ALL', 'C.UTF-8',
    '--ro-bind', `${root}/usr`, '/usr',
    ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    '--ro-bind', `${root}/etc`, '/etc', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', folder, folder,
    '--', ...argv,
  ], { stdin: 'ignore', all: true });
  return all;
}

/** Makes disks in a process of its own. Throws what it wrote to standard error when it crashed. */
export async function runWorker(request: WorkerRequest): Promise<WorkerAnswer> {
  const file = join(request.target, 'request.json');
  writeFileSync(file, JSON.stringify(request));
  const worker = join(CHECKOUT, 'test/integration/disk/worker.ts');
  const { stdout } = await execa(NODE, [worker, file], { stdin: 'ignore', maxBuffer: 64 * 2 ** 20 });
  return JSON.parse(stdout) as WorkerAnswer;
}

if (process.argv[1] === import.meta.filename) {
  await enterNamespace(process.argv.slice(1), hostPaths().work);
  const { signal } = new AbortController();
  await makeTree({ cache: hostPaths().cache, mirror: await findDebianMirror(undefined, signal), packages: VHDI_PACKAGES, signal });
}
