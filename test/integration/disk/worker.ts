// Makes disks in a namespace of its own, as the command line does: `node worker.ts REQUEST.json`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { BootFiles } from '../../../src/boot-files.ts';
import { DISK, diskNodes, identifyDisk, splitByMount, type DiskNodesRequest, type DiskRequest, type MadeDisk } from '../../../src/disk/index.ts';
import { node, openGraph, ref } from '../../../src/graph.ts';
import { convertDisk } from '../../../src/formats/convert-disk.ts';
import type { DiskOutput } from '../../../src/formats/rows.ts';
import type { Host } from '../../../src/host/port.ts';
import { HewError } from '../../../src/errors.ts';
import { createMachine } from '../../../src/host/machine.ts';
import { enterNamespace } from '../../../src/host/namespace.ts';
import { hostPaths } from '../../../src/host/paths.ts';
import { fillRoot } from './root.ts';

/** What a test asks for; everything that a disk is made of but the root, which is made here. */
export interface WorkerRequest extends Pick<DiskRequest, 'disk' | 'boot' | 'seed'>, Pick<DiskNodesRequest, 'sizeUnit'> {
  readonly outputs: readonly DiskOutput[];
  /** Folder in which the results appear. */
  readonly target: string;
  /** Bytes of a file that fills the root. */
  readonly ballast?: number;
  /** Order in which files are made, so that no order of a folder shows in the result. */
  readonly backwards?: boolean;
  readonly bios?: { readonly boot: string; readonly core: string };
  /** How often each output is made; the fastest time is told. */
  readonly rounds?: number;
}

export interface WorkerAnswer {
  readonly layout?: MadeDisk['layout'];
  readonly files?: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timings?: Readonly<Record<string, number>>;
  /** Paths of the root after the disk was made. */
  readonly rootAfter?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export const EPOCH = 1_700_000_000;

interface DiskParts extends Pick<DiskRequest, 'disk' | 'boot' | 'seed'>, Pick<DiskNodesRequest, 'root' | 'sizeUnit'> {}

/** A disk of a root, with boot files that are there. */
export async function makeDisk(host: Host, { disk, boot, root, seed, sizeUnit }: DiskParts, files: BootFiles): Promise<MadeDisk> {
  const needs = { root: ref<string>('root'), bootFiles: ref<BootFiles>('boot files') };
  const split = splitByMount(host, root);
  const identified = identifyDisk({ disk, boot, architecture: 'x86_64', seed });
  const graph = openGraph(host, [
    node(needs.root, {}, () => root.path),
    node(needs.bootFiles, {}, () => files),
    ...diskNodes(host, { disk: identified, size: disk.size, root, split, sizeUnit, seed, needs }),
  ]);
  try {
    return (await graph.make({ made: DISK.disk })).made;
  } finally {
    await split.restore();
  }
}

async function work(request: WorkerRequest): Promise<WorkerAnswer> {
  const host = createMachine({ signal: new AbortController().signal });
  try {
    host.openWorkspace();
    const path = await host.makeWorkFolder('root', request.ballast ?? 0);
    fillRoot(path, request);
    const esp = [
      { path: 'EFI/BOOT/BOOTX64.EFI', source: 'usr/lib/loader' },
      { path: 'loader/entries/a long name of an entry.conf', source: 'etc/motd' },
    ];
    // Boot files lie outside the root, which is taken apart.
    const outside = await host.makeWorkFolder('boot-files', 0);
    for (const [index, file] of esp.entries()) {
      const copy = join(outside, String(index));
      await host.inside(path).copyOut(file.source, copy);
      file.source = copy;
    }
    const packages = [{ name: 'kernel', size: 90e6 }, { name: 'small', size: 1e3 }, { name: 'glibc', size: 20e6 }]
      .map((row) => ({ ...row, evr: '1-1', arch: 'x86_64', license: '', sourceRpm: '', vendor: '', buildTime: 0 }));
    const root = { path, packages, epoch: EPOCH, target: { arch: 'x86_64', level: 'baseline' } } as const;
    const bios = request.bios && { boot: readFileSync(request.bios.boot), core: readFileSync(request.bios.core) };
    const bootFiles = { esp: request.boot.firmware === 'uefi' ? esp : [], ...(bios === undefined ? {} : { bios }) };
    const timings: Record<string, number> = {};
    const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
      const began = performance.now();
      const result = await act();
      timings[name] = Math.min(timings[name] ?? Infinity, (performance.now() - began) / 1000);
      return result;
    };
    const made = await timed('disk', () => makeDisk(host, { ...request, root }, bootFiles));
    const files: Record<string, string> = {};
    for (const output of request.outputs) {
      for (let round = 0; round < (request.rounds ?? 1); round += 1) {
        const target = join(request.target, `${output.format}-${output.compression}`);
        files[output.format] = await timed(output.format, () =>
          convertDisk(host, output, { disk: made.path, size: made.layout.size, seed: request.seed, epoch: EPOCH, target }));
      }
    }
    const { stdout } = await host.run({ tool: 'find', args: [path, '-printf', '%P %y %m %U %G %T@\\n'], view: { read: [path] } });
    return { layout: made.layout, files, timings, rootAfter: stdout.split('\n').sort() };
  } catch (error) {
    if (!(error instanceof HewError)) throw error;
    return { error: { code: error.code, message: `${error.message} ${error.problems[0]?.hint ?? ''}` } };
  } finally {
    await host.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  await enterNamespace(process.argv.slice(1), hostPaths().work);
  const answer = await work(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as WorkerRequest);
  process.stdout.write(JSON.stringify(answer));
}
