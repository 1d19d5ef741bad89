import type { CpuFacts } from '../host/port.ts';
import { parseLdSoHelp } from './glibc.ts';
import {
  compareLevels,
  explainLevel,
  glibcLevel,
  levelOf,
  parseLevel,
  type ExplainedFlag,
  type Level,
} from './levels.ts';

/** The result of glibc's own detection. */
export interface SecondOpinion {
  /** Undefined if glibc names levels that hew does not know. */
  readonly level: Level | undefined;
  readonly agrees: boolean;
}

/** The level of a machine, and the reasons for it. */
export interface Detection {
  readonly architecture: CpuFacts['architecture'];
  readonly model: string;
  readonly platform: string;
  /** The lower one of the two results. Undefined if there are no levels or the level is unknown. */
  readonly level: Level | undefined;
  /** Every flag of every level; empty if there are no levels or the platform does not list flags. */
  readonly flags: readonly ExplainedFlag[];
  /** Undefined if glibc was not asked or has no answer. */
  readonly secondOpinion: SecondOpinion | undefined;
  /** Remarks for people, as sentences. */
  readonly notes: readonly string[];
}

/** Derives the level and the reasons for it from what the operating system reports. */
export const detect = (cpu: CpuFacts): Detection => {
  const about = { architecture: cpu.architecture, model: cpu.model, platform: cpu.platform };
  const nothing = { ...about, level: undefined, flags: [], secondOpinion: undefined };
  if (cpu.architecture !== 'x86_64') return { ...nothing, notes: [withoutLevels(cpu.architecture)] };
  if (cpu.flags === undefined) return fromGlibcAlone(cpu, nothing);
  const own = levelOf(cpu.flags);
  const flags = explainLevel(cpu.flags);
  const secondOpinion = opinionOf(cpu, own);
  const level = lower(own, secondOpinion);
  const notes = [...oddities(flags, own), ...disagreement(own, secondOpinion)];
  return { ...about, level, flags, secondOpinion, notes };
};

const withoutLevels = (architecture: CpuFacts['architecture']): string =>
  architecture === 'aarch64'
    ? 'aarch64 has no microarchitecture levels; every image for it is a baseline image.'
    : 'Only x86_64 has microarchitecture levels.';

const fromGlibcAlone = (cpu: CpuFacts, nothing: Omit<Detection, 'notes'>): Detection => {
  const cannot = `${cpu.platform} does not say which instructions the processor offers`;
  const opinion = opinionOf(cpu, undefined);
  if (opinion?.level === undefined) return { ...nothing, notes: [`${cannot}; name a level instead of "host".`] };
  const notes = [`${cannot}; the level is what glibc says.`];
  return { ...nothing, level: opinion.level, secondOpinion: opinion, notes };
};

const opinionOf = (cpu: CpuFacts, own: Level | undefined): SecondOpinion | undefined => {
  const glibcLevels = cpu.glibcHelp === undefined ? undefined : parseLdSoHelp(cpu.glibcHelp);
  if (glibcLevels === undefined) return undefined;
  const known = glibcLevels.map(parseLevel).filter((level) => level !== undefined);
  if (known.length === 0 && glibcLevels.length > 0) return { level: undefined, agrees: false };
  const level = known.toSorted(compareLevels).at(-1) ?? 'baseline';
  return { level, agrees: level === own };
};

// ld.so refuses programs above its own result, and the processor faults above ours: only the lower level is safe.
const lower = (own: Level | undefined, opinion: SecondOpinion | undefined): Level | undefined =>
  own === undefined || opinion?.level === undefined ? own : [own, opinion.level].toSorted(compareLevels)[0];

const oddities = (flags: readonly ExplainedFlag[], own: Level | undefined): readonly string[] => {
  const unusable = flags.filter(({ status }) => status === 'unusable');
  const notes: string[] = [];
  if (own === undefined) notes.push('Not even the flags of baseline x86-64 are all there.');
  if (unusable.length > 0) {
    const names = unusable.map(({ cpuinfo }) => cpuinfo[0]).join(', ');
    notes.push(
      `${names}: printed, but of no use, since what they build on is masked by a hypervisor or not enabled by the OS.`,
    );
  }
  return notes;
};

const disagreement = (own: Level | undefined, opinion: SecondOpinion | undefined): readonly string[] => {
  if (opinion === undefined || opinion.agrees || own === undefined) return [];
  if (opinion.level === undefined) return ['glibc names levels that hew does not know.'];
  return [`The flags say ${glibcLevel(own)}, glibc says ${glibcLevel(opinion.level)}; the lower one counts.`];
};
