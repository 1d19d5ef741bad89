import { describe, expect, it } from 'vitest';
import { describeDetection } from '../../../src/isa/describe.ts';
import { detect } from '../../../src/isa/detect.ts';
import { parseLdSoHelp } from '../../../src/isa/glibc.ts';
import type { CpuFacts } from '../../../src/host/port.ts';
import { processors } from './processors.ts';

const help = (...lines: string[]): string =>
  `Usage: ld.so [OPTION]... EXECUTABLE-FILE [ARGS-FOR-PROGRAM...]
This helper program loads EXECUTABLE-FILE.

Shared library search path:
  (libraries located via /etc/ld.so.cache)
  /usr/lib (system search path)

Subdirectories of glibc-hwcaps directories, in priority order:
${lines.map((line) => `  ${line}\n`).join('')}
Legacy HWCAP subdirectories under library search path directories:
  x86_64 (AT_PLATFORM; supported, searched)
  tls (supported, searched)
`;
const haswellHelp = help('x86-64-v4', 'x86-64-v3 (supported, searched)', 'x86-64-v2 (supported, searched)');

const cpu = (name: string, facts: Partial<CpuFacts> = {}): CpuFacts => ({
  architecture: 'x86_64',
  model: name,
  flags: processors.find((processor) => processor.name.startsWith(name))?.flags.split(' '),
  glibcHelp: undefined,
  platform: 'linux',
  ...facts,
});

describe('parseLdSoHelp', () => {
  it('takes the supported levels, in their order, and no legacy folder', () => {
    expect(parseLdSoHelp(haswellHelp)).toEqual(['x86-64-v3', 'x86-64-v2']);
  });

  it('takes a level that a mask keeps from being searched', () => {
    expect(parseLdSoHelp(help('x86-64-v4', 'x86-64-v3 (supported, masked)'))).toEqual(['x86-64-v3']);
  });

  it('is empty on a baseline machine and undefined where nothing is told', () => {
    expect(parseLdSoHelp(help('x86-64-v4', 'x86-64-v3', 'x86-64-v2'))).toEqual([]);
    expect(parseLdSoHelp('musl libc (x86_64)\nVersion 1.2.5\n')).toBeUndefined();
    expect(parseLdSoHelp('')).toBeUndefined();
  });
});

describe('detect', () => {
  it('agrees with glibc', () => {
    const detection = detect(cpu('Haswell', { glibcHelp: haswellHelp }));
    expect(detection).toMatchObject({ level: 'v3', secondOpinion: { level: 'v3', agrees: true }, notes: [] });
  });

  it('takes the lower opinion and says so', () => {
    const detection = detect(cpu('Skylake-X', { glibcHelp: haswellHelp }));
    expect(detection).toMatchObject({ level: 'v3', secondOpinion: { level: 'v3', agrees: false } });
    expect(detection.notes.join()).toContain('x86-64-v4, glibc says x86-64-v3');
    const optimist = detect(cpu('Nehalem', { glibcHelp: haswellHelp }));
    expect(optimist).toMatchObject({ level: 'v2', secondOpinion: { level: 'v3', agrees: false } });
  });

  it('does without a second opinion', () => {
    expect(detect(cpu('Haswell'))).toMatchObject({ level: 'v3', secondOpinion: undefined, notes: [] });
  });

  it('names what a hypervisor left behind when it masked avx', () => {
    const detection = detect(cpu('Xen'));
    expect(detection.level).toBe('v2');
    expect(detection.notes.join()).toMatch(/^f16c: printed, but of no use/);
  });

  it('says that a platform cannot tell, and believes glibc alone where there is one', () => {
    const windows = detect(cpu('', { flags: undefined, platform: 'win32' }));
    expect(windows).toMatchObject({ level: undefined, flags: [] });
    expect(windows.notes.join()).toContain('win32 does not say');
    const odd = detect(cpu('', { flags: undefined, glibcHelp: haswellHelp }));
    expect(odd).toMatchObject({ level: 'v3', secondOpinion: { level: 'v3' } });
  });

  it('knows aarch64 and that it has no levels', () => {
    const arm = detect(cpu('Neoverse-N1', { architecture: 'aarch64', flags: ['fp', 'asimd', 'atomics'] }));
    expect(arm).toMatchObject({ architecture: 'aarch64', level: undefined, flags: [] });
    expect(arm.notes.join()).toContain('no microarchitecture levels');
  });
});

describe('describeDetection', () => {
  it('says flag by flag why not the next level', () => {
    const { rows, summary, nextLevel } = describeDetection(detect(cpu('Piledriver')));
    expect(summary).toBe('Piledriver: x86-64-v2');
    expect(nextLevel).toBe('Not x86-64-v3: avx2, bmi2, movbe.');
    expect(rows).toHaveLength(30);
    expect(rows.find(({ flag }) => flag === 'AVX2')).toEqual({
      level: 'v3',
      flag: 'AVX2',
      cpuinfo: 'avx2',
      status: 'missing',
      why: 'not offered by the processor, or masked',
    });
    const lzcnt = rows.find(({ flag }) => flag === 'LZCNT');
    expect(lzcnt).toMatchObject({ cpuinfo: 'abm or lzcnt', status: 'present', why: '' });
  });

  it('names the reason of an unusable flag', () => {
    const { rows } = describeDetection(detect(cpu('Xen')));
    expect(rows.find(({ flag }) => flag === 'F16C')?.why).toBe('needs avx, which is masked or not enabled');
  });

  it('has no next level at the top, and blames glibc where only it stands in the way', () => {
    expect(describeDetection(detect(cpu('Zen 4'))).nextLevel).toBeUndefined();
    const held = describeDetection(detect(cpu('Zen 4', { glibcHelp: haswellHelp })));
    expect(held.nextLevel).toBe('Not x86-64-v4: glibc does not offer it on this machine.');
  });

  it('has no rows where there are no levels', () => {
    const { rows, summary } = describeDetection(detect(cpu('Neoverse-N1', { architecture: 'aarch64' })));
    expect([rows, summary]).toEqual([[], 'Neoverse-N1: aarch64, which has no levels']);
  });
});
