import type { ToolName } from '../tools.ts';

/** Programs that compress, by the name of the compression. */
export const COMPRESSOR_TOOLS: Readonly<Record<string, readonly ToolName[]>> = { zstd: ['zstd'], gzip: ['igzip'], xz: ['xz'] };

/** Programs that pack a root. */
export const tarTools = (compression: string): readonly ToolName[] => ['tar', ...(COMPRESSOR_TOOLS[compression] ?? [])];
