import { describe, expect, it } from 'vitest';
import {
  compareLevels,
  explainLevel,
  glibcLevel,
  levelFlags,
  levelOf,
  levelOfRpmArchitecture,
  levels,
  parseLevel,
  repositoryLevel,
  rpmArchitecture,
} from '../../../src/isa/levels.ts';
import { processors } from './processors.ts';

const haswell = (): string[] => processors.find(({ name }) => name.startsWith('Haswell'))?.flags.split(' ') ?? [];
const statusOf = (name: string, flags: readonly string[]): string | undefined =>
  explainLevel(flags).find((flag) => flag.name === name)?.status;

describe('levelOf', () => {
  it.each(processors)('$name is $level', ({ flags, level, lacks }) => {
    const list = flags.split(' ');
    expect(levelOf(list)).toBe(level);
    const next = levels[levels.indexOf(level) + 1];
    const missing = next === undefined ? [] : explainLevel(list).flatMap(({ status, level: of, cpuinfo }) =>
      (status === 'present' || compareLevels(of, next) > 0 ? [] : [cpuinfo[0]]));
    expect(new Set(missing)).toEqual(new Set(lacks));
  });

  it('needs every single flag of a level', () => {
    const all = levelFlags.flatMap(({ cpuinfo }) => cpuinfo.slice(0, 1));
    expect(levelOf(all)).toBe('v4');
    for (const flag of levelFlags) {
      const without = all.filter((name) => name !== flag.cpuinfo[0]);
      expect([flag.name, levelOf(without)]).toEqual([flag.name, levels[levels.indexOf(flag.level) - 1]]);
    }
  });

  it('is undefined where not even the baseline is there', () => {
    expect(levelOf([])).toBeUndefined();
    expect(levelOf(['fp', 'asimd', 'evtstrm', 'crc32'])).toBeUndefined();
  });
});

describe('explainLevel', () => {
  it('calls what builds on a masked avx unusable, not present', () => {
    const masked = haswell().filter((name) => name !== 'avx' && name !== 'xsave');
    expect(levelOf(masked)).toBe('v2');
    expect(['AVX', 'AVX2', 'FMA', 'F16C', 'BMI1', 'MOVBE'].map((name) => statusOf(name, masked))).toEqual([
      'missing',
      'unusable',
      'unusable',
      'unusable',
      'present',
      'present',
    ]);
  });

  it('does not believe avx and avx512 without the state that xsave saves', () => {
    const noState = [...haswell().filter((name) => !name.startsWith('xsave')), 'avx512f', 'avx512bw'];
    expect(['AVX', 'AVX2', 'OSXSAVE', 'AVX512F', 'AVX512BW'].map((name) => statusOf(name, noState))).toEqual([
      'unusable',
      'unusable',
      'missing',
      'unusable',
      'unusable',
    ]);
  });

  it('knows LZCNT by either name', () => {
    const renamed = haswell().map((name) => (name === 'abm' ? 'lzcnt' : name));
    expect(levelOf(renamed)).toBe('v3');
  });

  it('has the number of flags that the psABI lists, each with a source', () => {
    expect(levels.map((level) => levelFlags.filter((flag) => flag.level === level).length)).toEqual([9, 7, 9, 5]);
    expect(levelFlags.every(({ source }) => source.includes('psABI'))).toBe(true);
  });
});

describe('spellings', () => {
  it.each([
    ['v1', 'baseline'],
    ['baseline', 'baseline'],
    ['x86-64', 'baseline'],
    ['x86_64', 'baseline'],
    ['x86-64-v3', 'v3'],
    ['x86_64_v4', 'v4'],
    ['v2', 'v2'],
    ['host', undefined],
    ['v5', undefined],
    ['x86-64-v5', undefined],
    ['', undefined],
    ['x86_64v3', undefined],
  ] as const)('%j is %s', (text, level) => {
    expect(parseLevel(text)).toBe(level);
  });

  it('comes back from each way of writing it', () => {
    for (const level of levels) {
      expect(parseLevel(repositoryLevel(level))).toBe(level);
      expect(parseLevel(glibcLevel(level))).toBe(level);
      expect(levelOfRpmArchitecture(rpmArchitecture(level))).toBe(level);
    }
    expect(['noarch', 'aarch64', 'i686', 'v3'].map(levelOfRpmArchitecture)).toEqual(Array(4).fill(undefined));
    expect(levels.toSorted((a, b) => compareLevels(b, a))).toEqual(['v4', 'v3', 'v2', 'baseline']);
  });
});
