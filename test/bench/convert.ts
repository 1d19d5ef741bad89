import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { formatBytes, formatTable } from '../../src/cli/format.ts';
import { convertDisk } from '../../src/formats/convert-disk.ts';
import type { DiskOutput } from '../../src/formats/rows.ts';
import { createMachine, type Machine } from '../../src/host/machine.ts';
import type { Bench } from './bench.ts';
import { median, spread } from './median.ts';
import { describeGoal } from './report.ts';

const SIZE = 5 * 2 ** 30;
const MIB = 2 ** 20;

/** 600 MiB in runs as file systems lay them out: one long one, many of a few MiB, and metadata strewn over the disk. */
const RUNS = [
  { count: 1, bytes: 200 * MIB, from: MIB, every: 0 },
  { count: 90, bytes: 4 * MIB, from: 256 * MIB, every: 12 * MIB },
  { count: 40, bytes: MIB, from: 1500 * MIB, every: 80 * MIB },
] as const;

const FORMATS = [
  { format: 'vhd', qemu: ['-O', 'vpc', '-o', 'subformat=fixed,force_size=on'], reads: 'vpc' },
  { format: 'vhdx', qemu: ['-O', 'vhdx', '-o', 'subformat=dynamic,block_size=1M'], reads: 'vhdx' },
] as const;

interface Way {
  readonly name: string;
  /** Writes the disk once more; the path of the file. */
  readonly write: () => Promise<string>;
  /** The format by which qemu-img reads it. */
  readonly reads: string;
}

/**
 * The conversions of a raw disk that `hew build` makes, next to a plain `qemu-img convert` to the same format, and to
 * cp(1), below which nothing can go: seconds, and the blocks that the results take on disk, which tells whether zeros
 * were written. The raw disk lies in memory, where builds keep theirs. Each result is read back and compared with it.
 */
export async function benchConversions({ folder, memory, runs }: Bench): Promise<string> {
  const disk = join(memory, 'disk.raw');
  const written = makeDisk(disk);
  const machine = createMachine({ signal: new AbortController().signal });
  try {
    const target = join(folder, 'converted');
    const request = { disk, size: SIZE, seed: 'bench', epoch: 0, target };
    const ways = [
      ...FORMATS.flatMap(({ format, qemu, reads }): Way[] => [
        // Only `format` decides how these two are written.
        { name: `hew, ${format}`, reads, write: () => convertDisk(machine, { format } as DiskOutput, request) },
        { name: `qemu-img convert, ${format}`, reads, write: () => plain(machine, disk, `${target}.plain`, qemu) },
      ]),
      { name: 'cp, raw', reads: 'raw', write: () => copy(disk, `${target}.copy`) },
    ];
    const results = await inTurn(machine, ways, disk, runs);
    const goals = FORMATS.map(({ format }) => {
      const seconds = results.find(({ name }) => name === `hew, ${format}`)?.seconds ?? [];
      return describeGoal(`${format} in under 1 s`, median(seconds), (value) => value < 1);
    });
    return [
      `convert: a raw disk of ${formatBytes(SIZE)} with ${formatBytes(written)} of data`,
      ...formatTable([
        ['', 'median s', 'min', 'max', 'file size', 'allocated'],
        ...results.map(({ name, seconds, sizes }) => [name, ...spread(seconds), ...sizes]),
      ]),
      ...goals,
    ].join('\n');
  } finally {
    await machine.close();
  }
}

function makeDisk(path: string): number {
  const file = openSync(path, 'w');
  const data = randomFillSync(Buffer.alloc(4 * MIB));
  let written = 0;
  for (const { count, bytes, from, every } of RUNS) {
    for (let run = 0; run < count; run += 1) {
      for (let done = 0; done < bytes; done += data.length) {
        written += writeSync(file, data, 0, Math.min(data.length, bytes - done), from + run * every + done);
      }
    }
  }
  ftruncateSync(file, SIZE);
  closeSync(file);
  return written;
}

async function plain(machine: Machine, disk: string, target: string, format: readonly string[]): Promise<string> {
  await machine.run({
    tool: 'qemu-img', args: ['convert', '-f', 'raw', ...format, disk, target], view: { read: [disk], write: [join(target, '..')] },
  });
  return target;
}

async function copy(disk: string, target: string): Promise<string> {
  execFileSync('cp', ['--sparse=auto', '--', disk, target]);
  return target;
}

interface Result {
  readonly name: string;
  readonly seconds: readonly number[];
  /** Of the file, and of its blocks. */
  readonly sizes: readonly [string, string];
}

/**
 * A round before warms caches and does not count. Every other round goes backwards: who takes the memory that the one
 * before just gave back is quicker, by a second on some machines.
 */
async function inTurn(machine: Machine, ways: readonly Way[], disk: string, runs: number): Promise<readonly Result[]> {
  const results = new Map<string, { seconds: number[]; sizes: [string, string] }>();
  for (let run = 0; run <= runs; run += 1) {
    for (const { name, write, reads } of run % 2 === 0 ? ways : ways.toReversed()) {
      const began = performance.now();
      const file = await write();
      const took = (performance.now() - began) / 1000;
      const { size, blocks } = statSync(file);
      if (run > 0) results.get(name)?.seconds.push(took);
      else {
        await compareWith(machine, disk, file, reads);
        results.set(name, { seconds: [], sizes: [formatBytes(size), formatBytes(blocks * 512)] });
      }
      await rm(file);
    }
  }
  return [...results].map(([name, result]) => ({ name, ...result }));
}

/** Throws `ToolError` where a guest would not see the same bytes. */
async function compareWith(machine: Machine, disk: string, file: string, reads: string): Promise<void> {
  await machine.run({ tool: 'qemu-img', args: ['compare', '-f', 'raw', '-F', reads, disk, file], view: { read: [disk, file] } });
}
