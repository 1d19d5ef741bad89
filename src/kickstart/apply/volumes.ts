import { formatMebibytes } from '../syntax/sizes.ts';
import type { Apply, Applying } from './command.ts';
import { addMounted, PARTITIONS, takeRest } from './storage.ts';

/** The volumes of LVM as partitions. Anaconda's rules for `volgroup` and `logvol`: https://pykickstart.readthedocs.io */
const NO_VOLUMES = [
  'hew makes plain partitions and btrfs, no other volumes',
  'write `part` lines, or have the volumes made partitions: --plain-partitions',
] as const;

export const applyVolgroup: Apply = ({ args, draft, options, refuse, note }) => {
  if (!options.plainPartitions) return refuse(...NO_VOLUMES);
  const [name = '', ...members] = args.words;
  const unknown = members.find((member) => !draft.physicalVolumes.has(member));
  if (unknown !== undefined) return refuse(`no \`part\` line before it makes ${unknown}`, `write part ${unknown} --size=MEBIBYTES first`);
  const sizes = members.map((member) => draft.physicalVolumes.get(member));
  draft.volumeGroups.set(name, sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0));
  note('its volumes are partitions');
};

export const applyLogvol: Apply = (applying) => {
  const { args, draft, options, note, refuse } = applying;
  if (!options.plainPartitions) return refuse(...NO_VOLUMES);
  const group = args.text('--vgname') ?? '';
  if (!draft.volumeGroups.has(group)) return refuse(`no \`volgroup\` line before it makes ${group}`, `write volgroup ${group} pv.01 first`);
  if (args.has('--thinpool')) return note('no partition is made for a pool: its volumes are partitions');
  note('a partition instead of a volume');
  addMounted(applying, () => sizeOf(applying, draft.volumeGroups.get(group)));
};

/** The size of a volume, given that of its group in MiB. */
const sizeOf = (applying: Applying, whole: number | undefined): string | undefined => {
  const { args, draft, note, refuse } = applying;
  const [percent, size] = [args.integer('--percent'), args.integer('--size')];
  if (percent !== undefined && whole !== undefined) return formatMebibytes(Math.floor((whole * percent) / 100));
  if (percent !== undefined && percent !== 100) {
    refuse(`--percent=${percent} of a group whose size depends on the disk`, 'write --size=MEBIBYTES');
    return undefined;
  }
  const grows = percent === 100 || args.has('--grow');
  const other = draft.rowNames(PARTITIONS).find((name) => draft.table(PARTITIONS, name)?.['size'] === 'rest');
  if (grows && other === undefined) return takeRest(applying);
  if (size !== undefined && size > 0) {
    if (grows) note(`it has the size that it has at least: ${other ?? 'another'} takes the rest of the disk`);
    return formatMebibytes(size);
  }
  if (grows) refuse(`${other ?? 'another'} already takes the rest of the disk`, 'write --size=MEBIBYTES');
  else refuse('it has no size', 'write --size=MEBIBYTES or --grow');
  return undefined;
};
