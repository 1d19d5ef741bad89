import { describe, expect, it } from 'vitest';
import { builderProblem, hostLevel } from '../../../src/isa/builder.ts';
import { detect, type Detection } from '../../../src/isa/detect.ts';
import type { CpuFacts } from '../../../src/host/port.ts';
import { processors } from './processors.ts';

const machine = (name: string, facts: Partial<CpuFacts> = {}): Detection =>
  detect({
    architecture: 'x86_64',
    model: name,
    flags: processors.find((processor) => processor.name.startsWith(name))?.flags.split(' '),
    glibcHelp: undefined,
    platform: 'linux',
    ...facts,
  });
const x86 = (level: 'baseline' | 'v2' | 'v3' | 'v4') => ({ architecture: 'x86_64', level }) as const;

describe('builderProblem', () => {
  it('lets a machine build up to its own level', () => {
    for (const level of ['baseline', 'v2', 'v3'] as const) {
      expect(builderProblem(machine('Haswell'), x86(level))).toBeUndefined();
    }
  });

  it('refuses above it, with the missing flags named', () => {
    expect(builderProblem(machine('Piledriver'), x86('v3'))).toMatchObject({
      code: 'builder-below-target',
      message: 'this machine runs x86-64-v2 programs and no x86-64-v3 ones: it lacks avx2, bmi2, movbe',
    });
    expect(builderProblem(machine('Haswell'), x86('v4'))?.message).toContain(
      'it lacks avx512f, avx512bw, avx512cd, avx512dq, avx512vl',
    );
  });

  it('lets any x86_64 machine build a baseline image, even one that tells nothing', () => {
    const silent = machine('', { flags: undefined, platform: 'win32' });
    expect(builderProblem(silent, x86('baseline'))).toBeUndefined();
    expect(builderProblem(silent, x86('v2'))?.message).toContain('it is unknown whether');
    expect(hostLevel(silent)).toBeUndefined();
  });

  it('refuses another architecture', () => {
    const arm = machine('Neoverse', { architecture: 'aarch64', flags: ['fp', 'asimd'] });
    expect(builderProblem(arm, x86('baseline'))?.message).toContain('this machine is aarch64');
    expect(builderProblem(arm, { architecture: 'aarch64', level: 'baseline' })).toBeUndefined();
    expect(hostLevel(arm)).toBe('baseline');
  });
});
