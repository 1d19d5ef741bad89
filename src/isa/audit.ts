import type { Problem } from '../errors.ts';
import type { ByteSource } from '../byte-source.ts';
import type { AuditOptions, AuditReport, AuditedFile } from './audit-report.ts';
import { headBytes, readElf, type ElfFile } from '../readers/elf.ts';
import { hwcapsLevel, type HwcapsPlace } from './hwcaps.ts';
import { compareLevels, glibcLevel, levels, type Level } from './levels.ts';
import { findLinkLoops } from './links.ts';
import { nameSome, type FileAboveLimit } from './name-some.ts';
import { packageNeeds, summarizePackages, type NeedsByPackage } from './package-levels.ts';
import type { FileTree, TreeEntry } from '../file-tree.ts';
import { isUpgradeFile, judgeUpgrades, largestUpgradeFile } from './upgrades.ts';

/**
 * Reads every ELF file of a tree and compares what the files declare with what the image declares: labels can be wrong,
 * files are not. Opens only regular files and reads no more of them than `readElf`.
 */
export const auditTree = async (tree: FileTree, options: AuditOptions): Promise<AuditReport> => {
  const seen = new Findings(options);
  await tree.visit((entry) => seen.add(entry));
  return seen.report();
};

const kindCounts = {
  directory: 'directories',
  hardlink: 'hardlinks',
  fifo: 'fifos',
  socket: 'sockets',
  device: 'devices',
  unreadable: 'unreadable',
} as const;

