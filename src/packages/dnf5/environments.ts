import type { Plan } from '../../plan/types.ts';
import { runDnf, type DnfSession } from './session.ts';

/**
 * The plan with each environment that a group is kept out of replaced by its other groups: dnf5 can keep out packages
 * alone. Any other plan comes back as it is.
 */
export async function withoutKeptOutGroups(session: DnfSession): Promise<Plan> {
  const { plan } = session;
  const keptOut = plan.packages.exclude.filter(isGroup).map((spec) => spec.slice(1));
  if (keptOut.length === 0 || environmentsOf(plan).length === 0) return plan;
  const { stdout } = await runDnf(session, ['environment', 'info', ...environmentsOf(plan).map((spec) => spec.slice(2))]);
  const environments = parseEnvironments(stdout);
  const install = plan.packages.install.flatMap((spec) => {
    const groups = isEnvironment(spec) ? environments.get(spec.slice(2)) : undefined;
    // One that dnf5 does not know is left for it to tell, as is one that none of them is a part of.
    if (groups === undefined || !groups.some((group) => keptOut.includes(group))) return [spec];
    return groups.filter((group) => !keptOut.includes(group)).map((group) => `@${group}`);
  });
  return { ...plan, packages: { ...plan.packages, install: [...new Set(install)] } };
}

const isGroup = (spec: string): boolean => spec.startsWith('@');

const isEnvironment = (spec: string): boolean => spec.startsWith('@^');
const environmentsOf = ({ packages }: Plan): readonly string[] => packages.install.filter(isEnvironment);

/** Required groups by environment, out of what `dnf5 environment info` prints: one group a line, behind a colon. */
export function parseEnvironments(output: string): ReadonlyMap<string, readonly string[]> {
  const environments = new Map<string, string[]>();
  let groups: string[] = [];
  let key = '';
  for (const line of output.split('\n')) {
    const [, label = '', value = ''] = /^([^:]*?)\s*: (.*)$/.exec(line) ?? [];
    if (label !== '') key = label;
    if (label === 'Id') environments.set(value.trim(), (groups = []));
    else if (key === 'Required groups' && value.trim() !== '') groups.push(value.trim());
  }
  return environments;
}
