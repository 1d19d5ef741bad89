import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditTree } from '../../../src/isa/audit.ts';
import type { TreeEntry } from '../../../src/file-tree.ts';
import { rootTree } from '../../../src/host/inside/root-tree.ts';
import { processorTime } from '../../support/processor-time.ts';
import { isaNeeded, writeElf } from '../readers/elf-writer.ts';

const root = mkdtempSync(join(tmpdir(), 'hew-tree-'));
let server: Server;

beforeAll(async () => {
  mkdirSync(join(root, 'usr/lib64/deep'), { recursive: true });
  mkdirSync(join(root, 'run'));
  writeFileSync(join(root, 'usr/lib64/v3.so'), writeElf({ properties: [isaNeeded(7)] }));
  writeFileSync(join(root, 'usr/lib64/deep/far.so'), writeElf({ properties: [isaNeeded(3)], padding: 50_000 }));
  writeFileSync(join(root, 'usr/lib64/cut.so'), writeElf().subarray(0, 150));
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(root, 'sparse'), 'text');
  truncateSync(join(root, 'sparse'), 2 ** 40);
  symlinkSync('usr/lib64', join(root, 'lib64'));
  symlinkSync('/', join(root, 'everything'));
  symlinkSync('loop', join(root, 'loop'));
  execFileSync('mkfifo', [join(root, 'run/pipe')]);
  server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(join(root, 'run/socket'), resolve);
  });
});

afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
  rmSync(root, { recursive: true, force: true });
});

const visited = async (visitor: (entry: TreeEntry) => void = () => {}, folder = root): Promise<TreeEntry[]> => {
  const entries: TreeEntry[] = [];
  await rootTree(folder).visit((entry) => {
    entries.push(entry);
    visitor(entry);
  });
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

describe('rootTree', () => {
  it('lets a signal in every half second of work, and ends with it', async () => {
    const spans: number[] = [];
    let last = process.threadCpuUsage();
    const checkpoint = async (): Promise<void> => {
      const { user, system } = process.threadCpuUsage(last);
      spans.push((user + system) / 1000);
      last = process.threadCpuUsage();
      if (spans.length === 3) throw new Error('cancelled');
    };
    let visits = 0;
    const slow = (): void => {
      visits += 1;
      let spent = 0;
      while (spent < 50) spent += processorTime(() => void readFileSync('/proc/self/stat'));
    };
    // Links, so that it is not the files that are read in pieces.
    const many = join(root, 'many');
    mkdirSync(many);
    for (let index = 0; index < 60; index += 1) symlinkSync('x', join(many, String(index)));
    await expect(rootTree(many, checkpoint).visit(slow)).rejects.toThrow('cancelled');
    rmSync(many, { recursive: true });
    expect(Math.max(...spans)).toBeLessThan(500);
    expect(visits).toBeLessThan(60);
  });

  it('visits everything once, follows no link and names each kind', async () => {
    const entries = await visited();
    expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
      ['/empty', 'file'],
      ['/everything', 'symlink'],
      ['/lib64', 'symlink'],
      ['/loop', 'symlink'],
      ['/run', 'directory'],
      ['/run/pipe', 'fifo'],
      ['/run/socket', 'socket'],
      ['/sparse', 'file'],
      ['/usr', 'directory'],
      ['/usr/lib64', 'directory'],
      ['/usr/lib64/cut.so', 'file'],
      ['/usr/lib64/deep', 'directory'],
      ['/usr/lib64/deep/far.so', 'file'],
      ['/usr/lib64/v3.so', 'file'],
    ]);
    expect(entries.find(({ path }) => path === '/lib64')).toMatchObject({ target: 'usr/lib64' });
  });

  it('reads near and far bytes as they are in the file', async () => {
    const far = readFileSync(join(root, 'usr/lib64/deep/far.so'));
    const got: unknown[] = [];
    await visited((entry) => {
      if (entry.kind !== 'file') return;
      const source = entry.open();
      if (entry.path === '/usr/lib64/deep/far.so' && source !== undefined) {
        const ranges = [[0, 64], [4000, 200], [far.length - 10, 100], [far.length + 5, 10]] as const;
        got.push(source.size);
        for (const [offset, length] of ranges) got.push(Buffer.from(source.read(offset, length)).toString('hex'));
      }
      source?.close();
    });
    const hex = (start: number, length: number): string => far.subarray(start, start + length).toString('hex');
    expect(got).toEqual([far.length, hex(0, 64), hex(4000, 200), hex(far.length - 10, 10), '']);
  });

  it('audits a real folder, reading nothing of a terabyte of holes', async () => {
    const report = await auditTree(rootTree(root), { architecture: 'x86_64', declared: 'baseline' });
    expect(report.counts).toMatchObject({
      files: 5,
      elf: 2,
      damaged: 1,
      symlinks: 3,
      linkLoops: 1,
      fifos: 1,
      sockets: 1,
      unreadable: 0,
    });
    expect(report.problems).toHaveLength(2);
  });

  it('finds files below names that are not UTF-8', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hew-ünïcode-'));
    const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0x63, 0xff, 0x64)]);
    mkdirSync(odd);
    writeFileSync(Buffer.concat([odd, Buffer.from('/ö.so')]), writeElf({ properties: [isaNeeded(7)] }));
    const report = await auditTree(rootTree(folder), { architecture: 'x86_64', declared: 'baseline' });
    rmSync(folder, { recursive: true, force: true });
    expect(report.counts).toMatchObject({ directories: 1, elf: 1, unreadable: 0 });
    expect(report.problems[0]?.message).toContain('/c\uFFFDd/ö.so');
  });

  it('neither waits for a FIFO nor follows a link that took the place of a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hew-race-'));
    for (const name of ['pipe', 'link', 'gone']) writeFileSync(join(folder, name), 'a plain file');
    mkdirSync(join(folder, 'vanishing'));
    const opened: Record<string, boolean> = {};
    const entries = await visited((entry) => {
      rmSync(join(folder, entry.path), { recursive: true, force: true });
      if (entry.path === '/pipe') execFileSync('mkfifo', [join(folder, 'pipe')]);
      if (entry.path === '/link') symlinkSync('/etc/passwd', join(folder, 'link'));
      if (entry.kind === 'file') {
        const source = entry.open();
        opened[entry.path] = source !== undefined && source.read(0, 100).length > 0;
        source?.close();
      }
    }, folder);
    rmSync(folder, { recursive: true, force: true });
    expect(opened).toEqual({ '/pipe': false, '/link': false, '/gone': false });
    expect(entries.filter(({ kind }) => kind === 'unreadable').map(({ path }) => path)).toEqual(['/vanishing']);
  });
});
