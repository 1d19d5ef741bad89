import { describe, expect, it } from 'vitest';
import { checkKickstart, interpretKickstart } from '../../../src/kickstart/index.ts';
import { interpret, load, valueOf, verdictOn } from './support.ts';

const pre = (...lines: readonly string[]): string => `%pre --erroronfail\n${lines.join('\n')}\n%end\n`;

/** Sizes in MiB, mount points and types of the partitions that a file amounts to, in their order. */
const partitionsOf = (text: string): readonly string[] =>
  (valueOf(text).disk?.partitions ?? []).map(({ mount, size, type }) => `${mount} ${size ?? '?'}${type === undefined ? '' : ` ${type}`}`);

const BIOS_BOOT = '21686148-6449-6e6f-744e-656564454649';
const ROOT = 'part / --fstype=xfs --onpart=vda1\n';

describe('%pre that makes the partitions of `part --onpart`', () => {
  it('is read line by line, as the cloud images of several distributions write it', () => {
    const text = pre(
      'parted -s -a optimal /dev/vda -- mklabel gpt',
      'parted -s -a optimal /dev/vda -- mkpart biosboot 1MiB 3MiB set 1 bios_grub on',
      `parted -s -a optimal /dev/vda -- mkpart '"EFI System Partition"' fat32 3MiB 153MiB set 2 esp on`,
      '# what boots',
      'parted -s -a optimal /dev/vda -- mkpart boot xfs 153MiB 900MiB',
      'parted -s -a optimal /dev/vda -- mkpart root xfs 900MiB 100%',
    ) + 'part biosboot --fstype=biosboot --onpart=vda1\npart /boot/efi --fstype=efi --onpart=vda2\n' +
      'part /boot --fstype=xfs --onpart=/dev/vda3\npart / --fstype=xfs --onpart=vda4\n';
    expect(partitionsOf(text)).toEqual([`none 2MiB ${BIOS_BOOT}`, '/boot/efi 150MiB', '/boot 747MiB', '/ rest']);
    const reasons = interpret(text).verdicts.map(({ decision, reason }) => `${decision}: ${reason}`);
    expect(reasons.slice(0, 8)).toEqual([
      'applied: its partitions are made for `part --onpart`',
      'applied: makes a new partition table: gpt',
      'applied: makes partition 1: 2 MiB; partition 1: bios_grub on',
      'applied: makes partition 2: 150 MiB; partition 2: esp on',
      'ignored: asks for nothing that an image would have',
      'applied: makes partition 3: 747 MiB',
      'applied: makes partition 4: the rest of the disk',
      'applied: its partitions are made for `part --onpart`',
    ]);
    expect(interpret(text).verdicts[8]?.notes).toContain('partition 1 of %pre: 2 MiB');
  });

  it('is read wherever it stands, with gaps, decimal units and a disk that is emptied first', () => {
    const text = 'part /boot/efi --fstype=efi --onpart=vda1\npart prepboot --fstype=prepboot --onpart=vda2\npart / --size=8000 --grow --onpart=vda3\n' + pre(
      'dd if=/dev/zero of=/dev/vda bs=512 count=1',
      'parted /dev/vda mklabel gpt',
      'parted /dev/vda mkpart primary fat32 1MiB 100MiB',
      'parted /dev/vda set 1 boot on',
      'parted /dev/vda mkpart primary 1100MiB 1104MiB',
      'parted /dev/vda mkpart primary xfs 1106MiB 10.7GB',
    );
    expect(partitionsOf(text)).toEqual(['/boot/efi 99MiB', 'none 4MiB 9e1a2d38-c612-4316-aa26-8b49521e5a8b', '/ 9098MiB']);
  });

  it('puts partitions into the order of the disk, and keeps those that no line takes', () => {
    const text = pre(
      'wipefs -af /dev/nvme0n1',
      'parted -s /dev/nvme0n1 mklabel gpt',
      'parted -s /dev/nvme0n1 mkpart root ext4 51MiB 100%',
      'parted -s /dev/nvme0n1 mkpart esp fat32 1MiB 41MiB set 2 esp on',
      'parted -s /dev/nvme0n1 mkpart bios 41MiB 51MiB set 3 bios_grub on',
    ) + 'part / --onpart=nvme0n1p1\npart /boot/efi --fstype=efi --onpart=nvme0n1p2\n';
    expect(partitionsOf(text)).toEqual(['/boot/efi 40MiB', `none 10MiB ${BIOS_BOOT}`, '/ rest']);
  });

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['sgdisk', [
      'sgdisk --zap-all /dev/vda', 'sgdisk -n 1:2048:+2M -t 1:ef02 /dev/vda', 'sgdisk --new=2:0:+200M --typecode=2:EF00 -c 2:esp /dev/vda',
      'sgdisk -n3:0:0 /dev/vda', 'partprobe /dev/vda', 'udevadm settle',
    ], [`none 2MiB ${BIOS_BOOT}`, '/boot/efi 200MiB', '/ rest']],
    ['sgdisk with sectors', ['sgdisk --clear /dev/vda', 'sgdisk -n 1:2048:6143 -n 2:6144:212991 -n 3:212992:+1G /dev/vda', 'sgdisk -t 1:EF02 /dev/vda'],
      [`none 2MiB ${BIOS_BOOT}`, '/boot/efi 101MiB', '/ 1GiB']],
    ['sfdisk with names', [
      'sfdisk /dev/vda << EOF', 'label: gpt', 'unit: sectors', 'size=2M, type=21686148-6449-6E6F-744E-656564454649', 'size=512M, type=uefi', 'size=+, type=linux', 'EOF',
    ], [`none 2MiB ${BIOS_BOOT}`, '/boot/efi 512MiB', '/ rest']],
    ['sfdisk with positions', [
      `sfdisk --wipe always -X gpt /dev/vda <<'X'`, '2048,4096,21686148-6449-6E6F-744E-656564454649', '/dev/vda2 : size=204800', ',+,0FC63DAF-8483-4772-8E79-3D69D8477DE4', 'X',
    ], [`none 2MiB ${BIOS_BOOT}`, '/boot/efi 100MiB', '/ rest']],
    ['parted with its own unit', ['parted --script /dev/vda unit MiB mklabel gpt mkpart bios 1 3 mkpart esp fat32 3 103 mkpart root 103 -1 set 1 bios_grub on'],
      [`none 2MiB ${BIOS_BOOT}`, '/boot/efi 100MiB', '/ rest']],
    ['variables and continued lines', [
      'disk=/dev/vda', 'END="100%"', 'parted -s "$disk" mklabel gpt; parted -s ${disk} mkpart bios 1MiB 3MiB \\', '  set 1 bios_grub on',
      'parted -s $disk mkpart esp fat32 3MiB 103MiB && parted -s $disk mkpart root 103MiB $END',
    ], [`none 2MiB ${BIOS_BOOT}`, '/boot/efi 100MiB', '/ rest']],
  ])('%s', (_what, lines, expected) => {
    const text = pre(...lines) + 'part biosboot --fstype=biosboot --onpart=vda1\npart /boot/efi --fstype=efi --onpart=vda2\npart / --onpart=vda3\n';
    expect(partitionsOf(text)).toEqual(expected);
  });

  it('makes the partition table that the script names', () => {
    const text = pre('parted -s /dev/vda mklabel msdos', 'parted -s /dev/vda mkpart primary xfs 1MiB 100%');
    expect(valueOf(`${text}${ROOT}`).disk).toMatchObject({ label: 'mbr', partitions: [{ mount: '/', size: 'rest' }] });
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['a table that is printed before it is made', ['parted -s /dev/vda mklabel gpt print mkpart a 1MiB 50%'], /ends at 50%/],
    ['a condition', ['if [ -d /sys/firmware/efi ]; then', 'parted -s /dev/vda mklabel gpt', 'fi'], /line 2: .*decided as the script runs/],
    ['what another command prints', ['disk=$(lsblk -dno NAME | head -1)', 'parted -s /dev/$disk mklabel gpt'], /line 2/],
    ['a variable that nothing sets', ['parted -s $DISK mklabel gpt'], /line 2/],
    ['a variable that a condition may set', ['D=/dev/vda', 'if true; then', 'D=/dev/vdb', 'fi', 'parted -s $D mklabel gpt'], /line 3/],
    ['a pipe', ['echo ,,L | sfdisk /dev/vda'], /line 2/],
    ['a program that hew does not know', ['parted -s /dev/vda mklabel gpt', 'parted -s /dev/vda mkpart a 1MiB 9GiB', 'mkfs.xfs /dev/vda1'], /line 4: .*`mkfs\.xfs`/],
    ['a size that the disk decides', ['parted -s /dev/vda mklabel gpt mkpart a 1MiB 50%'], /ends at 50%/],
    ['partitions that overlap', ['parted -s /dev/vda mklabel gpt mkpart a 1MiB 90MiB mkpart b 80MiB 100%'], /partition 2 lies where partition 1 is/],
    ['no partition table', ['parted -s /dev/vda mkpart a 1MiB 90MiB'], /partition table/],
    ['a table of another kind', ['parted -s /dev/vda mklabel sun'], /"sun"/],
    ['a logical partition', ['parted -s /dev/vda mklabel msdos mkpart logical 1MiB 100%'], /primary partitions/],
    ['a command of parted that changes sizes', ['parted -s /dev/vda mklabel gpt resizepart 1 50GB'], /resizepart/],
    ['an option of sgdisk that copies', ['sgdisk -R /dev/vdb /dev/vda'], /-R/],
    ['sfdisk without its input', ['sfdisk /dev/vda'], /here-document/],
    ['another disk that is emptied with other bytes', ['dd if=/dev/urandom of=/dev/vda', 'parted -s /dev/vda mklabel gpt'], /`dd`/],
  ])('is refused with %s, and %%pre is where it says why', (_what, lines, why) => {
    const verdict = verdictOn(`${pre(...lines)}${ROOT}`);
    expect(verdict).toMatchObject({ decision: 'refused', reason: expect.stringMatching(/partitions the disk with \w+, and there is no disk yet; hew cannot read which/) as string });
    expect(verdict.reason).toMatch(why);
    expect(verdictOn(`${pre(...lines)}${ROOT}`, lines.length + 3)).toMatchObject({ decision: 'refused', reason: expect.stringContaining('makes vda1') as string });
  });

  it('is refused where no part line takes a partition, in another language, and on two disks', () => {
    expect(verdictOn(`${pre('parted -s /dev/vda mklabel gpt')}part / --grow\n`).decision).toBe('refused');
    expect(verdictOn(`%pre --interpreter=/usr/bin/python3\nparted -s /dev/vda mklabel gpt\n%end\n${ROOT}`).reason).toContain('no script of the shell');
    const two = pre(...['vda', 'vdb'].map((disk) => `parted -s /dev/${disk} mklabel gpt mkpart a 1MiB 100%`));
    expect(verdictOn(`${two}${ROOT}`).decision).toBe('refused');
  });
});

