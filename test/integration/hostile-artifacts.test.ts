import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { runHew, type HewRun } from '../support/hew.ts';
import { testFolder, writeFiles } from '../support/places.ts';
import { runTestTool } from '../support/test-tools.ts';
import { pe } from '../unit/boot/efi/pe-writer.ts';
import { runTool } from './disk/tools.ts';
import { addMembers, type TarMember } from './verify/layouts.ts';

const folder = testFolder();
const MIB = 2 ** 20;

/** Runs inside hew's process: notes that it listens to signals, and when it ends the largest resident set, in KiB. */
const PROBE = `import { writeFileSync } from 'node:fs';
const file = process.env.HEW_TEST_PEAK;
const wait = setInterval(() => {
  if (process.listenerCount('SIGTERM') === 0) return;
  writeFileSync(file + '.ready', 'ready');
  clearInterval(wait);
}, 50).unref();
process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));`;

/** Sends SIGTERM two seconds after hew listens to it, and notes when, in milliseconds since 1970. hew takes the shell's process id. */
const SIGNALLER = '(until test -s "$0.ready"; do sleep 0.1; done; sleep 2; date +%s%3N > "$0.sent"; kill -TERM $$) & exec "$@"';

/** Seconds that a busy machine may take for any of these, and for the end after that. */
const LONGEST = 120;
const END = 8;

let watched = 0;

interface Watched extends HewRun {
  /** MiB. */
  readonly peak: number;
  /** Seconds from the signal to the end. */
  readonly afterSignal: number;
}

/** Runs hew, with SIGTERM while it works if that is asked for. What takes too long is ended by SIGTERM, and then by SIGKILL. */
async function watch(args: readonly string[], { signal = false } = {}): Promise<Watched> {
  const file = join(folder, `peak-${(watched += 1)}`);
  const probe = writeFiles(folder, { 'probe.mjs': PROBE });
  const run = await runHew(args, {
    before: ['timeout', `--kill-after=${END}`, String(LONGEST), ...(signal ? ['sh', '-c', SIGNALLER, file] : [])],
    env: { HEW_TEST_PEAK: file, NODE_OPTIONS: `--import=${probe}` },
  });
  const ended = Date.now();
  return { ...run, peak: Number(readFileSync(file, 'utf8')) / 1024, afterSignal: signal ? (ended - Number(readFileSync(`${file}.sent`, 'utf8'))) / 1000 : 0 };
}

/** It ended by itself, with an answer or an error of its own words, and took no more than there should be. */
async function holds(args: readonly string[]): Promise<Watched> {
  const run = await watch(args);
  expect([0, 1], `${args.join(' ')}: ${run.stderr}`).toContain(run.status);
  expect(run.stderr).not.toMatch(/defect|^ +at /m);
  expect(run.peak, args.join(' ')).toBeLessThan(500);
  return run;
}

/** Runs hew and sends SIGTERM while it works. Returns how it ended, and what was not as it should be. */
async function interrupt(args: readonly string[]): Promise<readonly unknown[]> {
  const { status, stderr, peak, afterSignal } = await watch(args, { signal: true });
  // A second, and longer only as others use the processors too.
  const most = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
  return [args[0], status, stderr, ...(peak < 500 ? [] : [`${peak} MiB`]), ...(afterSignal < most ? [] : [`${afterSignal} s after the signal`])];
}
const interrupted = (command: string): readonly unknown[] => [command, 1, 'error: cancelled; nothing was left behind\n'];

const COMMANDS = ['inspect', 'audit', 'verify'] as const;
const argsOf = (command: (typeof COMMANDS)[number], path: string, platform = 'oci'): readonly string[] =>
  [command, path, ...(command === 'verify' ? ['--for', platform] : [])];

/** All commands that read artifacts, at once. */
const interruptAll = (path: string): Promise<readonly unknown[]> =>
  Promise.all([...COMMANDS.map((command) => argsOf(command, path)), ['diff', path, path]].map((args) => interrupt(args)));
const ALL_INTERRUPTED = [...COMMANDS, 'diff'].map((command) => interrupted(command));

