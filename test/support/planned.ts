import { readdir, readFile } from 'node:fs/promises';

import { loadDefinition, type LoadOptions, type SourceReader } from '../../src/definition/index.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan, Target } from '../../src/plan/types.ts';
import { CHECKOUT } from './checkout.ts';

/** Definitions as they are shipped, read from the checkout. */
export const shipped: SourceReader = {
  cwd: CHECKOUT,
  data: CHECKOUT,
  readTextIfThere: (path) => readFile(path, 'utf8').catch(() => undefined),
  list: async (folder) => (await readdir(folder).catch(() => [])).toSorted(),
};

/** The plan of a shipped image on a machine of which only the architecture is known. */
export const planShipped = async (image: string, options: LoadOptions = {}, architecture: Target['arch'] = 'x86_64'): Promise<Plan> =>
  makePlan(await loadDefinition(shipped, image, options), { architecture });

/** The first target of a plan. */
export function targetOf({ targets }: Plan): Target {
  const [target] = targets;
  if (target === undefined) throw new Error('a plan without a target');
  return target;
}
