import { describe, expect, it } from 'vitest';

import { groupsOf } from '../../../../src/boot/initrd/compose.ts';
import { moduleClosure, moduleOfFile, refuseAbsent } from '../../../../src/boot/initrd/modules.ts';

const FILES = {
  dependencies: [
    'kernel/fs/ext4/ext4.ko.xz: kernel/fs/jbd2/jbd2.ko.xz kernel/fs/mbcache.ko.xz',
    'kernel/fs/jbd2/jbd2.ko.xz:',
    'kernel/fs/mbcache.ko.xz:',
    'kernel/lib/crc32c-generic.ko:',
    'kernel/drivers/hv/hv_storvsc.ko.zst: kernel/drivers/scsi/scsi_transport_fc.ko.zst',
    'kernel/drivers/scsi/scsi_transport_fc.ko.zst:',
    'kernel/loop/a.ko:',
    'kernel/loop/b.ko:',
    '',
  ].join('\n'),
  soft: '# Soft dependencies\nsoftdep ext4 pre: crc32c_generic\nsoftdep a post: b\nsoftdep b pre: a\n',
  builtin: 'kernel/drivers/hv/hv_vmbus.ko\nkernel/drivers/virtio/virtio-pci.ko\n',
};

describe('moduleClosure', () => {
  it('takes hard and soft dependencies, whatever the compression and the spelling', () => {
    expect(moduleClosure(['ext4', 'hv-storvsc'], FILES)).toEqual({
      paths: [
        'kernel/drivers/hv/hv_storvsc.ko.zst', 'kernel/drivers/scsi/scsi_transport_fc.ko.zst', 'kernel/fs/ext4/ext4.ko.xz',
        'kernel/fs/jbd2/jbd2.ko.xz', 'kernel/fs/mbcache.ko.xz', 'kernel/lib/crc32c-generic.ko',
      ],
      absent: [],
    });
  });

  it('ends on soft dependencies that go round in circles', () => {
    expect(moduleClosure(['a'], FILES).paths).toEqual(['kernel/loop/a.ko', 'kernel/loop/b.ko']);
  });

  it('knows what is built in, and names what is nowhere', () => {
    const closure = moduleClosure(['hv_vmbus', 'virtio_pci', 'exotic'], FILES);
    expect(closure).toEqual({ paths: [], absent: ['exotic'] });
    expect(() => { refuseAbsent(['hv_vmbus'], closure, '6.1'); }).not.toThrow();
    expect(() => { refuseAbsent(['exotic'], closure, '6.1'); }).toThrow('kernel 6.1 of the image has no module exotic');
  });

  it('reads names out of paths', () => {
    expect(['kernel/x/virtio-pci.ko.xz', 'a.ko', 'b.ko.zst'].map(moduleOfFile)).toEqual(['virtio_pci', 'a', 'b']);
  });
});

describe('groupsOf', () => {
  it('keeps the groups of devices and nobody who is in them', () => {
    expect(groupsOf('root:x:0:\ndisk:x:6:alice,bob\nalice:x:1000:\nsystemd-journal:x:190:alice\n')).toBe('root:x:0:\ndisk:x:6:\nsystemd-journal:x:190:\n');
    expect(groupsOf('')).toBe('root:x:0:\n');
  });
});