const tarOf = (...members: readonly TarMember[]): Buffer => addMembers(Buffer.alloc(1024), members);
/** Members alone, without the end of an archive. */
const membersOf = (...members: readonly TarMember[]): Buffer => {
  const tar = tarOf(...members);
  return tar.subarray(0, tar.length - 1024);
};
const write = (name: string, content: Uint8Array | string): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};
/** The same compressed bytes again and again: gzip and zstd take one stream behind the other. */
const repeat = (bytes: Uint8Array, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes));
/** A header as rpm stores it, of a package with a name and a version: numbers of rpmtag.h, kind 6 is a string. */
function packageHeader(): Buffer {
  const fields: readonly (readonly [tag: number, text: string])[] = [[1000, 'test'], [1001, '1'], [1002, '1'], [1022, 'noarch']];
  const [index, data]: [number[], string[]] = [[], []];
  for (const [tag, text] of fields) {
    index.push(tag, 6, data.join('').length, 1);
    data.push(`${text}\0`);
  }
  const words = [fields.length, data.join('').length, ...index];
  const header = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => header.writeUInt32BE(word, at * 4));
  return Buffer.concat([header, Buffer.from(data.join(''))]);
}
const SYSTEM: TarMember = { path: 'etc/os-release', content: 'ID=tiny\nNAME=Tiny\n' };

describe('a small tar', () => {
  it.each(COMMANDS)('hew %s: with names of gigabytes is refused', async (command) => {
    const name = gzipSync(membersOf({ path: 'p', type: 'x', content: `${15 * MIB + 15} path=${'a'.repeat(15 * MIB)}\n` }, { path: 'a' }));
    const run = await holds(argsOf(command, write('names.tar.gz', repeat(name, 150))));
    expect(run.stderr).toContain('bytes of names');
  });

  it('with one and a half million files is refused', async () => {
    const files = gzipSync(membersOf(...Array.from({ length: 10_000 }, (_, index) => ({ path: `usr/share/file-${index}` }))));
    const run = await holds(['inspect', write('files.tar.gz', repeat(files, 150))]);
    expect(run.stderr).toContain('it holds more than 750000 entries');
  });

  it('that goes on and on is left within a second of a signal', async () => {
    const head = membersOf(SYSTEM, { path: 'zeros' });
    // 60 GiB in base 256, as GNU tar writes it.
    const size = head.subarray(1024 + 124, 1024 + 136);
    size.fill(0);
    size[0] = 0x80;
    size.writeUInt32BE(15, 7);
    const header = head.subarray(1024);
    header.write('        ', 148, 'latin1');
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const path = write('endless.tar.gz', Buffer.concat([gzipSync(head), repeat(gzipSync(Buffer.alloc(16 * MIB)), 3000)]));
    expect(await interruptAll(path)).toEqual(ALL_INTERRUPTED);
  });
});

describe('an OCI layout', () => {
  const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

  /** One image of these layers, named so many times. */
  function layout(name: string, layers: readonly Buffer[], times = 1): string {
    const path = join(folder, name);
    const put = (mediaType: string, bytes: Uint8Array): object => {
      write(join(name, 'blobs', ...sha256(bytes).split(':')), bytes);
      return { mediaType: `application/vnd.oci.image.${mediaType}`, digest: sha256(bytes), size: bytes.length };
    };
    const config = put('config.v1+json', json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: layers.map(sha256) } }));
    const manifest = put('manifest.v1+json', json({ schemaVersion: 2, config, layers: layers.map((layer) => put('layer.v1.tar+zstd', zstdCompressSync(layer))) }));
    write(join(name, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    write(join(name, 'index.json'), json({ schemaVersion: 2, manifests: Array.from({ length: times }, () => manifest) }));
    return path;
  }

  it('with one image named 15,000 times has it once', async () => {
    const path = layout('named', [tarOf(SYSTEM)], 15_000);
    const run = await holds(['inspect', path, '--json']);
    expect(JSON.parse(run.stdout)).toHaveLength(1);
    await holds(argsOf('verify', path));
  });

  const CASES = ['index.json', 'oci-layout', 'blobs'].flatMap((name) => ['pipe', '/dev/zero', '/'].map((kind) => [name, kind] as const));

  it.each([
    ...CASES.map(([name, kind]) => ['inspect', name, kind] as const), ['audit', 'index.json', 'pipe'], ['verify', 'index.json', '/dev/zero'],
  ] as const)('hew %s: with %s as %s is refused', async (command, name, kind) => {
    const path = layout(`${command}-${name}-${kind.replaceAll('/', '-')}`, [tarOf(SYSTEM)]);
    rmSync(join(path, name), { recursive: true });
    if (kind === 'pipe') execFileSync('mkfifo', [join(path, name)]);
    else symlinkSync(kind, join(path, name));
    const run = await holds(argsOf(command, path));
    // The marker alone does not keep an image from being looked at.
    expect(run.stdout.includes('Tiny')).toBe(name === 'oci-layout');
  });

  it('with whiteouts of no name keeps its root, and is told', async () => {
    const path = layout('whiteouts', [tarOf(SYSTEM), tarOf({ path: '.wh..' }, { path: '.wh...' }, { path: '.wh.' }, { path: 'etc/.wh...' })]);
    expect((await holds(['inspect', path])).stdout).toContain('Tiny');
    const run = await holds(argsOf('verify', path));
    expect([run.status, run.stdout]).toEqual([1, expect.stringContaining('/.wh... removes nothing that has a name')]);
  });
});

