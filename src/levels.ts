/** A microarchitecture level of x86-64, as hew speaks of it everywhere inside. */
export type Level = 'baseline' | 'v2' | 'v3' | 'v4';

/** The same as repositories and the psABI write it: the baseline is `v1`. */
export type RepositoryLevel = 'v1' | 'v2' | 'v3' | 'v4';

/** Lowest first. */
export const levels: readonly Level[] = ['baseline', 'v2', 'v3', 'v4'];
