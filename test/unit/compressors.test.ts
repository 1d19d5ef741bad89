import { describe, expect, it } from 'vitest';

import { compressCommand, COMPRESSORS, compressorOf, type CompressorName } from '../../src/compressors.ts';
import { formatRow } from '../../src/formats/rows.ts';
import { TOOLS } from '../../src/tools.ts';

const NAMES = Object.keys(COMPRESSORS) as readonly CompressorName[];

describe.each(NAMES)('%s', (name) => {
  const { tool, levels } = COMPRESSORS[name];

  it('passes every level that it has, and another command for each', () => {
    const commands = Array.from({ length: levels.highest - levels.lowest + 1 }, (_, index) => compressCommand(name, '-', levels.lowest + index));
    for (const [index, { args }] of commands.entries()) expect(args).toContain(`-${levels.lowest + index}`);
    expect(new Set(commands.map(({ args }) => args.join(' '))).size).toBe(commands.length);
  });

  it('takes its usual level where none is said, and writes to standard output what it is given', () => {
    expect(compressCommand(name, '/x')).toEqual(compressCommand(name, '/x', levels.usual));
    expect(compressCommand(name, '/x').args).toContain('--stdout');
    expect(compressCommand(name, '/x').args.at(-1)).toBe('/x');
  });

  it('is planned with the tool that runs', () => {
    expect(Object.keys(TOOLS)).toContain(tool);
    for (const format of ['tar', 'raw'] as const) expect(formatRow(format).tools(name)).toContain(tool);
  });
});

it('gives words of single formats no compressor', () => {
  expect(['none', 'zlib', 'toString'].map(compressorOf)).toEqual([undefined, undefined, undefined]);
});
