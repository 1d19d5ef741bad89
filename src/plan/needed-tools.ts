import type { ToolName } from '../tools.ts';
import type { Plan } from './types.ts';

/** What every build may start besides the tools of its steps: for keys, for scripts, for what rpm declares, to look at what was made. */
const ALWAYS: readonly ToolName[] = ['curl', 'sh', 'systemd-sysusers', 'find', 'cp', 'tar'];

/** The tools that the build of a plan starts. */
export const neededTools = ({ steps, targets }: Pick<Plan, 'steps' | 'targets'>): readonly ToolName[] => [...new Set([
  ...ALWAYS,
  ...steps.flatMap(({ tools }) => tools),
  ...(targets.some(({ emulate }) => emulate !== undefined) ? ['qemu-x86_64' as const] : []),
])];
