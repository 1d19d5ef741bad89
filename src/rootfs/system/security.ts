import { posix } from 'node:path';

import { ToolError } from '../../errors.ts';
import type { Definition } from '../../definition/index.ts';
import type { System } from './context.ts';
import { FIPS_POLICY } from './requirements.ts';

type Firewall = NonNullable<Definition['system']['firewall']>;

/** Firewall, login stack and cryptographic policy are set by programs of the image. */
export async function setSecurity(system: System): Promise<void> {
  const { firewall, authselect, fips } = system.settings;
  if (firewall?.enabled === true) {
    for (const args of firewallArguments(firewall)) await runInside(system, 'firewall', 'firewall-offline-cmd', args);
  }
  // --force: nobody can have edited a new image by hand.
  if (authselect !== undefined) await runInside(system, 'authselect', 'authselect', ['select', ...authselect, '--force']);
  if (fips) await setFipsPolicy(system);
}

/** Calls of firewall-offline-cmd(1), which takes one kind of option per call, repeated as needed. */
export const firewallArguments = ({ services, ports, trust }: Firewall): readonly (readonly string[])[] =>
  [
    services.map((service) => `--add-service=${service}`),
    ports.map((port) => `--add-port=${port}`),
    ...(trust.length === 0 ? [] : [['--zone=trusted', ...trust.map((name) => `--add-interface=${name}`)]]),
  ].filter((call) => call.length > 0);

async function runInside(system: System, key: string, tool: string, args: readonly string[]): Promise<void> {
  try {
    await system.run(tool, args);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw system.refuse(`system.${key}`, {
      code: 'setting-failed',
      message: `\`system.${key}\`: ${tool} of the image ended with status ${error.status ?? 'unknown'}`,
      hint: (error.stderr.trim() || error.stdout.trim()).split('\n').slice(-6).join('\n') || 'see its manual page',
    });
  }
}

/**
 * What `update-crypto-policies --set FIPS` does: the name of the policy, and a link for each program that reads one.
 * Images without crypto-policies need none of it: OpenSSL goes by the kernel's fips=1, which is the loader's to pass.
 */
async function setFipsPolicy(system: System): Promise<void> {
  const policies = (await system.list(FIPS_POLICY)).filter((name) => name.endsWith('.txt'));
  if (policies.length === 0) return;
  await system.set('/etc/crypto-policies/config', 'FIPS\n');
  await system.set('/etc/crypto-policies/state/current', 'FIPS\n');
  for (const name of policies) {
    const program = name.slice(0, -'.txt'.length);
    await system.link(`/etc/crypto-policies/back-ends/${program}.config`, posix.join(FIPS_POLICY, name));
  }
}

/** Kernel arguments that `system.kdump` asks for; `auto` is what Fedora's kdumpctl takes for its default. */
export function kdumpArguments({ kdump }: Pick<Definition['system'], 'kdump'>): readonly string[] {
  if (kdump?.enabled !== true) return [];
  const reserve = /^\d+$/.test(kdump.reserve) ? `${kdump.reserve}M` : kdump.reserve;
  return [`crashkernel=${reserve === 'auto' ? '1G-4G:192M,4G-64G:256M,64G-:512M' : reserve}`];
}
