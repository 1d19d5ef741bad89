import { loadDefinition, sourcesOf, type LoadedDefinition, type LoadOptions } from '../definition/index.ts';
import { HewError } from '../errors.ts';
import { detect } from '../isa/detect.ts';
import type { Host, ToolsOrigin } from '../host/port.ts';
import { kickstartLayers } from './kickstart.ts';
import { lockPath } from '../packages/lock-file.ts';
import { parseLock } from '../packages/lock-parse.ts';
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
  const loaded = await loadAtSnapshot(host, image, cwd, options);
  const asked = [loaded.definition.hardware.level].flat();
  const needsNothing = loaded.distribution.baseline === 'v1' && asked.every((level) => level === 'baseline');
  if (needsNothing) return makePlan(loaded, { architecture: host.architecture, everyArchitecture: options.everyArchitecture });
  const cpu = await host.cpu();
  return makePlan(loaded, { architecture: cpu.architecture, detection: detect(cpu), emulate: options.emulate, everyArchitecture: options.everyArchitecture });
}

/** The value of `--snapshot` that drops the old state of a lock. */
export const NEWEST = 'newest';

/** Loads an image. If neither definition nor flags name an old state of its distribution, the one of its lock is taken. */
async function loadAtSnapshot(host: Host, image: string, cwd: string, { snapshot, ...options }: PlanOptions): Promise<LoadedDefinition> {
  const load = (asked: string | undefined): Promise<LoadedDefinition> =>
    loadDefinition(sourcesOf(host, cwd), image, { ...options, ...kickstartLayers(host), ...(asked === undefined || asked === NEWEST ? {} : { snapshot: asked }) });
  const loaded = await load(snapshot);
  if (snapshot !== undefined || loaded.snapshot !== undefined) return loaded;
  const locked = await lockedSnapshot(host, loaded);
  return locked === undefined ? loaded : load(locked);
}

async function lockedSnapshot(host: Host, { file, distribution }: LoadedDefinition): Promise<string | undefined> {
  const path = lockPath(file);
  const text = await host.fs.readTextIfThere(path);
  if (text === undefined) return undefined;
  try {
    const { request } = parseLock(text, path);
    return request.distribution === distribution.id && request.releasever === distribution.releasever ? request.vars['snapshot'] : undefined;
  } catch (error) {
    // A build from a damaged lock reports it.
    if (error instanceof HewError) return undefined;
    throw error;
  }
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
