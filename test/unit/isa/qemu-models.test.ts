import { describe, expect, it } from 'vitest';
import { levels } from '../../../src/isa/levels.ts';
import { emulationFor, qemuModel } from '../../../src/isa/qemu-models.ts';

describe('the processor that QEMU plays for a level', () => {
  it('is the one of its own table, and none for v4', () => {
    expect(levels.map(qemuModel)).toEqual(['qemu64', 'Nehalem', 'Haswell-noTSX', undefined]);
  });

  it('stands in for an x86_64 target', () => {
    expect(emulationFor({ architecture: 'x86_64', level: 'v3' })).toEqual({ model: 'Haswell-noTSX' });
  });

  it('is refused for v4, with the reason and the way out', () => {
    const { problem } = emulationFor({ architecture: 'x86_64', level: 'v4' });
    expect(problem).toMatchObject({ code: 'emulation-unavailable', message: expect.stringMatching(/x86-64-v4.*AVX-512/) as string });
    expect(problem?.hint).toMatch(/v3/);
  });

  it('is refused for another architecture', () => {
    const { problem } = emulationFor({ architecture: 'aarch64', level: 'baseline' });
    expect(problem?.code).toBe('emulation-unavailable');
  });
});
