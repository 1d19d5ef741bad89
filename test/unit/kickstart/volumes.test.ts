import { describe, expect, it } from 'vitest';
import { interpret, valueOf, verdictOn } from './support.ts';

const PLAIN = { plainPartitions: true };

/** Mount points, sizes and file systems of the partitions that a file amounts to. */
const partitionsOf = (text: string): readonly string[] =>
  (valueOf(text, PLAIN).disk?.partitions ?? []).map(({ mount, size, filesystem }) => `${mount} ${size ?? '?'} ${filesystem ?? '?'}`);

const GROUP = 'part /boot --fstype=xfs --size=1024\npart pv.01 --size=1 --grow\nvolgroup vg pv.01\n';

describe('volumes of LVM', () => {
  it('become partitions of their sizes, and the first that grows takes the rest of the disk', () => {
    const text = `${GROUP}logvol swap --vgname=vg --name=swap --size=512\nlogvol / --vgname=vg --name=root --fstype=ext4 --size=4096 --grow\n`
      + 'logvol /home --vgname=vg --name=home --fstype=xfs --size=2048 --grow --label=home\n';
    expect(partitionsOf(text)).toEqual(['/boot 1GiB xfs', 'swap 512MiB swap', '/ rest ext4', '/home 2GiB xfs']);
    expect(interpret(text, PLAIN).problems).toEqual([]);
    // Each at its least size, and the partition tables.
    expect(valueOf(text, PLAIN).disk?.size).toBe('7682MiB');
    expect(interpret(text, PLAIN).verdicts[5]?.notes).toEqual(['a partition instead of a volume', 'it has the size that it has at least: / takes the rest of the disk']);
  });

  it('take their part of a group whose size is known', () => {
    const group = 'part pv.01 --size=6000\npart pv.02 --size=4000\nvolgroup vg --pesize=4096 pv.01 pv.02\n';
    expect(partitionsOf(`${group}logvol / --vgname=vg --name=r --percent=70 --fstype=xfs\n`)).toEqual(['/ 7000MiB xfs']);
    expect(partitionsOf(`${GROUP}logvol / --vgname=vg --name=r --percent=100 --fstype=xfs\n`)).toEqual(['/boot 1GiB xfs', '/ rest xfs']);
    expect(verdictOn(`${GROUP}logvol / --vgname=vg --name=r --percent=70\n`, 4, PLAIN)).toMatchObject({ decision: 'refused', instead: 'Write --size=MEBIBYTES.' });
  });

  it('leave a thin pool out, and the partition of %pre that they lay on', () => {
    const thin = `${GROUP}logvol none --vgname=vg --name=pool --thinpool --size=9000\nlogvol / --vgname=vg --name=r --thin --poolname=pool --size=5000 --fstype=xfs\n`;
    expect(partitionsOf(thin)).toEqual(['/boot 1GiB xfs', '/ 5000MiB xfs']);
    const pre = '%pre\nparted -s /dev/vda mklabel gpt mkpart esp fat32 1MiB 101MiB set 1 esp on mkpart lvm 101MiB 8101MiB\n%end\n'
      + 'part /boot/efi --fstype=efi --onpart=vda1\npart pv.1 --onpart=vda2\nvolgroup rocky pv.1\nlogvol / --vgname=rocky --name=root --percent=100 --fstype=xfs\n';
    expect(partitionsOf(pre)).toEqual(['/boot/efi 100MiB vfat', '/ 8000MiB xfs']);
  });

  it('of autopart become partitions', () => {
    expect(partitionsOf('autopart --type=lvm\n')).toEqual(['/boot/efi 512MiB vfat', '/boot 1GiB ext4', '/ rest ext4']);
  });

  it.each<readonly [string, number, RegExp]>([
    ['logvol / --vgname=no --name=r --size=1\n', 1, /no `volgroup` line before it makes no/],
    ['volgroup vg pv.01\n', 1, /no `part` line before it makes pv\.01/],
    [`${GROUP}logvol / --vgname=vg --name=r\n`, 4, /it has no size/],
    [`${GROUP}logvol / --vgname=vg --name=r --size=9 --encrypted\n`, 4, /LUKS/],
    [`${GROUP}logvol swap --vgname=vg --name=s --recommended\n`, 4, /memory of a machine/],
    [`${GROUP}logvol / --vgname=vg --size=9\n`, 4, /it has no --name/],
    ['part raid.01 --size=100\n', 1, /member of RAID/],
    ['autopart\npart pv.01 --size=100\n', 2, /exclude each other/],
  ])('are refused with %j', (text, line, why) => {
    const verdict = verdictOn(text, line, PLAIN);
    expect(verdict).toMatchObject({ decision: 'refused', reason: expect.stringMatching(why) as string });
    expect(verdict.instead).toBeDefined();
  });

  it.each(['part pv.01 --size=1', 'volgroup vg pv.01', 'logvol / --vgname=v --name=r --size=1', 'autopart --type=lvm'])('are refused without being asked for: %s', (line) => {
    expect(verdictOn(`${line}\n`)).toMatchObject({ decision: 'refused', instead: expect.stringContaining('--plain-partitions') as string });
  });
});

describe('what a refused line says', () => {
  it.each<readonly [string, string]>([
    ['the schema', 'user --name=a --gecos=x\nuser --name=b --uid=-3\n'],
    ['its command', 'user --name=a --gecos=x\nuser --name=b --password=plain --plaintext\n'],
  ])('is in no definition, where %s refuses it', (_what, text) => {
    const { value, problems } = interpret(text);
    expect(problems).toHaveLength(1);
    expect(value.system?.users?.map(({ name }) => name)).toEqual(['a']);
  });

  it('is not there for the lines after it', () => {
    expect(interpret('part btrfs.01 --size=0\nbtrfs none --label=x btrfs.01\n').problems.map(({ place }) => place?.line)).toEqual([1, 2]);
  });
});
