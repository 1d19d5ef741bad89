import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import type { Kernel } from '../find-kernel.ts';
import type { RootIndex } from '../root-index.ts';
import { collect, type Collection } from './collect.ts';
import { DATA, FEATURES, INITRD_FOLDERS, GROUPS, MODULES, PROGRAMS, REQUIRED_PROGRAMS, UDEV_RULES, UNITS } from './content.ts';
import type { InitrdEntry } from './cpio.ts';
import { elfClosure, libraryFolders } from './elf-closure.ts';
import { readDynamic, type ElfDynamic } from '../../readers/elf-dynamic.ts';
import { indexModules } from './index-modules.ts';
import { moduleClosure, refuseAbsent } from './modules.ts';

export interface ComposeRequest {
  /** Absolute path of the finished root. */
  readonly root: string;
  readonly index: RootIndex;
  readonly kernel: Kernel;
  /** Modules to add to those that every platform needs. */
  readonly drivers: readonly string[];
}

/**
 * The files of an initrd that finds, checks and mounts a root file system and hands over to it, all of them from the
 * image itself: its systemd, udev, kmod, fsck and modules, with the libraries that they need.
 * Throws `HewError` where the image lacks something without which that cannot work.
 */
export async function composeInitrd(host: Host, request: ComposeRequest): Promise<readonly InitrdEntry[]> {
  const { root, index } = request;
  const inside = host.inside(root);
  const files = collect(index);
  for (const [path, mode] of Object.entries(INITRD_FOLDERS)) files.add({ path, kind: 'directory', mode });
  for (const path of ['/bin', '/sbin', '/lib', '/lib64', '/usr/sbin', '/usr/lib64', '/var/run']) files.takeOnly(path);
  takePrograms(index, files);
  takeUnits(index, files);
  for (const name of index.list('/usr/lib/udev/rules.d')) {
    if (UDEV_RULES.some((rule) => name.startsWith(rule))) files.take(posix.join('/usr/lib/udev/rules.d', name));
  }
  for (const path of DATA) files.take(path);
  await takeLibraries(inside, index, files);
  await takeModules(host, request, files);
  for (const entry of await ownFiles(inside)) files.add(entry);
  return files.entries(async (path) => ((await inside.status(path))?.mode ?? 0o644) & 0o777);
}

const PATH = ['/usr/bin', '/usr/sbin'];

function takePrograms(index: RootIndex, files: Collection): void {
  const missing: string[] = [];
  for (const name of PROGRAMS) {
    const locations = name.startsWith('/') ? [name] : PATH.map((folder) => posix.join(folder, name));
    const path = locations.find((place) => index.resolve(place) !== undefined);
    const taken = path !== undefined && files.take(path);
    if (!taken && REQUIRED_PROGRAMS.includes(name)) missing.push(name);
  }
  if (missing.length > 0) {
    throw new HewError({
      code: 'initrd-program-missing',
      message: `the image lacks ${missing.join(', ')}, and an initrd needs ${missing.length === 1 ? 'it' : 'them'}`,
      hint: 'install systemd, systemd-udev, kmod and util-linux, or choose initrd = "dracut"',
    });
  }
}

const UNIT_FOLDER = '/usr/lib/systemd/system';

function takeUnits(index: RootIndex, files: Collection): void {
  const wanted = new Set(UNITS);
  for (const unit of UNITS) files.take(posix.join(UNIT_FOLDER, unit));
  for (const folder of index.list(UNIT_FOLDER).filter((name) => /\.(?:wants|requires|upholds)$/.test(name))) {
    if (!wanted.has(folder.replace(/\.\w+$/, ''))) continue;
    for (const unit of index.list(posix.join(UNIT_FOLDER, folder))) {
      if (wanted.has(unit)) files.take(posix.join(UNIT_FOLDER, folder, unit));
    }
  }
}

