import { whileOpen } from '../../byte-source.ts';
import { partOf } from '../../readers/image/pieces.ts';
import { kernelArchitecture } from '../../readers/kernel-image.ts';
import { parsePe, type PeFile, type PeSection } from '../../readers/pe.ts';
import { describeProgram, readProgram, type ReadProgram } from '../../boot/efi/program.ts';
import { judgePrograms } from '../../boot/efi/trust.ts';
import { attempt } from '../../readers/attempt.ts';
import { HewError } from '../../errors.ts';
import type { RootFiles } from '../../host/port.ts';
import type { BootEntry, BootFacts } from '../boot-facts.ts';
import { readBls, readGrub, readGrubEnvironment, type WrittenEntry } from './boot-entries.ts';
import { entryFaults, filesBelow, findStarted, type StartLocations } from './find-started.ts';
import type { FileInside } from './initrd.ts';
import type { InitrdSource } from './kernels.ts';

export interface GatheredBoot {
  readonly facts: BootFacts;
  readonly initrds: readonly InitrdSource[];
}

/** Finds out how a disk boots: loaders, boot entries, and the initrds outside the root. */
export async function gatherBoot(locations: StartLocations): Promise<GatheredBoot> {
  const { programs, unreadable } = await readPrograms(locations);
  const entries: BootEntry[] = programs.flatMap(toEntry);
  for (const entry of [...(await entriesOfEsp(locations, unreadable)), ...(await entriesOfRoot(locations, unreadable))]) entries.push({ ...entry, faults: await entryFaults(locations, entry) });
  const described = programs.map(({ path, pe }) => describeProgram(path, pe));
  const first = described.find(({ path }) => /^EFI\/BOOT\/BOOT(?:X64|AA64)\.EFI$/i.test(path));
  const judged = judgePrograms(first, [...described, ...(await kernelsOf(locations, entries))]);
  return {
    facts: { entries, removable: judged.find(({ path }) => path === first?.path), programs: judged, unreadable },
    initrds: [...programs.flatMap(ukiInitrd), ...(await namedInitrds(locations, entries))],
  };
}

interface Program {
  /** On the ESP. */
  readonly path: string;
  /** The copy. */
  readonly file: FileInside;
  readonly pe: PeFile;
}

/** What is called a program and is none, firmware or a loader may be told to start all the same: it is named. */
async function readPrograms({ host, esp }: StartLocations): Promise<{ readonly programs: readonly Program[]; readonly unreadable: string[] }> {
  const [programs, unreadable]: [Program[], string[]] = [[], []];
  if (esp === undefined) return { programs, unreadable };
  const files = host.inside(esp);
  for (const path of await filesBelow(host, esp)) {
    if (!/\.efi$/i.test(path)) continue;
    const file = { files, path };
    const pe = attempt(() => whileOpen(files.openBytes(path), parsePe));
    if (pe.ok) programs.push({ path, file, pe: pe.value });
    else unreadable.push(`ESP:${path} is no EFI program: ${pe.reason}`);
  }
  return { programs, unreadable };
}

/** Kernels of boot entries: firmware and shim require signatures on them too. */
async function kernelsOf(locations: StartLocations, entries: readonly BootEntry[]): Promise<readonly ReadProgram[]> {
  const found = new Map<string, ReadProgram>();
  for (const { from, kernel } of entries) {
    const file = kernel === undefined ? undefined : await findStarted(locations, from, kernel);
    if (file !== undefined && !found.has(file.path)) found.set(file.path, readProgram(file.path, file.files.openBytes(file.path), 'kernel'));
  }
  return [...found.values()];
}

const sectionText = ({ sections }: PeFile, name: string): string =>
  Buffer.from(sections.get(name)?.content ?? []).toString('utf8').replace(/\0.*$/s, '').trim();