describe('a file in the place of an artifact', () => {
  it.each(COMMANDS)('hew %s: a pipe and a device are refused', async (command) => {
    for (const name of ['pipe.raw', 'pipe.tar']) {
      execFileSync('mkfifo', [join(folder, `${command}-${name}`)]);
      expect((await holds(argsOf(command, join(folder, `${command}-${name}`)))).stderr).toContain('is not a plain file');
    }
    expect((await holds(argsOf(command, '/dev/zero'))).stderr).toContain('is not a plain file');
  });
});

describe('a disk', () => {
  it('with EFI programs of overlapping sections is refused', async () => {
    const sections = 1600;
    const size = 256 * 1024;
    const small = pe(Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`.${index}`, Buffer.from('x')])));
    const program = Buffer.concat([small.subarray(0, 328), Buffer.alloc(sections * 40 + size)]);
    program.writeUInt16LE(sections, 70);
    for (let index = 0; index < sections; index += 1) {
      const at = 328 + index * 40;
      program.write(`.${index}`, at, 'latin1');
      for (const [offset, value] of [[8, size], [16, size], [20, 328 + sections * 40]] as const) program.writeUInt32LE(value, at + offset);
    }
    for (let index = 0; index < 7; index += 1) write(`programs/EFI/BOOT/${index === 0 ? 'BOOTX64' : index}.EFI`, program);
    const [esp, disk] = [join(folder, 'programs.esp'), join(folder, 'programs.raw')];
    for (const [path, size] of [[esp, 62], [disk, 64]] as const) {
      writeFileSync(path, '');
      truncateSync(path, size * MIB);
    }
    await runTool(['mkfs.vfat', '-F', '32', esp], folder);
    await runTool(['mcopy', '-s', '-i', esp, join(folder, 'programs/EFI'), '::'], folder);
    await runTool(['sh', '-c', `printf 'label: gpt\nstart=2048, size=${62 * 2048}, type=uefi\n' | sfdisk --quiet ${disk} && dd if=${esp} of=${disk} bs=1M seek=1 conv=notrunc status=none`], folder);
    await holds(['inspect', disk]);
    expect((await holds(argsOf('verify', disk, 'qemu'))).status).toBe(1);
  });

  it.each(['etc/fstab', 'boot/grub2/grub.cfg'])('with %s of one hole, longer than any string, does not end hew', async (path) => {
    const root = join(folder, path.replaceAll('/', '-'));
    writeFiles(root, { 'etc/os-release': 'ID=tiny\nNAME=Tiny\n', [path]: '' });
    truncateSync(join(root, path), 600 * MIB);
    const disk = `${root}.raw`;
    writeFileSync(disk, '');
    truncateSync(disk, 64 * MIB);
    await runTool(['mkfs.ext4', '-q', '-d', root, disk], folder);
    expect((await holds(['inspect', disk])).stdout).toContain(path === 'etc/fstab' ? 'hew reads at most' : 'Tiny');
    expect((await holds(argsOf('verify', disk, 'qemu'))).status).toBe(1);
  });
});