async function takeLibraries(inside: RootFiles, index: RootIndex, files: Collection): Promise<void> {
  const included = index.list('/etc/ld.so.conf.d').map((name) => `/etc/ld.so.conf.d/${name}`);
  const texts = await Promise.all(['/etc/ld.so.conf', ...included].map((path) => textOf(inside, path)));
  const libraries = elfClosure(files.files(), {
    index,
    folders: libraryFolders(texts),
    features: FEATURES,
    dynamicOf: (path) => dynamicOf(inside, path),
  });
  for (const path of libraries) files.take(path);
}

function dynamicOf(inside: RootFiles, path: string): ElfDynamic | undefined {
  const source = inside.openBytes(path);
  try {
    return readDynamic(source);
  } finally {
    source.close();
  }
}

async function takeModules(host: Host, request: ComposeRequest, files: Collection): Promise<void> {
  const { root, index, kernel, drivers } = request;
  const inside = host.inside(root);
  const read = (name: string): Promise<string> => textOf(inside, posix.join(kernel.modules, name));
  const names = ['modules.dep', 'modules.softdep', 'modules.builtin'];
  const [dependencies = '', soft = '', builtin = ''] = await Promise.all(names.map(read));
  if (dependencies === '') {
    throw new HewError({
      code: 'no-module-index',
      message: `${posix.join(kernel.modules, 'modules.dep')} of the image is missing or empty`,
      hint: 'the kernel package runs depmod(8) when it is installed; see whether its scriptlet failed',
    });
  }
  const closure = moduleClosure([...Object.values(MODULES).flat(), ...drivers], { dependencies, soft, builtin });
  refuseAbsent(drivers, closure, kernel.version);
  for (const path of closure.paths) files.take(posix.join(kernel.modules, path));
  const { entries, firmware } = await indexModules(host, request, closure.paths);
  for (const entry of entries) files.add(entry);
  for (const name of firmware) takeFirmware(index, files, name, kernel.version);
}

/** Firmware lies below the kernel's own folder or the common one, as it is or compressed: kernel/firmware_loader. */
function takeFirmware(index: RootIndex, files: Collection, name: string, version: string): void {
  const folders = [`/usr/lib/firmware/${version}`, '/usr/lib/firmware'];
  const locations = folders.flatMap((folder) =>
    ['', '.zst', '.xz'].map((suffix) => `${posix.join(folder, name)}${suffix}`));
  const place = locations.find((path) => index.resolve(path)?.kind === 'file');
  if (place !== undefined) files.take(place);
}

/** Files that say that this is an initrd, and whose accounts it has. */
async function ownFiles(inside: RootFiles): Promise<readonly InitrdEntry[]> {
  const release = await textOf(inside, '/etc/os-release');
  const group = await textOf(inside, '/etc/group');
  const file = (path: string, text: string): InitrdEntry =>
    ({ path, kind: 'file', mode: 0o644, content: Buffer.from(text) });
  return [
    { path: '/init', kind: 'symlink', target: 'usr/lib/systemd/systemd' },
    { path: '/etc/systemd/system/default.target', kind: 'symlink', target: `${UNIT_FOLDER}/initrd.target` },
    // Its presence is how systemd knows where it runs: os-release(5).
    file('/etc/initrd-release', release),
    // Empty: an identity of the moment, not a first boot (machine-id(5)).
    file('/etc/machine-id', ''),
    file('/etc/passwd', 'root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n'),
    file('/etc/group', groupsOf(group)),
    file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nshadow: files\n'),
  ];
}

/** Lines of group(5) that udev's rules name, without members: who logs in on the image is none of an initrd's. */
export function groupsOf(text: string): string {
  const lines = text.split('\n').filter((line) => GROUPS.includes(line.split(':')[0] ?? ''));
  const kept = lines.map((line) => `${line.split(':').slice(0, 3).join(':')}:\n`);
  return kept.length > 0 ? kept.join('') : 'root:x:0:\n';
}

/** Empty where it is not there. */
const textOf = async (inside: RootFiles, path: string): Promise<string> => (await inside.readText(path, { limit: INDEX_LIMIT })) ?? '';

/** Bytes: `modules.dep` of Fedora has 0.6 MB. */
const INDEX_LIMIT = 64 * 1024 * 1024;
