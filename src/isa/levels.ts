import { levels, type Level, type RepositoryLevel } from './rows.ts';

export { levels, type Level, type RepositoryLevel } from './rows.ts';

/** A CPU flag that a level requires. */
export interface LevelFlag {
  readonly level: Level;
  /** The name in the psABI. */
  readonly name: string;
  /** Names in `/proc/cpuinfo`; one of them suffices. */
  readonly cpuinfo: readonly string[];
  /** Flags in `/proc/cpuinfo` without which this flag is unusable: the wide register state that the OS must enable. */
  readonly needs: readonly string[];
  /** Source of the rule. */
  readonly source: string;
}

const psabi = 'x86-64 psABI 1.0, section 3.1.1, table 3.1 (https://gitlab.com/x86-psABIs/x86-64-ABI)';
const kernel = 'https://docs.kernel.org/arch/x86/cpuinfo.html';

const row = (level: Level, name: string, cpuinfo: readonly string[], needs: readonly string[] = []): LevelFlag => ({
  level,
  name,
  cpuinfo,
  needs,
  source: psabi,
});

/** The psABI table, one row for each flag. A level requires its own rows and those of all lower levels. */
export const levelFlags: readonly LevelFlag[] = [
  row('baseline', 'CMOV', ['cmov']),
  row('baseline', 'CX8', ['cx8']),
  row('baseline', 'FPU', ['fpu']),
  row('baseline', 'FXSR', ['fxsr']),
  row('baseline', 'MMX', ['mmx']),
  // A 64-bit kernel always sets CR4.OSFXSR, and only then lists sse.
  row('baseline', 'OSFXSR', ['sse'], ['fxsr']),
  row('baseline', 'SCE', ['syscall']),
  row('baseline', 'SSE', ['sse']),
  row('baseline', 'SSE2', ['sse2']),
  row('v2', 'CMPXCHG16B', ['cx16']),
  row('v2', 'LAHF-SAHF', ['lahf_lm']),
  row('v2', 'POPCNT', ['popcnt']),
  row('v2', 'SSE3', ['pni']),
  row('v2', 'SSE4_1', ['sse4_1']),
  row('v2', 'SSE4_2', ['sse4_2']),
  row('v2', 'SSSE3', ['ssse3']),
  // Linux hides avx if the OS state is not enabled, but a hypervisor may mask avx and keep the flags that depend on it.
  row('v3', 'AVX', ['avx'], ['xsave']),
  row('v3', 'AVX2', ['avx2'], ['avx']),
  row('v3', 'BMI1', ['bmi1']),
  row('v3', 'BMI2', ['bmi2']),
  row('v3', 'F16C', ['f16c'], ['avx']),
  row('v3', 'FMA', ['fma'], ['avx']),
  row('v3', 'LZCNT', ['abm', 'lzcnt']),
  row('v3', 'MOVBE', ['movbe']),
  // Linux sets CR4.OSXSAVE whenever it lists xsave, and lists avx only if it also enabled that state.
  { ...row('v3', 'OSXSAVE', ['xsave', 'osxsave']), source: `${psabi}; ${kernel}` },
  row('v4', 'AVX512F', ['avx512f'], ['avx']),
  row('v4', 'AVX512BW', ['avx512bw'], ['avx512f']),
  row('v4', 'AVX512CD', ['avx512cd'], ['avx512f']),
  row('v4', 'AVX512DQ', ['avx512dq'], ['avx512f']),
  row('v4', 'AVX512VL', ['avx512vl'], ['avx512f']),
];

/**
 * `unusable`: the flag is listed, but its requirements are masked or not enabled, so that its instructions would fault.
 */
export type FlagStatus = 'present' | 'missing' | 'unusable';

export interface ExplainedFlag extends LevelFlag {
  readonly status: FlagStatus;
}

/** Every flag of every level, and whether these `/proc/cpuinfo` flags provide it. */
export const explainLevel = (flags: readonly string[]): readonly ExplainedFlag[] => {
  const printed = new Set(flags);
  return levelFlags.map((flag) => ({ ...flag, status: statusOf(flag, printed) }));
};

const statusOf = (flag: LevelFlag, printed: ReadonlySet<string>): FlagStatus => {
  if (!flag.cpuinfo.some((name) => printed.has(name))) return 'missing';
  return flag.needs.every((name) => usable(name, printed)) ? 'present' : 'unusable';
};

// A masked flag disables everything that depends on it: avx512bw needs avx512f, which needs avx, which needs xsave.
const usable = (name: string, printed: ReadonlySet<string>): boolean => {
  if (!printed.has(name)) return false;
  const flag = levelFlags.find(({ cpuinfo }) => cpuinfo[0] === name);
  return flag === undefined || flag.needs.every((needed) => usable(needed, printed));
};

/** The highest level whose flags, and those of all lower levels, are usable; undefined below the baseline. */
export const levelOf = (flags: readonly string[]): Level | undefined => {
  const explained = explainLevel(flags);
  const failed = explained.find(({ status }) => status !== 'present');
  return failed === undefined ? 'v4' : levels[levels.indexOf(failed.level) - 1];
};

/** Negative if `a` is the lower level, as `sort` expects. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b);

/**
 * Converts any spelling to a `Level`: `v1`, `baseline`, `x86-64-v3`, `x86_64_v3`; otherwise undefined. No other
 * function does.
 */
export const parseLevel = (text: string): Level | undefined => {
  const name = text.replace(/^x86[-_]64(?:[-_]|$)/, '');
  if (name === 'v1' || (name === '' && text !== '')) return 'baseline';
  return levels.find((level) => level === name);
};

/** The level of a repository or distribution. */
export const statedLevel = (level: RepositoryLevel): Level => (level === 'v1' ? 'baseline' : level);

/** `v1` to `v4`, the spelling of repositories, OCI platforms and the psABI. */
export const repositoryLevel = (level: Level): RepositoryLevel => (level === 'baseline' ? 'v1' : level);

/** `x86-64-v3`, the spelling of glibc and compilers; the baseline is `x86-64`. */
export const glibcLevel = (level: Level): string => (level === 'baseline' ? 'x86-64' : `x86-64-${level}`);

/** `x86_64_v3`, the architecture of RPMs for a level; the baseline is `x86_64`. */
export const rpmArchitecture = (level: Level): string => (level === 'baseline' ? 'x86_64' : `x86_64_${level}`);

/** The level of an RPM architecture; undefined for noarch and other processors. */
export const levelOfRpmArchitecture = (arch: string): Level | undefined =>
  /^x86_64(_v[234])?$/.test(arch) ? parseLevel(arch) : undefined;
