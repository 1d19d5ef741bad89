import { describeSignatures } from '../boot/efi/chain.ts';
import type { FileFact, ImageFacts, RootFacts } from '../verify/facts.ts';
import type { OciFacts } from '../verify/oci-facts.ts';
import { readFstab } from '../verify/read/fstab.ts';
import { unitState } from '../verify/read/units.ts';

type Settings = readonly (readonly [string, string])[];

/** The settings of an image by name and as text, for comparing two images. */
export const settingsOf = ({ artifact, root, oci, disk, boot }: ImageFacts): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...(root === undefined ? [] : systemSettings(root)),
    ...(oci === undefined ? [] : containerSettings(oci)),
    ...(disk === undefined ? [] : [['disk.format', artifact.format] as const, ...diskSettings(disk)]),
    ...(boot === undefined ? [] : bootSettings(boot)),
  ]);

const systemSettings = (root: RootFacts): Settings => [
  ...Object.entries(root.osRelease).map(([key, value]) => [`os-release.${key}`, value] as const),
  ...(root.architecture === undefined ? [] : [['architecture', root.architecture] as const]),
  ...ONE_LINERS.flatMap(([key, path]) => line(root, path).map((value) => [key, value] as const)),
  ...assignments(textOf(root, '/etc/locale.conf')).map(([key, value]) => [`locale.${key}`, value] as const),
  ...assignments(textOf(root, '/etc/vconsole.conf')).map(([key, value]) => [`console.${key}`, value] as const),
  ...assignments(textOf(root, '/etc/selinux/config')).map(([key, value]) => [`selinux.${key}`, value] as const),
  ...root.files.filter(({ path }) => path === '/etc/localtime').map(({ target = '' }) => ['timezone', target.replace(/^.*zoneinfo\//, '')] as const),
  ...accounts(root),
  ...units(root),
  ...readFstab(textOf(root, '/etc/fstab')).map(({ source, mount, type, options }) => [`fstab.${mount}`, `${source} ${type} ${options.join(',')}`] as const),
  // The initrd may be on the ESP, which a root does not include.
  ...root.kernels.map(({ version, initrd }) => [`boot.kernel.${version}`, initrd === undefined ? 'without an initrd' : 'with an initrd'] as const),
];

const ONE_LINERS = [['hostname', '/etc/hostname'], ['crypto-policy', '/etc/crypto-policies/config'], ['machine-id', '/etc/machine-id']] as const;

const fileOf = ({ files }: RootFacts, path: string): FileFact | undefined => files.find((file) => file.path === path);
const textOf = (root: RootFacts, path: string): string => fileOf(root, path)?.text ?? '';

/** The first line of a file that is not a comment. */
const line = (root: RootFacts, path: string): readonly string[] =>
  textOf(root, path).split('\n').map((text) => text.trim()).filter((text) => text !== '' && !text.startsWith('#')).slice(0, 1);

/** `KEY=value` with quotes removed: locale.conf(5), vconsole.conf(5). */
const assignments = (text: string): Settings =>
  text.split('\n').flatMap((row) => {
    const at = row.indexOf('=');
    const [key, value] = [row.slice(0, Math.max(at, 0)).trim(), row.slice(at + 1).trim()];
    return /^[A-Za-z_]\w*$/.test(key) ? [[key, unquoted(value)] as const] : [];
  });

const unquoted = (value: string): string =>
  value.length > 1 && (value.startsWith('"') || value.startsWith("'")) && value.endsWith(value[0] ?? '') ? value.slice(1, -1) : value;

/** Users and groups by name. Of a password only its kind, which decides who may log in. */
const accounts = (root: RootFacts): Settings => [
  ...rows(textOf(root, '/etc/passwd')).map(([name = '', , ...rest]) => [`user.${name}`, rest.join(':')] as const),
  ...rows(textOf(root, '/etc/group')).map(([name = '', , gid = '', members = '']) => [`group.${name}`, members === '' ? gid : `${gid}: ${members}`] as const),
  ...rows(textOf(root, '/etc/shadow')).map(([name = '', hash = '']) => [`password.${name}`, passwordKind(hash)] as const),
];

const rows = (text: string): readonly (readonly string[])[] =>
  text.split('\n').filter((row) => row.trim() !== '' && !row.startsWith('#')).map((row) => row.split(':'));

/** shadow(5). */
const passwordKind = (hash: string): string => (hash === '' ? 'empty' : /^[!*]/.test(hash) ? 'locked' : 'set');

/** Units that the image enables or masks. */
const units = (root: RootFacts): Settings => {
  const names = root.files.flatMap(({ path }) => /\/systemd\/system\/(?:[^/]+\/)?([^/]+\.(?:service|socket|timer|path|mount|target))$/.exec(path)?.[1] ?? []);
  return [...new Set(names)].flatMap((name) => {
    const state = unitState(root, name);
    return state === 'enabled' || state === 'masked' ? [[`unit.${name}`, state] as const] : [];
  });
};

/** Times are not settings. */
const isTime = (key: string): boolean => /(?:^|\.)created$/.test(key);

const containerSettings = ({ indexPlatform, annotations, config }: OciFacts): Settings => [
  ...Object.entries(indexPlatform ?? config?.platform ?? {}).map(([key, value]) => [`oci.platform.${key}`, String(value)] as const),
  ...Object.entries(annotations).map(([key, value]) => [`oci.annotation.${key}`, value] as const),
  ...Object.entries(config?.settings ?? {}).flatMap(([key, value]) => flatten(`oci.config.${key}`, value)),
].filter(([key, value]) => !isTime(key) && value !== 'undefined');

/** A map becomes one setting per key, so that one more label is one more line. One level deep is enough in practice. */
function flatten(key: string, value: unknown, isInner = false): Settings {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return [[key, JSON.stringify(value.map(scalar))]];
  if (typeof value !== 'object' || isInner) return [[key, scalar(value)]];
  return Object.entries(value).flatMap(([name, one]) => flatten(`${key}.${name}`, one, true));
}

const scalar = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '{}';

const diskSettings = ({ size, table }: NonNullable<ImageFacts['disk']>): Settings => [
  ['disk.size', String(size)],
  ...(table === undefined ? [] : [['disk.table', table.label] as const]),
  ...(table?.partitions ?? []).flatMap(({ number, type, uuid, name, start, size: bytes, filesystem, mount }) =>
    Object.entries({
      type, uuid, name, start: String(start), size: String(bytes), filesystem: filesystem?.type, label: filesystem?.label,
      'filesystem-uuid': filesystem?.uuid, mount,
    }).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[`disk.partition.${number}.${key}`, value] as const]))),
];

const bootSettings = ({ entries, programs }: NonNullable<ImageFacts['boot']>): Settings => [
  ...programs.map((program) => [`boot.program.${program.path}`, `${program.name ?? 'unknown'}, ${describeSignatures(program)}`] as const),
  ...entries.map(({ from, title, commandLine }) => [`boot.entry.${from}`, `${title}: ${commandLine}`] as const),
];