describe('a root', () => {
  it('with an initrd of millions of names is told', async () => {
    const entry = (name: string): Buffer => {
      const fields = [0, 0o100644, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length + 1, 0].map((value) => value.toString(16).padStart(8, '0')).join('');
      return Buffer.from(`070701${fields}${name}\0`.padEnd(Math.ceil((111 + name.length) / 4) * 4, '\0'));
    };
    const root = join(folder, 'initrd-root');
    writeFiles(root, { 'etc/os-release': 'ID=tiny\nNAME=Tiny\n', 'usr/lib/modules/6.1/vmlinuz': 'kernel', 'usr/lib/modules/6.1/kernel/a/b.ko': 'x' });
    writeFileSync(join(root, 'usr/lib/modules/6.1/initrd'), repeat(zstdCompressSync(repeat(entry('a'), 100_000)), 40));
    const run = await holds(['verify', root, '--for', 'hyperv', '--json']);
    expect(run.stdout).toContain('more than 200000 files');
  });

  /** A root whose package database is made by these statements, on top of an empty one. */
  async function rootWithDatabase(name: string, sql: string): Promise<string> {
    const root = join(folder, name);
    const database = join(root, 'usr/lib/sysimage/rpm');
    writeFiles(root, { 'etc/os-release': 'ID=tiny\nNAME=Tiny\n' });
    mkdirSync(database, { recursive: true });
    await runTestTool(['rpm', `--dbpath=${database}`, '--initdb'], { write: [database] });
    const open = new DatabaseSync(join(database, 'rpmdb.sqlite'));
    open.exec(`PRAGMA journal_mode = DELETE; DROP TABLE Packages; ${sql}`);
    open.close();
    return root;
  }
  const endless = (rows: string): string => `CREATE VIEW Packages AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) ${rows}`;

  it('with a package database that describes a package again and again is refused', async () => {
    const root = await rootWithDatabase('again', `CREATE TABLE one(blob BLOB); INSERT INTO one VALUES(x'${packageHeader().toString('hex')}'); ${endless('SELECT n AS hnum, blob FROM c, one')}`);
    const run = await holds(['audit', root]);
    expect([run.status, run.stderr]).toEqual([1, expect.stringMatching(/^error: the package database describes more than \d+ packages\n/)]);
  });

  it('with links that take minutes to follow is left within a second of a signal', async () => {
    const root = join(folder, 'links');
    mkdirSync(root);
    const long = `${'x/'.repeat(700)}${'../'.repeat(700)}`;
    for (let index = 0; index < 5000; index += 1) symlinkSync(`${long}${index + 1}`, join(root, String(index)));
    expect(await interrupt(['audit', root])).toEqual(interrupted('audit'));
  });

  it('with pipes, and links to devices, where hew reads files, is read without them', async () => {
    for (const kind of ['pipe', '/dev/zero']) {
      const root = join(folder, `strange-${kind.replaceAll('/', '-')}`);
      writeFiles(root, { 'usr/lib/os-release': 'ID=tiny\nNAME=Tiny\n' });
      for (const path of ['etc/hew-release', 'etc/fstab', 'etc/passwd', 'usr/lib/sysimage/rpm/rpmdb.sqlite']) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        if (kind === 'pipe') execFileSync('mkfifo', [join(root, path)]);
        else symlinkSync(kind, join(root, path));
      }
      for (const command of COMMANDS) await holds(argsOf(command, root));
      expect((await holds(['diff', root, root])).status, kind).toBeLessThan(2);
    }
  });

  it('does not draw on the terminal, in tables, verdicts and JSON', async () => {
    const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b2J\u202e';
    const root = join(folder, 'terminal');
    writeFiles(root, { 'etc/os-release': `ID=tiny\nPRETTY_NAME="${hostile}"\n`, [`var/log/${hostile}\nall passed`]: 'x', 'etc/shadow': `${hostile}:x$6$aaaa:1::::::\n` });
    for (const args of [['inspect', root], argsOf('verify', root, 'hyperv'), ['diff', root, join(folder, 'strange-pipe')], ['inspect', root, '--json']]) {
      const run = await holds(args);
      expect(`${run.stdout}${run.stderr}`, args.join(' ')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(`${run.stdout}${run.stderr}`, args.join(' ')).not.toMatch(/^all passed/m);
    }
    expect((await holds(['inspect', root])).stdout).toContain('\\x1b]0;owned\\x07');
  });
});
