import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HewError } from '../../../src/errors.ts';
import { binfmtRule, emulationEnvironment, openEmulator } from '../../../src/host/emulation.ts';
import { copyMarked, isStatic, MARK_OFFSET } from '../../../src/host/marked-program.ts';
import { identityMap } from '../../../src/host/namespace.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-emulation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the kernel does with a rule: https://docs.kernel.org/admin-guide/binfmt-misc.html */
function matches(rule: string, file: Uint8Array): boolean {
  const [, , type, offset, magic = '', mask = ''] = rule.split(':');
  expect([type, offset]).toEqual(['M', '']);
  const bytes = (text: string): number[] => [...text.matchAll(/\\x(..)/g)].map(([, hex = '']) => Number.parseInt(hex, 16));
  const bits = bytes(mask);
  expect(bits).toHaveLength(bytes(magic).length);
  return bytes(magic).every((byte, index) => (((file[index] ?? 0) ^ byte) & (bits[index] ?? 0)) === 0);
}

interface Header {
  readonly machine?: number;
  readonly type?: number;
  readonly bits?: number;
  readonly data?: number;
  readonly osAbi?: number;
  /** `p_type` of each program header. */
  readonly segments?: readonly number[];
}

function elf({ machine = 62, type = 3, bits = 2, data = 1, osAbi = 0, segments = [1] }: Header = {}): Uint8Array {
  const file = new Uint8Array(64 + 56 * segments.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, bits, data, 1, osAbi]);
  const view = new DataView(file.buffer);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, segments.length, true);
  for (const [index, segment] of segments.entries()) view.setUint32(64 + 56 * index, segment, true);
  return file;
}

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('the handler', () => {
  const rule = binfmtRule('qemu-x86_64');

  it('takes x86_64 programs of both types and any OS ABI', () => {
    expect([elf(), elf({ type: 2 }), elf({ osAbi: 3 })].map((file) => matches(rule, file))).toEqual([true, true, true]);
  });

  it('takes nothing else', () => {
    const others = [
      elf({ machine: 183 }), elf({ machine: 3, bits: 1 }), elf({ data: 2 }), elf({ type: 1 }), elf({ type: 4 }),
      Buffer.from('#!/bin/sh\nexit 0 # and more text\n'), Buffer.alloc(0),
    ];
    expect(others.filter((file) => matches(rule, file))).toEqual([]);
  });

  it('leaves marked programs alone', () => {
    const to = join(folder, 'marked');
    expect(copyMarked(write('plain', elf()), to)).toBe(true);
    expect(matches(rule, readFileSync(to))).toBe(false);
    expect(matches(rule, readFileSync(join(folder, 'plain')))).toBe(true);
  });

  it('opens its interpreter at once and fits into what the kernel reads', () => {
    expect(rule.split(':').slice(-2)).toEqual(['qemu-x86_64', 'POF']);
    expect(rule.length).toBeLessThan(1920);
  });

  it('is told the processor through the environment', () => {
    expect(emulationEnvironment('Nehalem')).toEqual({ QEMU_CPU: 'Nehalem' });
  });
});

describe('a marked copy', () => {
  it('differs in one byte and can be run', () => {
    const from = write('program', elf());
    chmodSync(from, 0o700);
    const to = join(folder, 'copy');
    copyMarked(from, to);
    const [before, after] = [readFileSync(from), readFileSync(to)];
    expect([...after.keys()].filter((index) => before[index] !== after[index])).toEqual([MARK_OFFSET]);
    expect(statSync(to).mode & 0o777).toBe(0o755);
  });

  it('is not made of a script or an empty file', () => {
    const to = join(folder, 'none');
    expect(copyMarked(write('script', '#!/bin/sh\nexit 0\n'), to)).toBe(false);
    expect(copyMarked(write('empty', ''), to)).toBe(false);
    expect(() => statSync(to)).toThrow('ENOENT');
  });
});

describe('an interpreter for every chroot', () => {
  it('is one without a dynamic loader', () => {
    expect(isStatic(write('static', elf({ segments: [6, 1, 2] })))).toBe(true);
    expect(isStatic(write('dynamic', elf({ segments: [6, 3, 1] })))).toBe(false);
  });

  it('is never a damaged file or a script', () => {
    const lying = elf();
    new DataView(lying.buffer).setUint16(56, 60_000, true);
    const far = elf();
    new DataView(far.buffer).setBigUint64(32, 2n ** 60n, true);
    const files = [lying, far, elf().subarray(0, 20), new Uint8Array(0), Buffer.from('#!/bin/sh\n# long enough\n')];
    expect(files.map((file, index) => isStatic(write(`bad-${index}`, file)))).toEqual([false, false, false, false, false]);
  });

  const withInterpreter = (name: string, content?: Uint8Array): string => {
    const tools = join(folder, name);
    mkdirSync(join(tools, 'usr/bin'), { recursive: true });
    if (content !== undefined) writeFileSync(join(tools, 'usr/bin/qemu-x86_64'), content, { mode: 0o755 });
    return tools;
  };

  const failure = async (tools: string): Promise<HewError> => {
    const emulator = openEmulator(join(folder, 'work'), { path: tools });
    const error: unknown = await emulator.then(() => undefined, (reason: unknown) => reason);
    if (error instanceof HewError) return error;
    throw new Error('it opened');
  };

  it('is asked for where it is missing', async () => {
    const error = await failure(withInterpreter('tools-without'));
    expect(error).toMatchObject({ code: 'emulation-unavailable', message: expect.stringMatching(/not installed/) as string });
  });

  it('is refused where it needs libraries, with what to install instead', async () => {
    const error = await failure(withInterpreter('tools-dynamic', elf({ segments: [6, 3] })));
    expect(error).toMatchObject({ code: 'emulation-unavailable', message: expect.stringMatching(/shared libraries/) as string });
    expect(error.problems[0]?.hint).toMatch(/qemu-user/);
  });
});

describe('the identity map of a nested namespace', () => {
  it('holds every id of the outer one, under its own number', () => {
    expect(identityMap('         0          0 4294967295\n')).toBe('0 0 4294967295\n');
    expect(identityMap('         0       1000          1\n         1     100000      65535\n')).toBe('0 0 1\n1 1 65535\n');
  });
});
