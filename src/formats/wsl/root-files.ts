import type { FormatFile } from '../row.ts';
import { hewIcon } from './icon.ts';

interface WslSettings {
  readonly systemd: boolean;
  readonly 'default-name'?: string | undefined;
  readonly 'default-user'?: string | undefined;
  /** Absolute path. */
  readonly icon?: string | undefined;
}

const ICON = '/usr/lib/wsl/icon.ico';

/** What WSL reads of a distribution: https://learn.microsoft.com/windows/wsl/build-custom-distro. */
export const wslRootFiles = (image: { readonly name: string }, output: WslSettings): readonly FormatFile[] => [
  { path: '/etc/wsl.conf', content: wslConf(output), yields: true },
  { path: '/etc/wsl-distribution.conf', content: wslDistributionConf(image, output), yields: true },
  { path: ICON, content: output.icon === undefined ? hewIcon() : { input: output.icon }, yields: false },
];

/** https://learn.microsoft.com/windows/wsl/wsl-config#wslconf. */
export const wslConf = (output: Pick<WslSettings, 'systemd' | 'default-user'>): string =>
  [
    '[boot]',
    `systemd=${output.systemd}`,
    ...(output['default-user'] === undefined ? [] : ['', '[user]', `default=${output['default-user']}`]),
    '',
  ].join('\n');

/** https://learn.microsoft.com/windows/wsl/build-custom-distro#wsl-distributionconf. */
export const wslDistributionConf = (image: { readonly name: string }, output: Pick<WslSettings, 'default-name'>): string =>
  ['[oobe]', `defaultName = ${output['default-name'] ?? image.name}`, '', '[shortcut]', `icon = ${ICON}`, 'enabled = true', ''].join('\n');
