import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { CancelledError } from '../../../src/errors.ts';
import { machineFiles } from '../../../src/host/files.ts';
import { openRoot } from '../../../src/host/inside/root-files.ts';
import { createMachine } from '../../../src/host/machine.ts';
import type { Host } from '../../../src/host/port.ts';
import { BadBytes } from '../../../src/readers/bytes.ts';
import { LIMITS } from '../../../src/readers/limits.ts';
import { parsePe } from '../../../src/readers/pe.ts';
import { copyEsp } from '../../../src/verify/gather/esp.ts';
import { WHITEOUT_RULE } from '../../../src/platforms/oci/whiteouts.ts';
import type { ImageFacts } from '../../../src/verify/facts.ts';
import { whiteoutOf } from '../../../src/verify/read/whiteouts.ts';
import { pe } from '../boot/efi/pe-writer.ts';
import { sourceOf } from '../disk/support.ts';
import { fat12, shortEntry } from './fat-writer.ts';
import { processorTime } from '../../support/processor-time.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-unit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const host = {
  fs: machineFiles, inside: openRoot, checkpoint: () => Promise.resolve(), makeWorkFolder: () => Promise.resolve(folder),
} as unknown as Host;

describe('an EFI program', () => {
  /** So many sections that all lie over the same bytes. */
  function overlapping(count: number, size: number): Buffer {
    const bytes = Buffer.concat([pe(Object.fromEntries(Array.from({ length: count }, (_, index) => [`.${index}`, Buffer.from('x')]))), Buffer.alloc(size)]);
    const table = 88 + 240;
    for (let index = 0; index < count; index += 1) {
      const at = table + index * 40;
      for (const [offset, value] of [[8, size], [16, size], [20, bytes.length - size]] as const) bytes.writeUInt32LE(value, at + offset);
    }
    return bytes;
  }

  it('has no more sections, and no more in small ones, than real ones have', () => {
    expect(parsePe(sourceOf(overlapping(16, 1000))).sections.size).toBe(16);
    expect(() => parsePe(sourceOf(overlapping(17, 256 * 1024)))).toThrow(BadBytes);
    const many = overlapping(16, 1000);
    many.writeUInt16LE(1600, 70);
    expect(() => parsePe(sourceOf(many))).toThrow('it has 1600 sections');
  });
});

describe('an EFI system partition', () => {
  /** Files that all begin in the one cluster there is. */
  const esp = (files: readonly (readonly [name: string, size: number])[]) =>
    copyEsp(host, sourceOf(fat12(Buffer.concat(files.map(([name, size]) => shortEntry(name, 0x20, 2, size))), [[2]], { 2: Buffer.alloc(512, 'x') })));

  it('is copied where it is a real one', async () => {
    expect(await esp([['A       EFI', 512], ['GRUB    CFG', 100]])).toMatchObject({ problem: undefined, files: [{ path: 'A.EFI' }, { path: 'GRUB.CFG' }] });
  });

  it('is refused where its files have more bytes than it, or a configuration more than any', async () => {
    expect(await esp([['A       EFI', 20_000], ['B       EFI', 20_000]])).toMatchObject({ files: undefined, problem: expect.stringContaining('more than the partition') });
    expect(await esp([['GRUB    CFG', 700 * 2 ** 20]])).toMatchObject({ files: undefined, problem: expect.stringContaining('GRUB.CFG') });
  });
});

describe('whiteouts', () => {
  const judge = (...layers: readonly (readonly string[])[]) => WHITEOUT_RULE.check({
    oci: { layers: layers.map((paths) => ({ entries: paths.map((path) => ({ path, kind: 'file', mtime: 0 })) })) },
  } as unknown as ImageFacts);

  it.each(['.wh.', '.wh..', '.wh...', 'a/.wh..', 'a/.wh...'])('%s takes nothing away, and is told', (path) => {
    expect(whiteoutOf(path)).toBeUndefined();
    expect(judge(['a/b'], [path])).toMatchObject({ outcome: 'fail', detail: expect.stringContaining(`/${path} removes nothing that has a name`) });
  });

  it('take away folders with all in them, and what is above them stays', () => {
    expect(judge(['a/b/c', 'a/b-c'], ['a/.wh.b'], ['a/.wh.b-c'], ['.wh.a']).outcome).toBe('pass');
    expect(judge(['a/b/c'], ['a/.wh.b'], ['a/b/.wh.c']).outcome).toBe('fail');
    expect(judge(['a/b'], ['a/b/.wh.c']).outcome).toBe('fail');
  });

  it('are judged in a moment, however many there are and however deep', () => {
    expect(processorTime(() => {
      const names = Array.from({ length: 50_000 }, (_, index) => `f${index}`);
      expect(judge(names, names.map((name) => `.wh.${name}`)).outcome).toBe('pass');
      const deep = Array.from({ length: 2000 }, (_, index) => `${'a/'.repeat(1900)}${index}`);
      expect(judge(deep, ['.wh.a']).outcome).toBe('pass');
    })).toBeLessThan(10_000);
  });
});

describe('a step of long work', () => {
  it('lets a signal be heard, and ends by it', async () => {
    const cancel = new AbortController();
    const machine = createMachine({ signal: cancel.signal });
    await machine.checkpoint();
    setImmediate(() => cancel.abort('SIGTERM'));
    await expect((async () => {
      for (;;) await machine.checkpoint();
    })()).rejects.toBeInstanceOf(CancelledError);
  });
});

it('no limit is smaller than one that lies in it', () => {
  expect(LIMITS.pe.contents).toBeGreaterThan(LIMITS.pe.content);
  expect(LIMITS.root.texts).toBeGreaterThan(LIMITS.root.text);
  expect(LIMITS.fat.folders).toBeGreaterThan(LIMITS.fat.folder);
});