class Findings {
  readonly #options: AuditOptions;
  readonly #counts = {
    entries: 0,
    directories: 0,
    files: 0,
    bytes: 0,
    elf: 0,
    damaged: 0,
    foreign: 0,
    bits32: 0,
    staticPrograms: 0,
    compressedModules: 0,
    symlinks: 0,
    linkLoops: 0,
    hardlinks: 0,
    fifos: 0,
    sockets: 0,
    devices: 0,
    unreadable: 0,
  };
  readonly #needs: Record<Level | 'nothing', number> = { nothing: 0, baseline: 0, v2: 0, v3: 0, v4: 0 };
  readonly #links = new Map<string, string>();
  readonly #byPackage: NeedsByPackage = new Map();
  readonly #hwcaps = new Map<string, { level: Level; elf: number }>();
  readonly #damaged: (AuditedFile & { reason: string })[] = [];
  readonly #upgradeFiles = new Map<string, string>();
  readonly #problems: FileAboveLimit[] = [];
  #highest: Level | undefined;
  #glibcMinimum: Level | undefined;

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  add(entry: TreeEntry): void {
    this.#counts.entries += 1;
    if (entry.kind === 'symlink') {
      this.#counts.symlinks += 1;
      this.#links.set(entry.path, entry.target);
    } else if (entry.kind === 'file') {
      this.#addFile(entry.path, entry.open());
    } else if (entry.kind !== 'other') {
      this.#counts[kindCounts[entry.kind]] += 1;
    }
  }

  #addFile(path: string, source: ByteSource | undefined): void {
    this.#counts.files += 1;
    if (source === undefined) {
      this.#counts.unreadable += 1;
      return;
    }
    this.#counts.bytes += source.size;
    try {
      this.#read(path, source);
    } finally {
      source.close();
    }
  }

  #read(path: string, source: ByteSource): void {
    if (isUpgradeFile(path)) this.#upgradeFiles.set(path, textOf(source, largestUpgradeFile));
    if (/\.ko\.(?:xz|zst|gz)$/.test(path)) this.#counts.compressedModules += 1;
    const reading = readElf(source);
    if (reading.kind === 'damaged') {
      this.#counts.damaged += 1;
      this.#damaged.push({ path, package: this.#ownerOf(path), reason: reading.reason });
    } else if (reading.kind === 'foreign' || (reading.kind === 'elf' && !this.#isNative(reading))) {
      this.#counts.foreign += 1;
    } else if (reading.kind === 'elf') {
      this.#addElf(path, reading);
    }
  }

  #isNative({ machine }: ElfFile): boolean {
    return this.#options.architecture === 'aarch64' ? machine === 'aarch64' : machine !== 'aarch64';
  }

  #addElf(path: string, elf: ElfFile): void {
    this.#counts.elf += 1;
    if (elf.bits === 32) this.#counts.bits32 += 1;
    if (elf.type === 'executable' && !elf.dynamic) this.#counts.staticPrograms += 1;
    const place = hwcapsLevel(path);
    if (place !== undefined) {
      this.#addBelowHwcaps(path, elf, place);
      return;
    }
    this.#needs[elf.needed ?? 'nothing'] += 1;
    this.#highest = higher(this.#highest, elf.needed);
    if (isGlibc(path) && elf.bits === 64) this.#glibcMinimum = higher(this.#glibcMinimum, elf.needed);
    const owner = this.#ownerOf(path);
    if (owner !== undefined) {
      const before = this.#byPackage.get(owner) ?? { needed: undefined, elf: 0 };
      this.#byPackage.set(owner, { needed: higher(before.needed, elf.needed), elf: before.elf + 1 });
    }
    this.#judge(path, owner, elf);
  }

  // ld.so searches these folders only on processors of their level, so the limit is the level of the folder.
  #addBelowHwcaps(path: string, elf: ElfFile, { folder, level }: HwcapsPlace): void {
    const before = this.#hwcaps.get(folder) ?? { level, elf: 0 };
    this.#hwcaps.set(folder, { level, elf: before.elf + 1 });
    if (elf.needed === undefined || compareLevels(elf.needed, level) <= 0) return;
    const need = glibcLevel(elf.needed);
    this.#problems.push({
      code: 'audit-above-hwcaps',
      file: named(path, this.#ownerOf(path)),
      needs: `${need}, more than its folder's ${glibcLevel(level)}`,
      hint: 'ld.so loads it on processors that cannot run it; rebuild or remove the package.',
    });
  }

  #judge(path: string, owner: string | undefined, elf: ElfFile): void {
    const { declared } = this.#options;
    if (declared === undefined || this.#options.architecture !== 'x86_64') return;
    const tooHigh = elf.needed !== undefined && compareLevels(elf.needed, declared) > 0;
    if (!tooHigh && elf.unknownNeeds === 0) return;
    const unknown = `0x${elf.unknownNeeds.toString(16)}, an unknown level`;
    const need = tooHigh ? glibcLevel(elf.needed) : unknown;
    this.#problems.push({
      code: 'audit-above-level',
      file: named(path, owner),
      needs: `${need}; the image is declared ${glibcLevel(declared)}`,
      hint: 'Declare the higher level, or take the package from a repository of the declared one.',
    });
  }

  #ownerOf(path: string): string | undefined {
    return this.#options.ownerOf?.(path);
  }

  async report(): Promise<AuditReport> {
    const { architecture, declared, packages = [], checkpoint = async () => {} } = this.#options;
    const linkLoops = await findLinkLoops(this.#links, checkpoint);
    const upgrades = judgeUpgrades(packages, this.#upgradeFiles, this.#options.baseline);
    return {
      architecture,
      declared,
      passed: this.#problems.length === 0,
      counts: { ...this.#counts, linkLoops: linkLoops.length },
      needs: this.#needs,
      highest: this.#highest,
      glibcMinimum: this.#glibcMinimum,
      hwcaps: [...this.#hwcaps].map(([path, folder]) => ({ path, ...folder })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      packages: packageNeeds(packages, this.#byPackage),
      packageSummary: summarizePackages(packages),
      upgrades,
      damaged: this.#damaged,
      linkLoops,
      problems: nameSome(this.#problems, this.#counts.elf),
      warnings: [
        ...damageWarnings(this.#damaged),
        ...unreadableWarnings(this.#counts.unreadable),
        ...upgradeWarnings(upgrades),
      ],
    };
  }
}

const higher = (a: Level | undefined, b: Level | undefined): Level | undefined =>
  levels.findLast((level) => level === a || level === b);

const isGlibc = (path: string): boolean => /\/(?:libc\.so\.6|ld-linux-x86-64\.so\.2)$/.test(path);

const named = (path: string, owner: string | undefined): string =>
  `${path} (${owner === undefined ? 'no package owns it' : `package ${owner}`})`;

const textOf = (source: ByteSource, most: number): string =>
  new TextDecoder().decode(source.read(0, Math.max(headBytes, Math.min(source.size, most))));

const damageWarnings = (damaged: AuditReport['damaged']): readonly Problem[] =>
  damaged.map(({ path, package: owner, reason }) => ({
    code: 'audit-damaged',
    message: `${named(path, owner)} is a damaged ELF file: ${reason}`,
  }));

const unreadableWarnings = (count: number): readonly Problem[] =>
  count === 0
    ? []
    : [{ code: 'audit-unreadable', message: `${count} files or folders could not be read and were not judged` }];

const upgradeWarnings = (upgrades: AuditReport['upgrades']): readonly Problem[] =>
  upgrades === undefined || upgrades.works ? [] : [{ code: 'audit-no-upgrades', message: upgrades.reason }];
