import { ISA } from '../isa/rows.ts';
import type { ToolName } from '../tools.ts';
import type { Plan } from './types.ts';

/** Tools that every build may start besides those of its steps: for keys, scripts, rpm's metadata and checks of the result. */
const ALWAYS: readonly ToolName[] = ['curl', 'sh', 'systemd-sysusers', 'find', 'cp', 'tar'];

/** The tools that the build of a plan starts. */
export const neededTools = ({ steps, targets }: Pick<Plan, 'steps' | 'targets'>): readonly ToolName[] => [...new Set([
  ...ALWAYS,
  ...steps.flatMap(({ tools }) => tools),
  ...(targets.some(({ emulate }) => emulate !== undefined) ? [ISA.x86_64.qemu.user] : []),
])];
