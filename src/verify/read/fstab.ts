import type { PartitionFacts } from '../facts.ts';

/** A line of fstab(5). */
export interface FstabLine {
  readonly source: string;
  readonly mount: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly dump: string;
  readonly pass: string;
}

/** Reads fstab(5), comments left out. */
export function readFstab(text: string): readonly FstabLine[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [source = '', mount = '', type = '', options = 'defaults', dump = '0', pass = '0'] = line.split(/\s+/).map(unescape);
    return { source, mount, type, options: options.split(','), dump, pass };
  });
}

/** Spaces are written as octal numbers. */
const unescape = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

type Identified = Pick<PartitionFacts, 'uuid' | 'name' | 'filesystem'>;

/** Where a partition is mounted, by any of its names; undefined if no line names it. */
export const mountOf = (partition: Identified, lines: readonly FstabLine[]): string | undefined =>
  lines.find((line) => names(partition, line.source))?.mount;

function names({ uuid, name, filesystem }: Identified, source: string): boolean {
  const [key = '', value = ''] = source.replace(/^\/dev\/disk\/by-(\w+)\//, '$1=').split('=').map((part) => part.replaceAll('"', ''));
  const own = { uuid: filesystem?.uuid, label: filesystem?.label, partuuid: uuid, partlabel: name }[key.toLowerCase()];
  return own !== undefined && own !== '' && own.toLowerCase() === value.toLowerCase();
}
