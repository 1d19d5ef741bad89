import type { Lag } from '../isa/lag.ts';
import type { Host } from '../host/port.ts';
import { findLags } from '../packages/dnf5/available.ts';
import { dnfPaths } from '../packages/dnf5/paths.ts';
import { dnfFiles } from '../packages/dnf5/settings.ts';
import { gatherKeys } from '../packages/keys.ts';
import { needsNetwork } from '../packages/dnf5/resolve.ts';
import type { Plan } from '../plan/types.ts';

/** Packages of any repository of a plan whose builds for a target's level are older than others. Reads metadata only. */
export async function lagsOfPlan(host: Host, plan: Plan): Promise<readonly Lag[]> {
  const paths = dnfPaths(host);
  const lags: Lag[] = [];
  for (const target of plan.targets.filter(({ level }) => level !== 'baseline')) {
    const { files: keys } = await gatherKeys(host, plan, target, paths);
    await host.fs.makeFolder(paths.cache);
    for (const [path, content] of dnfFiles(plan, target, keys, paths)) await host.fs.write(path, content);
    lags.push(...(await findLags(host, plan, target, paths, needsNetwork(target))).lags);
  }
  return lags;
}
