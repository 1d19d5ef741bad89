import { AARCH64 } from './aarch64.ts';
import type { IsaRow } from './row.ts';
import { X86_64 } from './x86_64.ts';

export type { Firmware } from './row.ts';

/** CPU architectures as RPM and the kernel call them. */
export const ARCHITECTURES = ['x86_64', 'aarch64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export const ISA = { x86_64: X86_64, aarch64: AARCH64 } as const satisfies Readonly<Record<Architecture, IsaRow>>;

/** The architecture of a row with a property; undefined if none has it. */
export const findArchitecture = (isSuch: (row: IsaRow) => boolean): Architecture | undefined => ARCHITECTURES.find((arch) => isSuch(ISA[arch]));

/** Whether images for an architecture have levels. */
export const hasLevels = (arch: Architecture): boolean => ISA[arch].levels.length > 1;

/** A microarchitecture level of x86-64 in hew's own spelling. */
export type Level = (typeof levels)[number];

/** Lowest first. */
export const levels = X86_64.levels;

/** The levels above the lowest one, which is `baseline` for hew and `v1` for the psABI and repositories. */
const [, ...higher] = levels;

/** The same in the spelling of repositories and the psABI. */
export const repositoryLevels = ['v1', ...higher] as const;
export type RepositoryLevel = (typeof repositoryLevels)[number];

/** Levels that users may request; `host` is the level of the machine that plans. */
export const requestedLevels = ['baseline', 'host', ...higher] as const;