describe('%include of what %pre writes', () => {
  it.each<readonly [string, readonly string[]]>([
    ['a here-document', ['cat > /tmp/p.ks <<EOF', 'part / --fstype=ext4 --size=900', 'EOF']],
    ['a here-document before its file', [`cat <<'EOF' > /tmp/p.ks`, 'part / --fstype=ext4 --size=900', 'EOF']],
    ['indented by tabs', ['cat <<-EOF >/tmp/p.ks', '\tpart / --fstype=ext4 --size=900', '\tEOF']],
    ['lines of echo', ['echo "# mine" > /tmp/p.ks', `echo 'part / --fstype=ext4 --size=900' >> "/tmp/p.ks"`]],
    ['a variable', ['FS=ext4', 'cat > /tmp/p.ks <<EOF', 'part / --fstype=$FS --size=900', 'EOF']],
    ['arguments of an installer, of which there are none', [
      'fs=ext4', 'for arg in $(cat /proc/cmdline); do', '  case $arg in', '    fs=*) fs=${arg#fs=} ;;', '  esac', 'done', 'echo "part / --fstype=$fs --size=900" > /tmp/p.ks',
    ]],
    ['printf', [`printf '# mine\\npart / --fstype=ext4 --size=900\\n' > /tmp/p.ks`]],
    ['tee, after the file was removed', ['rm -f /tmp/p.ks', 'tee /tmp/p.ks << EOF', 'part / --fstype=ext4 --size=900', 'EOF']],
    ['a text of several lines', ['echo "# mine', `part / --fstype=ext4 --size=900" > /tmp/p.ks || exit 1`]],
    ['a file that is emptied first', ['echo wrong > /tmp/p.ks', '> /tmp/p.ks', 'echo "part / --fstype=ext4 --size=900" >> /tmp/p.ks']],
    ['lines before the script ends', ['echo "part / --fstype=ext4 --size=900" > /tmp/p.ks', 'exit 0', 'echo skipx >> /tmp/p.ks']],
    ['other lines that have nothing to do with it', ['if [ -f /x ]; then', 'rm /x', 'fi', 'modprobe zram', 'echo "part / --fstype=ext4 --size=900" > /tmp/p.ks']],
  ])('is taken from %s', async (_what, lines) => {
    const file = await load({ 'a.ks': `${pre(...lines)}%include /tmp/p.ks\n` });
    expect(checkKickstart(file)).toMatchObject({ honoured: true });
    const { value, verdicts, placeOf } = interpretKickstart(file);
    expect(value.disk?.partitions).toEqual([{ mount: '/', filesystem: 'ext4', size: '900MiB' }]);
    expect(placeOf(['disk', 'partitions', 0, 'size'])).toMatchObject({ file: '/tmp/p.ks' });
    expect(verdicts.find(({ subject }) => subject === '%include')?.reason).toBe('read from what the %pre on line 1 writes there');
    expect(verdicts[0]?.reason).toBe('what it writes is included as it stands there');
  });

  it.each<readonly [string, readonly string[]]>([
    ['a condition', ['if true; then', 'echo "part / --size=900" > /tmp/p.ks', 'fi']],
    ['a variable that is not known', ['echo "part / --ondisk=$disk --size=900" > /tmp/p.ks']],
    ['a program that changes it afterwards', ['echo "part / --size=900" > /tmp/p.ks', 'sed -i s/900/800/ /tmp/p.ks']],
    ['a condition that adds to it', ['echo "part / --size=900" > /tmp/p.ks', 'if true; then', 'echo "part swap --size=9" >> /tmp/p.ks', 'fi']],
    ['a condition that writes to a variable', ['f=/tmp/p.ks', 'echo "part / --size=900" > /tmp/p.ks', 'if true; then', 'echo "part swap --size=9" >> $f', 'fi']],
    ['a here-document with a command in it', ['cat > /tmp/p.ks <<EOF', 'network --hostname=$(hostname)', 'EOF']],
    ['the output of a program', ['lsblk > /tmp/p.ks']],
    ['a comment that ends in a backslash before a condition', ['echo "part / --size=900" > /tmp/p.ks', '# see below \\', 'sed -i s/9/8/ /tmp/p.ks']],
    ['errors that go into it as well', ['echo "part / --size=900" > /tmp/p.ks', 'echo skipx &>> /tmp/p.ks']],
    ['a script in another language that may change it', ['echo "part / --size=900" > /tmp/p.ks', '%end', '%pre --interpreter=/usr/bin/python3', 'open("/tmp/p.ks", "a")']],
    ['a word of the shell inside a condition', ['if false; then', 'echo done', 'echo "part / --size=900" > /tmp/p.ks', 'fi']],
    ['a here-document that makes a script', ['cat << END | tee /tmp/x.sh', 'echo "part / --size=900" > /tmp/p.ks', 'END']],
    ['a function that sets a variable', ['setfs() {', '  fs=xfs', '}', 'fs=ext4', 'setfs', 'echo "part / --fstype=$fs --size=900" > /tmp/p.ks']],
    ['a loop over a variable', ['fs=ext4', 'for fs in xfs btrfs; do', '  echo $fs', 'done', 'echo "part / --fstype=$fs --size=900" > /tmp/p.ks']],
    ['a value that a command decides', ['fs=ext4', '[ -f /x ] && fs=xfs', 'echo "part / --fstype=$fs --size=900" > /tmp/p.ks']],
    ['a value that stands in for a failure', ['fs=ext4', 'test -f /x || fs=xfs', 'echo "part / --fstype=$fs --size=900" > /tmp/p.ks']],
    ['a name beside the kickstart file', ['cd /tmp', 'echo "part / --size=900" > p.ks', 'mv p.ks /tmp/p.ks']],
    ['echo -e', ['echo -e "part / --size=900\\nskipx" > /tmp/p.ks']],
  ])('is asked for by --include with %s', async (_what, lines) => {
    const { verdicts } = checkKickstart(await load({ 'a.ks': `${pre(...lines)}%include /tmp/p.ks\n` }));
    const refused = verdicts.filter(({ decision }) => decision === 'refused');
    expect(new Set(refused.map(({ subject }) => subject))).toEqual(new Set(['%pre', '%include']));
    expect(verdicts.at(-1)?.instead).toBe('Give a file for it by --include /tmp/p.ks=FILE.');
  });

  it('gives way to a file that is given by hand', async () => {
    const text = `${pre('echo "part / --size=900" > /tmp/p.ks')}%include /tmp/p.ks\n`;
    const file = await load({ 'a.ks': text, 'mine.ks': 'part / --size=700\n' }, { '/tmp/p.ks': 'mine.ks' });
    expect(interpretKickstart(file).value.disk?.partitions).toEqual([{ mount: '/', size: '700MiB' }]);
  });

  it('goes together with partitions', async () => {
    const text = pre(
      'parted -s /dev/vda mklabel gpt mkpart esp fat32 1MiB 101MiB mkpart root 101MiB 100%', 'cat > /tmp/p.ks <<EOF',
      'part /boot/efi --fstype=efi --onpart=vda1', 'part / --onpart=vda2', 'EOF',
    );
    const file = await load({ 'a.ks': `${text}%include /tmp/p.ks\n` });
    expect(interpretKickstart(file)).toMatchObject({
      problems: [], value: { disk: { partitions: [{ mount: '/boot/efi', size: '100MiB' }, { mount: '/', size: 'rest' }] } },
    });
  });
});
