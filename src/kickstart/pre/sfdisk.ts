import type { Place } from '../../errors.ts';
import { kindOfType } from './sgdisk.ts';
import { addPartition, align, clearTable, nextNumber, nextStart, readBytes, diskTableOf, type DiskTable, type Disks, type MadePartition, type Outcome } from './table.ts';

/** Options with a value of their own. https://man7.org/linux/man-pages/man8/sfdisk.8.html */
const VALUES = ['--label', '-X', '--wipe', '-w', '--wipe-partitions', '-W', '--unit', '-u'];
const FLAGS = ['-f', '--force', '-q', '--quiet', '--no-reread', '--no-tell-kernel'];

/** `sfdisk DISK`, with a script of named fields or of `start, size, type` as its input. */
export const readSfdisk = (words: readonly string[], input: string | undefined, disks: Disks, place: Place): Outcome => {
  const others: string[] = [];
  let label = 'dos';
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [name = '', inline] = word.split('=');
    if (!word.startsWith('-')) others.push(word);
    else if (VALUES.includes(name)) {
      const value = inline ?? words[(index += 1)] ?? '';
      if (name === '--label' || name === '-X') label = value;
    } else if (!FLAGS.includes(word)) return { problem: `hew does not know \`${word}\` of sfdisk` };
  }
  const [disk, second] = others;
  if (disk === undefined || second !== undefined) return { problem: 'sfdisk is given no disk, or more than one' };
  if (input === undefined) return { problem: 'sfdisk is given no here-document' };
  const lines = input.split('\n').map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);
  const header = lines.findLast((line) => line.startsWith('label:'))?.replace(/^label:\s*/, '') ?? label;
  if (header !== 'gpt' && header !== 'dos') return { problem: `hew writes no partition table "${header}"` };
  clearTable(disks, disk, header === 'gpt' ? 'gpt' : 'mbr');
  const table = diskTableOf(disks, disk);
  const says = [`makes a new partition table: ${header === 'gpt' ? 'gpt' : 'mbr'}`];
  for (const line of lines.filter((one) => !/^[\w-]+:(?:\s|$)/.test(one))) {
    const outcome = readLine(line, table, place);
    if ('problem' in outcome) return outcome;
    says.push(outcome.says);
  }
  return { says: says.join('; ') };
};

const readLine = (line: string, table: DiskTable, place: Place): Outcome => {
  const [, device, script = ''] = /^(?:(\/dev\/\S+)\s*:\s*)?(.*)$/.exec(line) ?? [];
  const fields = script.includes('=') ? named(script) : positional(script);
  const number = device === undefined ? nextNumber(table) : Number(/\d+$/.exec(device)?.[0] ?? 0);
  const next = nextStart(table);
  const [from = '+', size = '+'] = [fields.get('start'), fields.get('size')];
  const start = from === '+' ? next && align(next) : readBytes(from);
  const bytes = size === '+' ? 'rest' : readBytes(size);
  if (start === undefined || bytes === undefined || number < 1) return { problem: `hew cannot tell where \`${line}\` lies` };
  const kind = kindOf(fields.get('type') ?? '');
  if (kind === 'extended') return { problem: 'hew makes primary partitions only' };
  return addPartition(table, {
    number, start, end: bytes === 'rest' ? 'end' : start + bytes, place, ...(kind === undefined ? {} : { kind }),
  });
};

const named = (script: string): ReadonlyMap<string, string> =>
  new Map([...script.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^,\s]+))/g)].map(([, key = '', quoted, bare]) => [key, quoted ?? bare ?? '']));

const positional = (script: string): ReadonlyMap<string, string> => {
  const [start, size, type] = script.split(/\s*[,;]\s*|\s+/);
  return new Map(
    ([['start', start], ['size', size], ['type', type]] as const).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value] as const])),
  );
};

const NAMES: ReadonlyMap<string, MadePartition['kind'] | 'extended'> = new Map([
  ['u', 'esp'], ['uefi', 'esp'], ['ef', 'esp'], ['s', 'swap'], ['swap', 'swap'], ['82', 'swap'], ['e', 'extended'], ['5', 'extended'],
]);

const kindOf = (type: string): MadePartition['kind'] | 'extended' => NAMES.get(type.toLowerCase()) ?? kindOfType(type);
