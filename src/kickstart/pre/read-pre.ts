import type { Place } from '../../errors.ts';
import type { FlatSection } from '../syntax/flatten.ts';
import { readParted } from './parted.ts';
import { readSfdisk } from './sfdisk.ts';
import { readSgdisk } from './sgdisk.ts';
import { readShell, UNKNOWN, type PlainCommand, type Statement } from './shell.ts';
import { clearTable, type Disks, type Outcome } from './table.ts';

/** What a script that runs before an installation would do, as far as hew can read it. */
export interface PreReading {
  /** For each of its lines, in order. */
  readonly lines: readonly { readonly node: FlatSection['body'][number]; readonly says: string }[];
  /** The first line that hew does not read, and why. */
  readonly problem?: { readonly place: Place; readonly reason: string };
  readonly written: ReadonlyMap<string, string>;
}

/**
 * Reads a script as what it does to disks and files; `disks` gets the partitions that it makes. A file counts as written
 * where every line that names it is plain.
 */
export const readPre = ({ header, body }: FlatSection, disks: Disks): PreReading => {
  const statements = isShell(header.words) ? readShell(body) : [];
  const lines: { readonly node: FlatSection['body'][number]; readonly says: string }[] = [];
  const files: Files = { written: new Map(), unread: [] };
  let problem: PreReading['problem'] = statements.length === 0 && body.length > 0 ? { place: header.place, reason: 'it is no script of the shell' } : undefined;
  for (const statement of statements) {
    const outcome = readStatement(statement, disks, files);
    if ('problem' in outcome) problem ??= { place: placeOf(statement, header.place), reason: outcome.problem };
    for (const node of statement.nodes) lines.push({ node, says: 'says' in outcome ? outcome.says : '' });
  }
  return { lines, written: knownFiles(files), ...(problem === undefined ? {} : { problem }) };
};

const isShell = (words: readonly string[]): boolean => {
  const text = words.join(' ');
  return !/--interpreter/.test(text) || /--interpreter[= ]\S*\/(?:ba|da)?sh(?:\s|$)/.test(text);
};

const placeOf = ({ nodes: [first] }: Statement, other: Place): Place => first?.place ?? other;

interface Files {
  readonly written: Map<string, string>;
  /** Lines that may write to a file in a way that hew does not read. */
  readonly unread: string[];
}

const readStatement = (statement: Statement, disks: Disks, files: Files): Outcome => {
  const { nodes, commands, problem } = statement;
  const says: string[] = [];
  for (const command of commands) {
    const outcome = readCommand(command, disks, files, nodes[0]?.place ?? { file: '' });
    if ('problem' in outcome) {
      files.unread.push(sourceOf(statement));
      return outcome;
    }
    if (outcome.says !== '') says.push(outcome.says);
  }
  if (problem === undefined) return { says: says.join('; ') };
  files.unread.push(sourceOf(statement));
  return { problem };
};

const sourceOf = ({ nodes }: Statement): string => nodes.map(({ source }) => source).join('');

/** Of a file that a line names which hew does not read, the text may be any; so it is where such a line writes to a variable. */
const knownFiles = ({ written, unread }: Files): ReadonlyMap<string, string> => {
  const text = unread.join('\n');
  const isOpen = />>?\s*["']?\$|\btee\b/.test(text);
  const named = new Set(text.match(/[\w./@+-]+/g));
  return new Map([...written].filter(([path]) => !isOpen && /^[\w./@+-]+$/.test(path) && !named.has(path)));
};

/** Programs that change neither a disk nor a file that counts. */
const IDLE = new Set(['set', 'sleep', 'sync', ':', 'true', 'partprobe', 'udevadm', 'blockdev', 'lsblk', 'blkid', 'chvt', 'mkdir', 'chmod', 'swapoff', 'umount']);

const readCommand = (command: PlainCommand, disks: Disks, { written, unread }: Files, place: Place): Outcome => {
  const [path = '', ...words] = command.words;
  if (path === UNKNOWN) return { problem: 'what it reads is decided as the script runs' };
  if (path === 'exec' && words.length === 0) return { says: '' };
  const name = path.replace(/^(?:\/usr)?\/s?bin\//, '');
  if (name !== 'cat' && name !== 'echo' && command.output !== undefined) unread.push(command.output.path);
  if (name === 'parted') return readParted(words, disks, place);
  if (name === 'sgdisk') return readSgdisk(words, disks, place);
  if (name === 'sfdisk') return readSfdisk(words, command.input, disks, place);
  if (name === 'wipefs') return wipe(words, disks);
  if (name === 'dd') return wipeByZeros(words, disks);
  if (name === 'cat' || name === 'echo') return write(name, words, command, written);
  return IDLE.has(name) ? { says: '' } : { problem: `hew does not know what \`${name}\` does to a disk` };
};

const wipe = (words: readonly string[], disks: Disks): Outcome => {
  for (const word of words) if (word.startsWith('/')) clearTable(disks, word);
  return { says: 'the disk of an image is new and empty' };
};

const wipeByZeros = (words: readonly string[], disks: Disks): Outcome => {
  const to = words.find((word) => word.startsWith('of='))?.slice('of='.length) ?? '';
  if (!words.includes('if=/dev/zero') || !/^\/dev\/\w+$/.test(to)) return { problem: 'hew reads only the `dd` that empties a disk' };
  return wipe([to], disks);
};

const write = (name: string, words: readonly string[], { input, output }: PlainCommand, written: Map<string, string>): Outcome => {
  if (output === undefined) return { says: '' };
  const text = name === 'cat' ? (words.length === 0 ? input : undefined) : echoed(words);
  if (text === undefined) return { problem: `hew does not know what \`${name}\` writes to ${output.path}` };
  written.set(output.path, output.append ? `${written.get(output.path) ?? ''}${text}` : text);
  return { says: `writes ${output.path}` };
};

const echoed = (words: readonly string[]): string | undefined => {
  const [option, ...rest] = words;
  if (option === '-n') return rest.join(' ');
  // With -e, and of some shells always, a backslash means more.
  return option === '-e' || words.some((word) => word.includes('\\')) ? undefined : `${words.join(' ')}\n`;
};
