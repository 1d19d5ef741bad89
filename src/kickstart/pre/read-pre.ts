import type { Place } from '../../errors.ts';
import type { FlatSection } from '../syntax/flatten.ts';
import { WrittenFiles } from './files.ts';
import { readParted } from './parted.ts';
import { readSfdisk } from './sfdisk.ts';
import { readSgdisk } from './sgdisk.ts';
import type { PlainCommand } from './shell/commands.ts';
import { CLOSES, readScript, UNKNOWN, type ShellStatement } from './shell/read-script.ts';
import { clearTable, type Disks, type Outcome } from './table.ts';

type Node = FlatSection['body'][number];

/** What a script that runs before an installation would do, as far as hew can read it. */
export interface PreReading {
  /** What each line does, in order. */
  readonly lines: readonly { readonly node: Node; readonly says: string }[];
  /** The first line that hew does not read, and why. */
  readonly problem?: { readonly place: Place; readonly reason: string };
}

/** What scripts leave behind, one after another. */
export interface PreState {
  readonly disks: Disks;
  readonly files: WrittenFiles;
}

export const newPreState = (): PreState => ({ disks: new Map(), files: new WrittenFiles() });

/** Reads a script as what it does to disks and files, into `state`. */
export const readPre = ({ header, body }: FlatSection, state: PreState): PreReading => {
  if (!isShell(header.words)) {
    state.files.leaveOpen(body.map(({ source }) => source).join(''));
    return { lines: [], ...(body.length === 0 ? {} : { problem: { place: header.place, reason: 'it is no script of the shell' } }) };
  }
  const lines: PreReading['lines'][number][] = [];
  let problem: PreReading['problem'];
  let hasEnded = false;
  for (const statement of readScript(body)) {
    const outcome = hasEnded ? { says: '' } : readStatement(statement, state);
    if ('problem' in outcome) problem ??= { place: statement.nodes[0]?.place ?? header.place, reason: outcome.problem };
    for (const node of statement.nodes) lines.push({ node, says: 'says' in outcome ? outcome.says : '' });
    hasEnded ||= statement.commands.some(({ words: [name] }) => name === 'exit');
  }
  return { lines, ...(problem === undefined ? {} : { problem }) };
};

const isShell = (words: readonly string[]): boolean => {
  const text = words.join(' ');
  return !/--interpreter/.test(text) || /--interpreter[= ]\S*\/(?:ba|da)?sh(?:\s|$)/.test(text);
};

const readStatement = ({ nodes, commands, problem }: ShellStatement, state: PreState): Outcome => {
  const place = nodes[0]?.place ?? { file: '' };
  const says: string[] = [];
  for (const command of commands) {
    const outcome = readCommand(command, state, place);
    if ('problem' in outcome) {
      state.files.leaveOpen(sourceOf(nodes));
      return outcome;
    }
    if (outcome.says !== '') says.push(outcome.says);
  }
  if (problem === undefined) return { says: says.join('; ') };
  state.files.leaveOpen(sourceOf(nodes));
  return { problem };
};

const sourceOf = (nodes: readonly Node[]): string => nodes.map(({ source }) => source).join('');

/** Programs that change neither a disk nor a file that counts. */
const IDLE = new Set([
  'set', 'sleep', 'sync', ':', 'true', 'exit', 'exec', 'partprobe', 'udevadm', 'blockdev', 'lsblk', 'blkid', 'chvt', 'mkdir', 'chmod', 'swapoff', 'umount',
]);

const readCommand = (command: PlainCommand, { disks, files }: PreState, place: Place): Outcome => {
  const [path = '', ...words] = command.words;
  if (path === UNKNOWN) return { problem: 'what it reads is decided as the script runs' };
  // The script's own structure was misread, so that a line before it may be part of a condition.
  if (CLOSES.test(path)) files.leaveAllOpen();
  const name = path.replace(/^(?:\/usr)?\/s?bin\//, '');
  if (name === 'exec' && words.length > 0) return { problem: 'another program takes the place of the script' };
  const written = files.write(name, words, command);
  if (written !== undefined) return written;
  if (name === 'parted') return readParted(words, disks, place);
  if (name === 'sgdisk') return readSgdisk(words, disks, place);
  if (name === 'sfdisk') return readSfdisk(words, command.input, disks, place);
  if (name === 'wipefs') return wipe(words, disks);
  if (name === 'dd') return wipeByZeros(words, disks);
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
