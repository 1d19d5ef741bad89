import type { Output } from '../definition/index.ts';
import type { ToolName } from '../tools.ts';
import type { Step } from './types.ts';

/** The stages of a build in their order, each with the tools that it starts. Pure. */
export function planSteps(outputs: readonly Output[]): readonly Step[] {
  return [
    { id: 'resolve', title: 'resolve and fetch packages', tools: ['dnf5', 'flock'] },
    { id: 'verify', title: 'verify signatures', tools: ['rpmkeys'] },
    { id: 'install', title: 'install', tools: ['dnf5', 'rpm'] },
    { id: 'configure', title: 'configure', tools: [] },
    { id: 'clean', title: 'clean', tools: ['rpm'] },
    { id: 'audit', title: 'audit microarchitecture levels', tools: [] },
    { id: 'pack', title: `pack ${outputs.map(({ format }) => format).join(', ')}`, tools: packTools(outputs) },
    { id: 'publish', title: 'write artifacts', tools: [] },
  ];
}

const COMPRESSORS: Readonly<Record<string, readonly ToolName[]>> = { zstd: ['zstd'], gzip: ['igzip'], xz: ['xz'] };

function packTools(outputs: readonly Output[]): readonly ToolName[] {
  const compressors = outputs.flatMap(({ compression }) => COMPRESSORS[compression] ?? []);
  return ['tar', ...new Set(compressors)];
}
