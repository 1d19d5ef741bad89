import { posix } from 'node:path';

import { didYouMean } from '../../definition/index.ts';
import type { System } from './context.ts';

/** Writes settings that are one file each: host name, language, keyboard, clock. */
export async function writeSystemSettings(system: System): Promise<void> {
  const { hostname } = system.settings;
  if (hostname !== undefined) await system.set('/etc/hostname', `${hostname}\n`);
  await setLocale(system);
  await setKeyboard(system);
  await setTimeZone(system);
}

async function setLocale(system: System): Promise<void> {
  const { locale } = system.settings;
  if (locale === undefined) return;
  await system.set('/etc/locale.conf', `LANG=${locale}\n`);
  if (await hasLocale(system, locale)) return;
  const [language = ''] = locale.split(/[_.@]/);
  const advice = `install glibc-langpack-${language}`;
  system.notice(`\`system.locale\` is ${locale}, for which the image has no data: programs fall back to C; ${advice}`);
}

/** glibc has C and POSIX built in. Others are folders, with the encoding reduced to letters and digits, or one archive. */
async function hasLocale(system: System, locale: string): Promise<boolean> {
  if (/^(?:C|POSIX)(?:\.utf-?8)?$/i.test(locale)) return true;
  const reduce = (encoding: string): string => encoding.toLowerCase().replaceAll(/[^a-z0-9.]/g, '');
  const plain = locale.replace(/\.[^@]*/, reduce);
  const locations = [locale, plain, 'locale-archive'].map((name) => `/usr/lib/locale/${name}`);
  return (await system.find(locations)) !== undefined;
}

async function setKeyboard(system: System): Promise<void> {
  const { keymap } = system.settings;
  const layouts = system.settings['keyboard-layouts'].map(parseLayout);
  if (keymap !== undefined && !(await hasKeymap(system, keymap))) {
    throw system.refuse('system.keymap', {
      code: 'unknown-keymap',
      message: `\`system.keymap\`: the image has no keyboard map \`${keymap}\``,
      hint: 'maps are in the package kbd (kbd-legacy has further ones); `localectl list-keymaps` names them',
    });
  }
  const lines = [
    ...(keymap === undefined ? [] : [`KEYMAP=${keymap}`]),
    ...(layouts.length === 0 ? [] : [`XKBLAYOUT=${joined(layouts, 'layout')}`]),
    ...(layouts.some(({ variant }) => variant !== '') ? [`XKBVARIANT=${joined(layouts, 'variant')}`] : []),
  ];
  if (lines.length > 0) await system.set('/etc/vconsole.conf', lines.map((line) => `${line}\n`).join(''));
  if (layouts.length > 0) await system.set('/etc/X11/xorg.conf.d/00-keyboard.conf', keyboardFile(layouts));
}

interface Layout {
  readonly layout: string;
  readonly variant: string;
}

/** `us`, or `de (nodeadkeys)` as kickstart writes a variant. */
export function parseLayout(text: string): Layout {
  const [, layout = text, variant = ''] = /^([^\s(]+)\s*\(([^)]*)\)$/.exec(text.trim()) ?? [];
  return { layout: layout.trim(), variant };
}

const joined = (layouts: readonly Layout[], key: keyof Layout): string => layouts.map((one) => one[key]).join(',');

/** The file that localectl(1) writes, so that it can change it later. */
const keyboardFile = (layouts: readonly Layout[]): string =>
  [
    'Section "InputClass"',
    '        Identifier "system-keyboard"',
    '        MatchIsKeyboard "on"',
    `        Option "XkbLayout" "${joined(layouts, 'layout')}"`,
    ...(layouts.some(({ variant }) => variant !== '') ? [`        Option "XkbVariant" "${joined(layouts, 'variant')}"`] : []),
    'EndSection',
    '',
  ].join('\n');

const KEYMAP_FOLDERS = ['/usr/lib/kbd/keymaps', '/usr/share/kbd/keymaps', '/usr/share/keymaps'];

/** An image without any map loads none; if there are some, a wrong name fails a unit at boot. */
async function hasKeymap(system: System, keymap: string): Promise<boolean> {
  const folder = await system.find(KEYMAP_FOLDERS);
  return folder === undefined || contains(system, folder, new Set([`${keymap}.map`, `${keymap}.map.gz`]), 6);
}

async function contains(system: System, folder: string, names: ReadonlySet<string>, depth: number): Promise<boolean> {
  const entries = await system.list(folder);
  if (entries.some((name) => names.has(name))) return true;
  // A link may lead back up.
  if (depth === 0) return false;
  for (const name of entries) {
    if (!name.includes('.') && (await contains(system, `${folder}/${name}`, names, depth - 1))) return true;
  }
  return false;
}

/** Zones of the image with a similar name, in the same area; undefined if it has none at all. */
async function nearZones(system: System, timezone: string): Promise<string | undefined> {
  const area = posix.dirname(timezone);
  const zones = (await system.list('/usr/share/zoneinfo')).filter((name) => /^[A-Z]/.test(name));
  if (zones.length === 0) return undefined;
  const inArea = (await system.list(posix.join('/usr/share/zoneinfo', area))).map((name) => posix.join(area, name));
  return didYouMean(timezone, [...zones, ...inArea]) ?? 'the tzdata of the image has no such zone; `timedatectl list-timezones` names the zones';
}

async function setTimeZone(system: System): Promise<void> {
  const { timezone } = system.settings;
  if (timezone !== undefined) {
    const known = timezone === 'UTC' || (await system.status(`/usr/share/zoneinfo/${timezone}`))?.kind === 'file';
    if (!known) {
      throw system.refuse('system.timezone', {
        code: 'unknown-timezone',
        message: `\`system.timezone\`: the image has no time zone \`${timezone}\``,
        hint: await nearZones(system, timezone) ?? 'add tzdata to packages.install; `timedatectl list-timezones` names the zones',
      });
    }
    await system.link('/etc/localtime', `../usr/share/zoneinfo/${timezone}`);
  }
  // hwclock(8), adjtime_config(5): drift, time of the last calibration, and the zone of the clock.
  if (!system.settings['utc-clock']) await system.set('/etc/adjtime', '0.0 0 0.0\n0\nLOCAL\n');
}
