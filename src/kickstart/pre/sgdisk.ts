import type { Place } from '../../errors.ts';
import { addPartition, align, clearTable, MEBIBYTE, nextNumber, nextStart, readBytes, diskTableOf, type Disks, type MadePartition, type Outcome } from './table.ts';

/** Long names of the options that take a value, by their short ones. https://www.rodsbooks.com/gdisk/sgdisk.html */
const VALUES: ReadonlyMap<string, string> = new Map([
  ['-n', '--new'], ['-N', '--largest-new'], ['-t', '--typecode'], ['-c', '--change-name'], ['-a', '--set-alignment'],
  ['-d', '--delete'], ['-u', '--partition-guid'], ['-U', '--disk-guid'],
]);

const FLAGS: ReadonlyMap<string, string> = new Map([
  ['-Z', '--zap-all'], ['-z', '--zap'], ['-o', '--clear'], ['-g', '--mbrtogpt'], ['-p', '--print'], ['-E', '--align-end'],
  ['-v', '--verify'], ['-s', '--sort'],
]);

/** `sgdisk OPTION… DISK`, whose options count in their order: zap, clear, new, typecode, change-name, delete. */
export const readSgdisk = (words: readonly string[], disks: Disks, place: Place): Outcome => {
  const options: (readonly [string, string])[] = [];
  const others: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, name = word, inline] = /^(--[\w-]+)(?:=(.*))?$/.exec(word) ?? /^(-\w)(.+)?$/.exec(word) ?? [];
    const long = VALUES.get(name) ?? ([...VALUES.values()].includes(name) ? name : undefined);
    if (!word.startsWith('-')) others.push(word);
    else if (long !== undefined) options.push([long, inline ?? words[(index += 1)] ?? '']);
    else if (FLAGS.has(name) && inline === undefined) options.push([FLAGS.get(name) ?? '', '']);
    else if ([...FLAGS.values()].includes(name)) options.push([name, '']);
    else return { problem: `hew does not know \`${word}\` of sgdisk` };
  }
  const [disk, second] = others;
  if (disk === undefined || second !== undefined) return { problem: 'sgdisk is given no disk, or more than one' };
  const says: string[] = [];
  for (const [name, value] of options) {
    const outcome = readOption(name, value, { disk, disks, place });
    if ('problem' in outcome) return outcome;
    if (outcome.says !== '') says.push(outcome.says);
  }
  return { says: says.join('; ') || 'changes nothing' };
};

interface Sgdisk {
  readonly disk: string;
  readonly disks: Disks;
  readonly place: Place;
}

const readOption = (name: string, value: string, { disk, disks, place }: Sgdisk): Outcome => {
  const table = diskTableOf(disks, disk);
  if (name === '--zap-all' || name === '--zap') {
    clearTable(disks, disk);
    return { says: 'empties the disk' };
  }
  if (name === '--clear') {
    clearTable(disks, disk, 'gpt');
    return { says: 'makes a new partition table: gpt' };
  }
  // sgdisk makes a GPT where there is none.
  table.label ??= 'gpt';
  if (table.label !== 'gpt') return { problem: 'the disk has no GPT' };
  const [text = '', from = '0', to = '0'] = value.split(':');
  const number = text === '0' ? nextNumber(table) : Number(text);
  if (name === '--new' || name === '--largest-new') {
    if (!Number.isInteger(number) || number < 1) return { problem: `"${value}" is no new partition` };
    const start = startOf(from, nextStart(table));
    const end = start === undefined ? undefined : endOf(to, start);
    if (start === undefined || end === undefined) return { problem: `where ${value} lies depends on the size of the disk` };
    return addPartition(table, { number, start, end, place });
  }
  if (name === '--delete') table.partitions.delete(number);
  if (name === '--partition-guid' || name === '--disk-guid') return { says: 'identifiers are derived, so that builds can be repeated' };
  return name === '--typecode' ? setType(table.partitions, text === '0' ? number - 1 : number, from) : { says: '' };
};

const KINDS: ReadonlyMap<string, MadePartition['kind']> = new Map([
  ['ef02', 'biosboot'], ['21686148-6449-6e6f-744e-656564454649', 'biosboot'],
  ['ef00', 'esp'], ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'esp'],
  ['4100', 'prepboot'], ['9e1a2d38-c612-4316-aa26-8b49521e5a8b', 'prepboot'],
  ['8200', 'swap'], ['0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', 'swap'],
]);

/** The kind of partition of a type of GPT, by its UUID or its code of sgdisk. */
export const kindOfType = (type: string): MadePartition['kind'] => KINDS.get(type.toLowerCase());

const setType = (partitions: Map<number, MadePartition>, number: number, type: string): Outcome => {
  const partition = partitions.get(number);
  if (partition === undefined) return { problem: `there is no partition ${number} yet` };
  const { kind: _, ...rest } = partition;
  const kind = kindOfType(type);
  partitions.set(number, { ...rest, ...(kind === undefined ? {} : { kind }) });
  return { says: `partition ${number}: type ${type}` };
};

const startOf = (text: string, next: number | undefined): number | undefined => {
  const bytes = readBytes(text.replace(/^\+/, ''));
  if (bytes === undefined || text.startsWith('-')) return undefined;
  if (bytes === 0) return next === undefined ? undefined : align(next);
  return text.startsWith('+') ? (next === undefined ? undefined : align(next + bytes)) : align(bytes);
};

/** Sectors count up to the last one; with a unit it is a position, or behind `+` a size. */
const endOf = (text: string, start: number): number | 'end' | undefined => {
  const bytes = readBytes(text.replace(/^[-+]/, ''));
  if (bytes === undefined) return undefined;
  if (bytes === 0) return 'end';
  if (text.startsWith('-')) return bytes <= 2 * MEBIBYTE ? 'end' : undefined;
  return text.startsWith('+') ? start + bytes : /^\d+$/.test(text) ? bytes + 512 : bytes;
};
