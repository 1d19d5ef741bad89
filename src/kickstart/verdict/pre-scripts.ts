import type { Place } from '../../errors.ts';
import { newPreState, readPre, type PreReading } from '../pre/read-pre.ts';
import { deviceName, type Disks, type MadePartition } from '../pre/table.ts';
import type { FlatNode, FlatSection } from '../syntax/flatten.ts';
import type { IncludeNode } from '../syntax/tree.ts';

/** What the scripts that run before an installation do for the rest of the file. */
export interface PreScripts {
  /** The script that writes a file which the kickstart includes. */
  readonly writerOf: (target: string) => Place | undefined;
  /** What a script does that an image build cannot leave out. */
  readonly effectOf: (section: FlatSection) => PreEffect;
  readonly made: PreDisk;
}

/** What the scripts leave on the disk, where `part --onpart` asks for it and all of it can be read. */
export interface PreDisk {
  readonly label?: 'gpt' | 'mbr';
  /** By the name of the device, such as `sda3`. */
  readonly partitions: ReadonlyMap<string, MadePartition>;
}

export type PreEffect =
  | { readonly effect: 'nothing' | 'replaced' | 'taken' }
  | { readonly effect: 'writes-include'; readonly target: string }
  | { readonly effect: 'makes-partitions'; readonly reading: PreReading }
  | { readonly effect: 'partitions'; readonly tool: string; readonly place: Place; readonly problem?: PreReading['problem'] }
  | { readonly effect: 'writes-system'; readonly place: Place };

const TOOLS = 'parted|sfdisk|sgdisk|gdisk|fdisk|mkfs|mkfs\\.\\w+|mkswap|pvcreate|vgcreate|lvcreate|mdadm|cryptsetup';
const PARTITIONING = new RegExp(`(?:^|[\\s;&|(\`/])(${TOOLS})(?=\\s|$)`);
const SYSTEM_ROOT = /\/mnt\/(?:sysimage|sysroot)\b/;

/** Reads the scripts: which partitions they make and which included files they write. Nothing is run. */
export const readPreScripts = (nodes: readonly FlatNode[]): PreScripts => {
  const scripts = nodes.filter((node) => node.kind === 'flat-section').filter(isPre);
  const texts = new Map(scripts.map((script) => [script, script.body.map(({ source }) => source).join('')]));
  const includes = nodes.filter((node) => node.kind === 'include');
  const state = newPreState();
  const readings = new Map(scripts.map((script) => [script, readPre(script, state)]));
  const isAsked = nodes.some((node) => node.kind === 'command' && node.words.some((word) => /^--(?:onpart|usepart)\b/.test(word)));
  const made = madeDisk(state.disks, isAsked && scripts.every((script) => readings.get(script)?.problem === undefined || partitioningOf(script) === undefined));
  const writtenBy = (script: FlatSection): readonly IncludeNode[] => {
    const text = texts.get(script) ?? '';
    return includes.filter(({ target, place }) => target !== '' && !isInside(place, script) && text.includes(target));
  };
  return {
    made,
    writerOf: (target) => scripts.find((script) => texts.get(script)?.includes(target))?.header.place,
    effectOf: (script) => {
      const written = writtenBy(script);
      const missing = written.find(({ included }) => included?.outcome !== 'file');
      if (missing !== undefined) return { effect: 'writes-include', target: missing.target };
      const reading = readings.get(script);
      const partitioning = partitioningOf(script);
      if (partitioning !== undefined && reading !== undefined && reading.problem === undefined && made.partitions.size > 0) {
        return { effect: 'makes-partitions', reading };
      }
      const isTaken = written.some(({ included }) => included?.outcome === 'file' && included.origin === 'written');
      if (written.length > 0 && !isTaken) return { effect: 'replaced' };
      if (partitioning !== undefined) {
        const problem = isAsked ? reading?.problem : undefined;
        return { effect: 'partitions', ...partitioning, ...(problem === undefined ? {} : { problem }) };
      }
      return isTaken ? { effect: 'taken' } : readEffect(script);
    },
  };
};

const NOTHING: PreDisk = { partitions: new Map() };

/** An image has one disk. */
const madeDisk = (disks: Disks, isRead: boolean): PreDisk => {
  const used = [...disks].filter(([, { partitions }]) => partitions.size > 0);
  const [first] = used;
  if (!isRead || first === undefined || used.length > 1) return NOTHING;
  const [disk, { label, partitions }] = first;
  return {
    ...(label === undefined ? {} : { label }),
    partitions: new Map([...partitions.values()].map((partition) => [deviceName(disk, partition.number), partition])),
  };
};

const isPre = ({ header }: FlatSection): boolean => header.name === '%pre' || header.name === '%pre-install';

const isInside = (place: Place, { header }: FlatSection): boolean =>
  header.body.some((node) => node.kind === 'include' && node.place === place);

const partitioningOf = ({ body }: FlatSection): { readonly tool: string; readonly place: Place } | undefined => {
  for (const node of body) {
    if (node.kind !== 'text' || node.text.trimStart().startsWith('#')) continue;
    const tool = PARTITIONING.exec(node.text)?.[1];
    if (tool !== undefined) return { tool, place: node.place };
  }
  return undefined;
};

const readEffect = ({ header, body }: FlatSection): PreEffect => {
  if (header.name !== '%pre-install') return { effect: 'nothing' };
  const node = body.find((one) => one.kind === 'text' && !one.text.trimStart().startsWith('#') && SYSTEM_ROOT.test(one.text));
  return node === undefined ? { effect: 'nothing' } : { effect: 'writes-system', place: node.place };
};