function toEntry({ path, file, pe }: Program): readonly BootEntry[] {
  const linux = pe.sections.get('.linux');
  return linux === undefined ? [] : [{ ...describeUki(path, pe), faults: isKernel(file, linux) ? [] : [`ESP:${path} holds no kernel`] }];
}

const isKernel = ({ files, path }: FileInside, { start, size }: PeSection): boolean =>
  whileOpen(files.openBytes(path), (source) => kernelArchitecture(partOf(source, start, size)) !== undefined);

const describeUki = (path: string, pe: PeFile): WrittenEntry => ({
  kind: 'uki',
  from: `ESP:${path}`,
  title: /^PRETTY_NAME="?([^"\n]*)/m.exec(sectionText(pe, '.osrel'))?.[1] ?? path,
  commandLine: sectionText(pe, '.cmdline'),
  version: sectionText(pe, '.uname') || undefined,
  kernel: undefined,
  initrd: undefined,
});

const ukiInitrd = ({ file, pe }: Program): readonly InitrdSource[] => {
  const section = pe.sections.get('.initrd');
  return section === undefined ? [] : [{ version: sectionText(pe, '.uname') || undefined, file, range: section, withKernel: true }];
};

async function entriesOfEsp({ host, esp }: StartLocations, unreadable: string[]): Promise<readonly WrittenEntry[]> {
  const entries: WrittenEntry[] = [];
  if (esp === undefined) return entries;
  const files = host.inside(esp);
  for (const path of await filesBelow(host, esp)) {
    const text = (): Promise<string> => textOf(files, path, `ESP:${path}`, unreadable);
    if (/^loader\/entries\/[^/]+\.conf$/i.test(path)) entries.push(readBls(await text(), `ESP:${path}`));
    if (/^EFI\/[^/]+\/grub\.cfg$/i.test(path)) entries.push(...readGrub(await text(), `ESP:${path}`));
  }
  return entries;
}

async function entriesOfRoot({ host, root }: StartLocations, unreadable: string[]): Promise<readonly WrittenEntry[]> {
  if (root === undefined) return [];
  const files = host.inside(root);
  const text = (path: string): Promise<string> => textOf(files, path, path, unreadable);
  const variables = readGrubEnvironment(`${await text('/boot/grub2/grubenv')}\n${await text('/boot/grub/grubenv')}`);
  const names = (await files.list('/boot/loader/entries')).filter((name) => name.endsWith('.conf'));
  const entries: WrittenEntry[] = [];
  for (const path of names.map((name) => `/boot/loader/entries/${name}`)) entries.push(readBls(await text(path), path, variables));
  for (const path of ['/boot/grub2/grub.cfg', '/boot/grub/grub.cfg']) entries.push(...readGrub(await text(path), path, variables));
  return entries;
}

/** Bytes: limit of a loader's configuration. */
const MOST_TEXT = 4 * 1024 * 1024;

/** Empty where it is no plain file. One that is too large is named: what it says is not known. */
async function textOf(files: RootFiles, path: string, name: string, unreadable: string[]): Promise<string> {
  try {
    return (await files.readIfPlain(path, MOST_TEXT))?.toString('utf8') ?? '';
  } catch (error) {
    if (!(error instanceof HewError)) throw error;
    unreadable.push(`${name} cannot be read: ${error.message}`);
    return '';
  }
}

/** The initrds that entries name, on the ESP or in the root. */
async function namedInitrds(locations: StartLocations, entries: readonly BootEntry[]): Promise<readonly InitrdSource[]> {
  const found: InitrdSource[] = [];
  for (const { from, version, initrd, kernel } of entries) {
    const file = initrd === undefined ? undefined : await findStarted(locations, from, initrd);
    const isOnEsp = from.startsWith('ESP:');
    // In the root, an initrd without a version is found by the name of its kernel's version.
    if (file === undefined || (!isOnEsp && version === undefined)) continue;
    found.push({ version, file, withKernel: isOnEsp && kernel !== undefined && (await findStarted(locations, from, kernel)) !== undefined });
  }
  return found;
}
