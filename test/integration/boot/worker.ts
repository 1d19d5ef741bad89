// Makes bootable disks and boots them, in a namespace of its own as the command line does: `node worker.ts REQUEST.json`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { BOOT, bootNodes, type BootNodesRequest } from '../../../src/boot/boot-nodes.ts';
import type { BootSettings } from '../../../src/definition/index.ts';
import { fstab, identifyDisk, type DiskRequest } from '../../../src/disk/index.ts';
import { HewError } from '../../../src/errors.ts';
import { runGuest, type GuestRequest, type GuestResult } from '../../../src/guest/run-guest.ts';
import { BOOT_PACKAGES, findBootTools } from '../../../src/host/boot-tools.ts';
import { findDebianMirror } from '../../../src/host/debian-mirror.ts';
import { createMachine } from '../../../src/host/machine.ts';
import { enterNamespace } from '../../../src/host/namespace.ts';
import { hostPaths } from '../../../src/host/paths.ts';
import type { Host } from '../../../src/host/port.ts';
import { openCache } from '../../../src/cache/cache.ts';
import { localStore } from '../../../src/cache/local-store.ts';
import { makeTree } from '../../../src/host/tools-tree.ts';
import { node, openGraph, ref } from '../../../src/graph.ts';
import { makeDisk } from '../disk/worker.ts';
import { fillRoot, makeRootTree } from './root.ts';
import { PATIENCE } from '../../support/patience.ts';

export interface WorkerRequest {
  readonly settings: BootSettings;
  readonly disk: DiskRequest['disk'];
  /** Paths to take out of the root first. */
  readonly without?: readonly string[];
  /** How often the boot stage runs: more than once to compare, the last time from the cache. */
  readonly rounds?: number;
  readonly guests: readonly (Omit<GuestRequest, 'image' | 'format' | 'tools' | 'timeout'> & { readonly timeout?: number })[];
}

export interface WorkerAnswer {
  readonly rounds: readonly { readonly seconds: number; readonly fromCache: boolean; readonly initrd: string; readonly size: number; readonly files: readonly string[] }[];
  readonly commandLine?: string;
  readonly guests: readonly GuestResult[];
  /** Paths and modes below /boot of the root. */
  readonly boot: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

const SEED = 'boot test';

/** What the boot stage makes of a root. */
async function makeBoot(host: Host, request: Omit<BootNodesRequest, 'needs'>) {
  const needs = { root: ref<string>('root') };
  const graph = openGraph(host, [node(needs.root, {}, () => request.root.path), ...bootNodes(host, { ...request, needs })]);
  const { files, ...made } = await graph.make({ files: BOOT.files, initrds: BOOT.initrds, commandLine: BOOT.commandLine });
  return { ...files, ...made };
}

async function work(host: Host, request: WorkerRequest): Promise<WorkerAnswer> {
  const { settings, disk, without = [], rounds = 1 } = request;
  const path = await host.makeWorkFolder('root', 2 ** 30);
  await fillRoot(host, await makeRootTree(host.paths.cache), path);
  for (const name of without) for (const one of globSync(name, { cwd: path })) rmSync(join(path, one), { recursive: true });
  const root = { path, packages: [], epoch: 1_700_000_000, target: { arch: 'x86_64', level: 'baseline' } } as const;
  const identified = identifyDisk({ disk, boot: settings, architecture: 'x86_64', seed: SEED });
  await host.fs.write(join(path, 'etc/fstab'), fstab(identified));
  const made = [];
  let boot: Awaited<ReturnType<typeof makeBoot>> | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const store = round > 0 && round >= rounds - 2 ? localStore(host, Infinity) : undefined;
    const cache = openCache(host, { store, emit: () => {} });
    boot = await makeBoot(host, { image: 'guest', root, settings, disk: identified, kernelArguments: ['console=ttyS0', PATIENCE], fips: false, cache });
    await cache.settle();
    const [initrd] = boot.initrds;
    const file = initrd?.path ?? '';
    made.push({
      seconds: (performance.now() - began) / 1000, fromCache: initrd?.fromCache ?? false, initrd: digest(file), size: statSync(file).size,
      files: boot.esp.filter(({ path: name }) => name.endsWith('.efi')).map((one) => `${one.path} ${digest(one.source)}`),
    });
  }
  if (boot === undefined) throw new TypeError('no round was asked for');
  const list = execFileSync('find', [join(path, 'boot'), '-type', 'f', '-printf', '%P %m\\n'], { encoding: 'utf8' }).trim().split('\n').sort();
  const guests: GuestResult[] = [];
  if (request.guests.length > 0) {
    const { path: image } = await makeDisk(host, { disk, boot: settings, root, seed: SEED }, boot);
    await makeTree({ cache: host.paths.cache, mirror: await findDebianMirror(undefined, new AbortController().signal), packages: BOOT_PACKAGES, signal: new AbortController().signal });
    const tools = findBootTools(host.paths.cache, await host.tools());
    for (const guest of request.guests) guests.push(await runGuest(host, { timeout: 800, ...guest, image, format: 'raw', tools }));
  }
  return { rounds: made, commandLine: boot.commandLine, guests, boot: list };
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);

if (process.argv[1] === import.meta.filename) {
  await enterNamespace(process.argv.slice(1), hostPaths().work);
  const host = createMachine({ signal: new AbortController().signal });
  try {
    host.openWorkspace();
    const answer = await work(host, JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as WorkerRequest);
    process.stdout.write(JSON.stringify(answer));
  } catch (error) {
    if (!(error instanceof HewError)) throw error;
    process.stdout.write(JSON.stringify({ rounds: [], guests: [], boot: [], error: { code: error.code, message: `${error.message} ${error.problems[0]?.hint ?? ''}` } }));
  } finally {
    await host.close();
  }
}
