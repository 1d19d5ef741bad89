import { compressorOf } from '../compressors.ts';
import type { ToolName } from '../tools.ts';

/** Programs that compress a whole file: none for `none`. */
export const compressorTools = (compression: string): readonly ToolName[] => {
  const compressor = compressorOf(compression);
  return compressor === undefined ? [] : [compressor.tool];
};

/** Programs that pack a root. */
export const tarTools = (compression: string): readonly ToolName[] => ['tar', ...compressorTools(compression)];
