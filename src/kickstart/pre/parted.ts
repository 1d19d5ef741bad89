import type { Place } from '../../errors.ts';
import { addPartition, align, clearTable, MEBIBYTE, nextNumber, diskTableOf, type Disks, type MadePartition, type Outcome } from './table.ts';

/**
 * `parted -s DISK COMMAND…`, with any number of commands: mklabel, mkpart, set, name, rm, unit, print.
 * https://www.gnu.org/software/parted/manual/parted.html
 */
export const readParted = (words: readonly string[], disks: Disks, place: Place): Outcome => {
  const { disk, commands } = splitWords(words);
  if (disk === undefined) return { problem: 'parted is given no disk' };
  const parted: Parted = { disk, disks, place, unit: 'MB', rest: commands, says: [] };
  while (parted.rest.length > 0) {
    const [name = '', ...rest] = parted.rest;
    parted.rest = rest;
    const read = COMMANDS.get(name);
    if (read === undefined) return { problem: `hew does not know \`${name}\` of parted` };
    const problem = read(parted);
    if (problem !== undefined) return { problem };
  }
  return { says: parted.says.join('; ') || 'changes nothing' };
};

interface Parted {
  readonly disk: string;
  readonly disks: Disks;
  readonly place: Place;
  unit: string;
  rest: readonly string[];
  readonly says: string[];
}

/** A word of the shell may hold several of parted's, or one in parted's own quotes. */
const splitWords = (words: readonly string[]): { readonly disk?: string; readonly commands: readonly string[] } => {
  const own: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '-a' || word === '--align') index += 1;
    else if (own.length === 0 && word.startsWith('-')) continue;
    else if (own.length > 0 && (word === '--' || word === '-s' || word === '--script')) continue;
    else if (/^(["']).*\1$/.test(word)) own.push(word.slice(1, -1));
    else own.push(...word.split(/\s+/).filter(Boolean));
  }
  const [disk, ...commands] = own;
  return disk === undefined ? { commands } : { disk, commands };
};

/** Takes the next words of the command. */
const take = (parted: Parted, count: number): readonly string[] => {
  const taken = parted.rest.slice(0, count);
  parted.rest = parted.rest.slice(count);
  return taken;
};

const LABELS: ReadonlyMap<string, 'gpt' | 'mbr'> = new Map([['gpt', 'gpt'], ['msdos', 'mbr'], ['dos', 'mbr']]);

const makeLabel = (parted: Parted): string | undefined => {
  const [name = ''] = take(parted, 1);
  const label = LABELS.get(name);
  if (label === undefined) return `hew writes no partition table "${name}"`;
  clearTable(parted.disks, parted.disk, label);
  parted.says.push(`makes a new partition table: ${label}`);
  return undefined;
};

const FLAGS: ReadonlyMap<string, MadePartition['kind']> = new Map([
  ['bios_grub', 'biosboot'],
  ['esp', 'esp'],
  ['prep', 'prepboot'],
  ['swap', 'swap'],
]);

const setFlag = (parted: Parted): string | undefined => {
  const [text = '', flag = '', state = ''] = take(parted, 3);
  const table = diskTableOf(parted.disks, parted.disk);
  const partition = table.partitions.get(Number(text));
  if (partition === undefined) return `there is no partition ${text} yet`;
  // On GPT, `boot` is another name of `esp`.
  const kind = flag === 'boot' && table.label === 'gpt' ? 'esp' : FLAGS.get(flag);
  if (kind !== undefined) {
    const { kind: before, ...rest } = partition;
    const after = state === 'on' ? kind : before === kind ? undefined : before;
    table.partitions.set(partition.number, { ...rest, ...(after === undefined ? {} : { kind: after }) });
  }
  parted.says.push(`partition ${text}: ${flag} ${state}`);
  return undefined;
};

const makePartition = (parted: Parted): string | undefined => {
  const table = diskTableOf(parted.disks, parted.disk);
  if (table.label === undefined) return `no line before it makes a partition table on ${parted.disk}`;
  const at = parted.rest.findIndex((word) => POSITION.test(word));
  const words = take(parted, at === -1 ? parted.rest.length : at);
  if (words.length > 2 || at === -1) return 'it is no `mkpart NAME [TYPE] START END`';
  if (table.label === 'mbr' && words[0] !== 'primary') return 'hew makes primary partitions only';
  const [from = '', to = ''] = take(parted, 2);
  const start = readPosition(from, parted.unit);
  const end = readPosition(to, parted.unit);
  if (start === undefined || start === 'end') return `it starts at ${from}, and nobody knows the size of the disk`;
  if (end === undefined) return `it ends at ${to || 'nothing'}, and nobody knows the size of the disk`;
  const number = nextNumber(table);
  const outcome = addPartition(table, { number, start: Math.max(MEBIBYTE, start), end, place: parted.place });
  if ('problem' in outcome) return outcome.problem;
  parted.says.push(outcome.says);
  return undefined;
};

const POSITION = /^-?\d+(?:\.\d+)?(?:s|B|[KMGT]i?B?|%)?$/i;

const BYTES: Readonly<Record<string, number>> = {
  s: 512, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, k: 1e3, m: 1e6, g: 1e9, t: 1e12,
  kib: 1024, mib: MEBIBYTE, gib: 1024 * MEBIBYTE, tib: 1024 * 1024 * MEBIBYTE,
};

/** Bytes from the start. A position near the end of the disk is its end; any other that depends on its size is unknown. */
const readPosition = (text: string, unit: string): number | 'end' | undefined => {
  const [, sign, digits = '', own = ''] = /^(-?)(\d+(?:\.\d+)?)(\D*)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  if (own === '%') return digits === '0' ? MEBIBYTE : digits === '100' ? 'end' : undefined;
  const factor = BYTES[(own || unit).toLowerCase()];
  if (factor === undefined) return undefined;
  const bytes = Math.round(Number(digits) * factor);
  if (sign === '-') return bytes <= 2 * MEBIBYTE ? 'end' : undefined;
  // Of decimal units parted takes the nearest aligned sector.
  return /^(?:[kmgt]b?)$/i.test(own || unit) ? Math.max(0, alignNear(bytes)) : bytes;
};

const alignNear = (bytes: number): number => (bytes % MEBIBYTE < MEBIBYTE / 2 ? align(bytes - (bytes % MEBIBYTE)) : align(bytes));

const COMMANDS: ReadonlyMap<string, (parted: Parted) => string | undefined> = new Map([
  ['mklabel', makeLabel],
  ['mktable', makeLabel],
  ['mkpart', makePartition],
  ['set', setFlag],
  ['name', (parted: Parted) => void take(parted, 2)],
  ['rm', (parted: Parted) => void diskTableOf(parted.disks, parted.disk).partitions.delete(Number(take(parted, 1)[0]))],
  ['unit', (parted: Parted) => void ([parted.unit = 'MB'] = take(parted, 1))],
  ['disk_set', (parted: Parted) => void take(parted, 2)],
  ['align-check', (parted: Parted) => void take(parted, 2)],
  ['print', (parted: Parted) => void (/^(?:devices|free|list|all|\d+)$/.test(parted.rest[0] ?? '') && take(parted, 1))],
  ['quit', () => undefined],
] satisfies readonly (readonly [string, (parted: Parted) => string | undefined])[]);
