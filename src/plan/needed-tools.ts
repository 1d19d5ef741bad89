import { ISA } from '../isa/rows.ts';
import type { ToolName } from '../tools.ts';
import type { Plan } from './types.ts';

/** The tool that keeps a root, which is an option of the build and not of the plan. */
const ALWAYS: readonly ToolName[] = ['cp'];

/** The tools that the build of a plan starts. */
export const neededTools = ({ steps, targets }: Pick<Plan, 'steps' | 'targets'>): readonly ToolName[] => [...new Set([
  ...ALWAYS,
  ...steps.flatMap(({ tools }) => tools),
  ...(targets.some(({ emulate }) => emulate !== undefined) ? [ISA.x86_64.qemu.user] : []),
])];
