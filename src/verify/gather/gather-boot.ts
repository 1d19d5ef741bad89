import { posix } from 'node:path';

import { whileOpen } from '../../byte-source.ts';
import { parsePe, type PeFile } from '../../readers/pe.ts';
import { describeProgram, readProgram, type ReadProgram } from '../../boot/efi/program.ts';
import { judgePrograms } from '../../boot/efi/trust.ts';
import { attempt } from '../../readers/attempt.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import type { BootEntry, BootFacts } from '../boot-facts.ts';
import { readBls, readGrub, readGrubEnvironment } from './boot-entries.ts';
import type { FileInside } from './initrd.ts';
import type { InitrdSource } from './kernels.ts';

export interface GatheredBoot {
  readonly facts: BootFacts;
  readonly initrds: readonly InitrdSource[];
}

interface Places {
  readonly host: Host;
  /** Folder with a copy of the ESP. */
  readonly esp: string | undefined;
  readonly root: string | undefined;
}

/** Finds out how a disk starts: loaders, boot entries, and the initrds that lie outside the root. */
export async function gatherBoot(places: Places): Promise<GatheredBoot> {
  const programs = await readPrograms(places);
  const entries = [...programs.flatMap(toEntry), ...(await entriesOfEsp(places)), ...(await entriesOfRoot(places))];
  const described = programs.map(({ path, pe }) => describeProgram(path, pe));
  const first = described.find(({ path }) => /^EFI\/BOOT\/BOOT(?:X64|AA64)\.EFI$/i.test(path));
  const judged = judgePrograms(first, [...described, ...(await kernelsOf(places, entries))]);
  return {
    facts: { entries, removable: judged.find(({ path }) => path === first?.path), programs: judged },
    initrds: [...programs.flatMap(ukiInitrd), ...(await espInitrds(places, entries))],
  };
}

interface Program {
  /** On the ESP. */
  readonly path: string;
  /** The copy. */
  readonly file: FileInside;
  readonly pe: PeFile;
}

async function readPrograms({ host, esp }: Places): Promise<readonly Program[]> {
  const programs: Program[] = [];
  if (esp === undefined) return programs;
  const files = host.inside(esp);
  for (const path of await filesBelow(host, esp)) {
    if (!/\.efi$/i.test(path)) continue;
    const file = { files, path };
    const pe = attempt(() => whileOpen(files.openBytes(path), parsePe));
    if (pe.ok) programs.push({ path, file, pe: pe.value });
  }
  return programs;
}

async function filesBelow(host: Host, folder: string | undefined): Promise<readonly string[]> {
  const paths: string[] = [];
  if (folder === undefined) return paths;
  await host.inside(folder).tree().visit(({ path, kind }) => {
    if (kind === 'file') paths.push(path.slice(1));
  });
  return paths.toSorted();
}

/** Kernels of boot entries: firmware and shim want them signed too. */
async function kernelsOf({ host, esp, root }: Places, entries: readonly BootEntry[]): Promise<readonly ReadProgram[]> {
  const onEsp = await filesBelow(host, esp);
  const found = new Map<string, ReadProgram>();
  for (const { from, kernel } of entries) {
    const folder = from.startsWith('ESP:') ? esp : root;
    if (kernel === undefined || folder === undefined) continue;
    const files = host.inside(folder);
    const paths = folder === esp
      ? onEsp.filter((path) => path.toLowerCase() === kernel.replace(/^\/+/, '').toLowerCase())
      // GRUB sees a /boot of its own from its top.
      : [kernel, posix.join('/boot', kernel)];
    for (const path of paths) {
      if (found.has(path) || (await files.status(path, { follow: true }))?.kind !== 'file') continue;
      found.set(path, readProgram(path, files.openBytes(path), 'kernel'));
    }
  }
  return [...found.values()];
}

const sectionText = ({ sections }: PeFile, name: string): string =>
  Buffer.from(sections.get(name)?.content ?? []).toString('utf8').replace(/\0.*$/s, '').trim();

const toEntry = ({ path, pe }: Program): readonly BootEntry[] => (!pe.sections.has('.linux') ? [] : [{
  kind: 'uki',
  from: `ESP:${path}`,
  title: /^PRETTY_NAME="?([^"\n]*)/m.exec(sectionText(pe, '.osrel'))?.[1] ?? path,
  commandLine: sectionText(pe, '.cmdline'),
  version: sectionText(pe, '.uname') || undefined,
  kernel: undefined,
  initrd: undefined,
}]);

const ukiInitrd = ({ file, pe }: Program): readonly InitrdSource[] => {
  const section = pe.sections.get('.initrd');
  return section === undefined ? [] : [{ version: sectionText(pe, '.uname') || undefined, file, range: section, withKernel: true }];
};

async function entriesOfEsp({ host, esp }: Places): Promise<readonly BootEntry[]> {
  const entries: BootEntry[] = [];
  if (esp === undefined) return entries;
  const files = host.inside(esp);
  for (const path of await filesBelow(host, esp)) {
    const text = (): Promise<string> => textOf(files, path);
    if (/^loader\/entries\/[^/]+\.conf$/i.test(path)) entries.push(readBls(await text(), `ESP:${path}`));
    if (/^EFI\/[^/]+\/grub\.cfg$/i.test(path)) entries.push(...readGrub(await text(), `ESP:${path}`));
  }
  return entries;
}

async function entriesOfRoot({ host, root }: Places): Promise<readonly BootEntry[]> {
  if (root === undefined) return [];
  const files = host.inside(root);
  const text = (path: string): Promise<string> => textOf(files, path);
  const variables = readGrubEnvironment(`${await text('/boot/grub2/grubenv')}\n${await text('/boot/grub/grubenv')}`);
  const names = (await files.list('/boot/loader/entries')).filter((name) => name.endsWith('.conf'));
  const entries: BootEntry[] = [];
  for (const path of names.map((name) => `/boot/loader/entries/${name}`)) entries.push(readBls(await text(path), path, variables));
  for (const path of ['/boot/grub2/grub.cfg', '/boot/grub/grub.cfg']) entries.push(...readGrub(await text(path), path, variables));
  return entries;
}

/** Bytes: no configuration of a loader is larger. */
const MOST_TEXT = 4 * 1024 * 1024;

/** Empty where it is no plain file. */
const textOf = async (files: RootFiles, path: string): Promise<string> => (await files.readIfPlain(path, MOST_TEXT))?.toString('utf8') ?? '';

/** Entries of the ESP name an initrd there. */
async function espInitrds({ host, esp }: Places, entries: readonly BootEntry[]): Promise<readonly InitrdSource[]> {
  const found: InitrdSource[] = [];
  if (esp === undefined) return found;
  const copy = host.inside(esp);
  const files = await filesBelow(host, esp);
  const onEsp = (path: string | undefined): string | undefined =>
    files.find((file) => file.toLowerCase() === path?.replace(/^\/+/, '').toLowerCase());
  for (const { from, version, initrd, kernel } of entries) {
    const path = from.startsWith('ESP:') ? onEsp(initrd) : undefined;
    if (path === undefined) continue;
    found.push({ version, file: { files: copy, path }, withKernel: onEsp(kernel) !== undefined });
  }
  return found;
}
