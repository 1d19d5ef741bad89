import type { Apply, Applying } from './command.ts';
import { PARTITIONS } from './storage.ts';

interface Subvolume {
  readonly name: string;
  readonly mount: string;
}

/** `btrfs MOUNT --label=LABEL btrfs.01` makes a volume of a partition, `btrfs MOUNT --subvol --name=NAME LABEL` a part of it. */
export const applyBtrfs: Apply = (applying) =>
  applying.args.has('--subvol') ? addSubvolume(applying) : addVolume(applying);

const addVolume = ({ args, draft, node, refuse }: Applying): void => {
  const [mount = '', ...members] = args.words;
  const [member, second] = members;
  if (member === undefined) return refuse('it names no partition', 'write btrfs MOUNT --label=LABEL btrfs.01');
  if (second !== undefined) return refuse('hew makes btrfs on one partition', 'name one member');
  if (draft.table(PARTITIONS, member) === undefined) {
    return refuse(`no \`part\` line before it makes ${member}`, `write part ${member} --size=MEBIBYTES first`);
  }
  const fields = {
    mount,
    label: args.text('--label'),
    'mkfs-options': args.text('--mkfsoptions')?.split(/\s+/).filter(Boolean),
  };
  draft.merge(PARTITIONS, member, fields, node.place);
};

const addSubvolume = ({ args, draft, node, refuse }: Applying): void => {
  const [mount = '', parent] = args.words;
  const name = args.text('--name');
  if (name === undefined) return refuse('a subvolume needs a name', 'add --name=NAME');
  const label = (parent ?? args.text('--parent') ?? '').replace(/^LABEL=/, '').replaceAll(/["']/g, '');
  const row = draft.rowNames(PARTITIONS).find((one) => {
    const table = draft.table(PARTITIONS, one);
    return table?.['filesystem'] === 'btrfs' && (table['label'] === label || one === label);
  });
  const volume = row === undefined ? undefined : draft.table(PARTITIONS, row);
  if (row === undefined || volume === undefined) {
    return refuse(`no volume before it has the label "${label}"`, 'write btrfs none --label=LABEL btrfs.01 first');
  }
  if (mount === 'none') return refuse('hew makes only subvolumes that are mounted', 'give it a mount point');
  const others = Array.isArray(volume['subvolumes']) ? (volume['subvolumes'] as readonly Subvolume[]) : [];
  // The partition is mounted as one of its subvolumes: the root where there is one, else the first.
  const takesPlace = volume['mount'] === 'none' || mount === '/';
  draft.merge(
    PARTITIONS,
    row,
    { subvolumes: [...others, { name, mount }], ...(takesPlace ? { mount } : {}) },
    node.place,
  );
};
