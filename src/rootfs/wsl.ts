import type { Output } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { hewIcon } from './icon.ts';
import { readInput } from './inputs.ts';
import { insideRoot } from './inside.ts';
import { writeInRoot } from './write-file.ts';

type WslOutput = Extract<Output, { format: 'wsl' }>;

const ICON = '/usr/lib/wsl/icon.ico';

/**
 * Writes what WSL reads of a distribution, where the plan has such an output.
 * https://learn.microsoft.com/windows/wsl/build-custom-distro
 */
export async function writeWslFiles(host: Host, plan: Plan, root: string): Promise<void> {
  const output = plan.outputs.find((row): row is WslOutput => row.format === 'wsl');
  if (output === undefined) return;
  await writeUnlessThere(host, root, '/etc/wsl.conf', wslConf(output));
  await writeUnlessThere(host, root, '/etc/wsl-distribution.conf', wslDistributionConf(plan, output));
  const icon = output.icon === undefined ? hewIcon() : await readInput(host, plan, output.icon);
  await writeInRoot(host, root, { path: ICON, content: icon });
}

/** A package of the distribution or a file of the definition knows better. */
async function writeUnlessThere(host: Host, root: string, path: string, content: string): Promise<void> {
  if ((await host.fs.status(await insideRoot(host, root, path))) === undefined) await writeInRoot(host, root, { path, content });
}

/** https://learn.microsoft.com/windows/wsl/wsl-config#wslconf. Pure. */
export const wslConf = (output: Pick<WslOutput, 'systemd' | 'default-user'>): string =>
  [
    '[boot]',
    `systemd=${output.systemd}`,
    ...(output['default-user'] === undefined ? [] : ['', '[user]', `default=${output['default-user']}`]),
    '',
  ].join('\n');

/** https://learn.microsoft.com/windows/wsl/build-custom-distro#wsl-distributionconf. Pure. */
export const wslDistributionConf = (plan: Pick<Plan, 'image'>, output: Pick<WslOutput, 'default-name'>): string =>
  ['[oobe]', `defaultName = ${output['default-name'] ?? plan.image.name}`, '', '[shortcut]', `icon = ${ICON}`, 'enabled = true', ''].join('\n');
