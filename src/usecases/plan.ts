import { loadDefinition, sourcesOf, type LoadOptions } from '../definition/index.ts';
import { HewError } from '../errors.ts';
import { detect } from '../isa/detect.ts';
import type { Host, ToolsOrigin } from '../host/port.ts';
import { kickstartLayers } from './kickstart.ts';
import { makePlan } from '../plan/make-plan.ts';
import { neededTools } from '../plan/needed-tools.ts';
import type { Plan } from '../plan/types.ts';

export interface PlanOptions extends LoadOptions {
  readonly emulate?: boolean;
  /** Whether to plan targets that only other machines can build. */
  readonly everyArchitecture?: boolean;
}

/** Loads an image and plans it for this machine. Reads files and runs no program. */
export async function planImage(host: Host, image: string, cwd: string, options: PlanOptions): Promise<Plan> {
  const loaded = await loadDefinition(sourcesOf(host, cwd), image, { ...options, ...kickstartLayers(host) });
  const asked = [loaded.definition.hardware.level].flat();
  const needsNothing = loaded.distribution.baseline === 'v1' && asked.every((level) => level === 'baseline');
  if (needsNothing) return makePlan(loaded, { architecture: host.architecture, everyArchitecture: options.everyArchitecture });
  const cpu = await host.cpu();
  return makePlan(loaded, { architecture: cpu.architecture, detection: detect(cpu), emulate: options.emulate, everyArchitecture: options.everyArchitecture });
}

/** Where the tools of a plan come from, or undefined if this machine has none yet. */
export async function findTools(host: Host, plan: Plan): Promise<ToolsOrigin | undefined> {
  try {
    return await host.tools(neededTools(plan));
  } catch (error) {
    if (error instanceof HewError && error.code === 'no-tools') return undefined;
    throw error;
  }
}
