import type { ToolName } from './tools.ts';

/** A program that compresses whole files, and its levels. */
export interface Compressor {
  readonly tool: ToolName;
  readonly levels: { readonly lowest: number; readonly highest: number; readonly usual: number };
  /** Ending of what it makes. */
  readonly ending: string;
  /** Arguments in front of the file to compress, or of `-`; the result goes to standard output. */
  readonly args: (level: number) => string[];
}

/**
 * Every compressor of layers, archives, initrds and disks. The bytes that it makes do not depend on how many processors
 * there are: zstd cuts its input by level, xz by the block size given, and the number of igzip's threads is fixed.
 */
export const COMPRESSORS = {
  // https://github.com/facebook/zstd/blob/dev/programs/zstd.1.md: levels above 19 need --ultra.
  zstd: {
    tool: 'zstd',
    levels: { lowest: 1, highest: 22, usual: 3 },
    ending: 'zst',
    args: (level) => ['-T0', `-${level}`, ...(level > 19 ? ['--ultra'] : []), '--stdout', '-q'],
  },
  // https://github.com/intel/isa-l/blob/master/programs/igzip.1: fast, and no more than four levels.
  gzip: {
    tool: 'igzip',
    levels: { lowest: 0, highest: 3, usual: 2 },
    ending: 'gz',
    args: (level) => [`-${level}`, '-T', '4', '--no-name', '--stdout'],
  },
  // xz(1)
  xz: {
    tool: 'xz',
    levels: { lowest: 0, highest: 9, usual: 6 },
    ending: 'xz',
    args: (level) => ['-T0', '--block-size=16MiB', `-${level}`, '--stdout'],
  },
} as const satisfies Record<string, Compressor>;

export type CompressorName = keyof typeof COMPRESSORS;

/** What a definition may say of a file as a whole. */
export type Compression = CompressorName | 'none';

/** The compressor of that name; undefined for `none` and for words that a format gives a meaning of its own. */
export const compressorOf = (compression: string): Compressor | undefined =>
  Object.hasOwn(COMPRESSORS, compression) ? COMPRESSORS[compression as CompressorName] : undefined;

/** A command that compresses a file, or standard input for `-`, at a level or at the usual one. */
export function compressCommand(compression: CompressorName, file: string, level?: number): { readonly tool: ToolName; readonly args: readonly string[] } {
  const { tool, levels, args } = COMPRESSORS[compression];
  return { tool, args: [...args(level ?? levels.usual), file] };
}
