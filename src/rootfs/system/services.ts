import { posix } from 'node:path';

import { ToolError } from '../../errors.ts';
import type { Finished, OwnCommand } from '../../host/port.ts';
import type { System } from './context.ts';
import { NETWORK_MANAGER, SYSTEMD } from './requirements.ts';
import { presetFile, unitFile, withUnitSuffix } from './units.ts';

const PRESET = '/etc/systemd/system-preset/00-hew.preset';

/** Where systemd.unit(5) looks for system units; the first match wins. */
const UNIT_FOLDERS = ['/etc', '/usr/local/lib', '/usr/lib', '/lib'].map((folder) => `${folder}/systemd/system`);

/** Output of `systemctl is-enabled` for units that start with the system or on request. */
const ENABLED = new Set(['enabled', 'enabled-runtime', 'alias', 'indirect', 'generated', 'linked']);

/**
 * Enables, disables and masks units: by a preset, for later presets, and by the links that systemctl of the tools makes
 * for it. In an image without systemd nothing starts, so units are already off.
 */
export async function setServices(system: System): Promise<void> {
  const { services } = system.settings;
  const mask = services.mask.map(withUnitSuffix);
  const wanted = [...services.enable, ...(await impliedUnits(system))].map(withUnitSuffix);
  const enable = wanted.filter((unit) => !mask.includes(unit));
  const off = [...services.disable, ...withoutFirewall(system), ...mask].map(withUnitSuffix);
  if ((await system.find(SYSTEMD)) === undefined) {
    if (off.length > 0) system.notice(`there is no systemd in the image, so ${off.join(', ')} cannot start anyway`);
    return;
  }
  await refuseUnknown(system, enable);
  if (enable.length + off.length > 0) await system.set(PRESET, presetFile(enable, off));
  if (enable.length > 0) await systemctl(system, ['enable', ...enable]);
  const present = await Promise.all(off.map(async (unit) => ((await isThere(system, unit)) ? [unit] : [])));
  if (present.flat().length > 0) await systemctl(system, ['disable', ...present.flat()]);
  await noticeStatic(system, enable);
  for (const unit of mask) await system.link(`/etc/systemd/system/${unit}`, '/dev/null');
  await setDefaultTarget(system);
}

const withoutFirewall = ({ settings }: System): readonly string[] =>
  settings.firewall?.enabled === false ? ['firewalld'] : [];

/** Units that another key of the definition needs, unless the definition turns them off. */
async function impliedUnits(system: System): Promise<readonly string[]> {
  const { services, firewall, kdump, network } = system.settings;
  const hasManager = (await system.find(NETWORK_MANAGER)) !== undefined;
  const wanted = [
    ...(firewall?.enabled === true ? ['firewalld.service'] : []),
    ...(kdump?.enabled === true ? ['kdump.service'] : []),
    ...(network.length > 0 ? [hasManager ? 'NetworkManager.service' : 'systemd-networkd.service'] : []),
  ];
  const said = [...services.enable, ...services.disable].map(withUnitSuffix);
  return wanted.filter((unit) => !said.includes(unit));
}

const isThere = async (system: System, unit: string): Promise<boolean> =>
  (await system.find(UNIT_FOLDERS.flatMap((folder) => [`${folder}/${unit}`, `${folder}/${unitFile(unit)}`]))) !== undefined;

async function refuseUnknown(system: System, units: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const unit of units) if (!(await isThere(system, unit))) missing.push(unit);
  if (missing.length === 0) return;
  throw system.refuse('system.services.enable', {
    code: 'unknown-unit',
    message: `\`system.services.enable\`: the image has no ${missing.join(', ')}`,
    hint: await nearUnits(system, missing),
  }, system.settings.services.enable.filter((unit) => missing.includes(withUnitSuffix(unit))));
}

async function nearUnits(system: System, missing: readonly string[]): Promise<string> {
  const stems = missing.map((unit) => (/^[A-Za-z]+/.exec(unit)?.[0] ?? unit).slice(0, 4).toLowerCase());
  const all = new Set<string>();
  for (const folder of UNIT_FOLDERS) for (const name of await system.list(folder)) all.add(name);
  const isNear = (name: string): boolean => stems.some((stem) => name.toLowerCase().includes(stem));
  const near = [...all].filter((name) => !name.endsWith('.wants') && isNear(name)).sort().slice(0, 8);
  const advice = near.length === 0 ? '' : `there are ${near.join(', ')}; `;
  const removed = missing.map((unit) => JSON.stringify(`service:${unit.replace(/\.service$/, '')}`)).join(', ');
  return `${advice}add the package that has it, or remove it from the list; if a profile has it:\n[[overrides]]\nremove = [${removed}]\nreason = "…"`;
}

/** A unit without an [Install] section starts when others want it, and no link can change that. */
async function noticeStatic(system: System, units: readonly string[]): Promise<void> {
  if (units.length === 0) return;
  const { stdout } = await systemctl(system, ['is-enabled', ...units], [1, 4]);
  const states = stdout.trim().split('\n');
  const idle = units.filter((_unit, index) => !ENABLED.has(states[index] ?? ''));
  const own = idle.filter((unit) => system.plan.configuration.files.some(({ path }) => UNIT_FOLDERS.includes(posix.dirname(path)) && posix.basename(path) === unitFile(unit)));
  if (own.length > 0) {
    throw system.refuse('system.services.enable', {
      code: 'unit-without-install',
      message: `\`system.services.enable\`: ${own.join(', ')} of \`files\` cannot be enabled, so nothing starts it at boot`,
      hint: 'add the section to its file: [Install] and WantedBy=multi-user.target; or remove it from the list, if another unit starts it',
    }, system.settings.services.enable.filter((unit) => own.includes(withUnitSuffix(unit))));
  }
  if (idle.length > 0) system.notice(`${idle.join(', ')} cannot be enabled: other units start it, or nothing does`);
}

async function setDefaultTarget(system: System): Promise<void> {
  const target = system.settings['default-target'];
  if (target === undefined) return;
  const unit = target.endsWith('.target') ? target : `${target}.target`;
  if (!(await isThere(system, unit))) {
    throw system.refuse('system.default-target', {
      code: 'unknown-unit',
      message: `\`system.default-target\`: the image has no ${unit}`,
      hint: 'multi-user.target boots to a text console',
    });
  }
  await system.link('/etc/systemd/system/default.target', `/usr/lib/systemd/system/${unit}`);
}

/** systemctl(1) of the tools, on an image that is not running. It sees only the root, so it cannot write elsewhere. */
async function systemctl(system: System, args: readonly string[], accept: readonly number[] = []): Promise<Finished> {
  const { host, root } = system;
  const command: OwnCommand = { tool: 'systemctl', args: [`--root=${root}`, '--no-pager', ...args], view: { write: [root] } };
  try {
    return await host.run(command, { accept });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const [reason = '', ...more] = (error.stderr.trim().replaceAll(root, '') || error.message).split('\n');
    const hint = 'see the [Install] section of the unit: a template needs an instance, such as `getty@tty1`';
    throw system.refuse('system.services', { code: 'service-failed', message: `\`system.services\`: ${reason}`, hint: [...more, hint].join('\n') });
  }
}
