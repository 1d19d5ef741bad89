import { describe, expect, it } from 'vitest';
import { assemble, oddVersions } from '../../distro/assemble.ts';
import { namesOf } from '../../distro/compose.ts';
import { containerRows } from '../../distro/data/container.ts';
import { handMadeRows } from '../../distro/data/handmade.ts';
import { vmRows } from '../../distro/data/vm.ts';
import { vendor } from '../../distro/data/vm/boot.ts';
import { kernelRows } from '../../distro/data/vm/kernel.ts';
import { systemPreset } from '../../distro/data/vm/presets.ts';
import { divide } from '../../distro/layout.ts';
import type { Entry } from '../../distro/listing.ts';
import { type Row, wholeDebsOf } from '../../distro/row.ts';

const uname = '7.2.12+deb14-amd64';
const rows = [...handMadeRows('key'), ...containerRows, ...vmRows, ...kernelRows(uname)];
const file = (path: string): Entry => ({ path, kind: 'file', mode: 0o644, owner: 'root', group: 'root' });

describe('the set of virtual machines', () => {
  it('names each RPM once, and takes each Debian package as a whole once', () => {
    const twice = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index);
    expect(twice(rows.map(({ name }) => name))).toEqual([]);
    expect(twice(rows.flatMap(wholeDebsOf))).toEqual([]);
    expect(rows.length).toBeGreaterThan(300);
  });

  it('enables only units that some package presets, or that systemd brings itself', () => {
    const units = new Set(rows.flatMap((row) => row.units ?? []));
    const own = /^(getty@|remote-fs|systemd-(journald-audit|pstore)|logrotate)/;
    const enabled = systemPreset.split('\n').filter((line) => line !== '').map((line) => line.replace('enable ', ''));
    expect(enabled.filter((unit) => !units.has(unit) && !own.test(unit))).toEqual([]);
  });
});

describe('the kernel', () => {
  it('is divided into what every machine needs, what real hardware needs, and what nobody here needs', () => {
    const deb = `linux-modules-${uname}`;
    const kernel = `usr/lib/modules/${uname}/kernel`;
    const paths = ['drivers/block/virtio_blk.ko.xz', 'drivers/hv/hv_vmbus.ko.xz', 'drivers/nvme/host/nvme.ko.xz', 'fs/xfs/xfs.ko.xz',
      'fs/jfs/jfs.ko.xz', 'drivers/net/ethernet/broadcom/tg3.ko.xz', 'sound/core/snd.ko.xz', 'drivers/net/wireless/a/b.ko.xz',
      'drivers/gpu/drm/amd/amdgpu/amdgpu.ko.xz', 'drivers/gpu/drm/hyperv/hyperv_drm.ko.xz'];
    const divided = divide(kernelRows(uname), new Map([[deb, paths.map((path) => file(`${kernel}/${path}`))]]));
    const short = (name: string) => divided.get(name)?.map(({ path }) => path.replace(/^.*\/|\.ko.*$/g, ''));
    expect(short('kernel-core')).toEqual(['virtio_blk', 'hv_vmbus', 'nvme', 'xfs', 'hyperv_drm']);
    expect(short('kernel-modules')).toEqual(['jfs', 'tg3']);
  });

  it('calls kernel-install as Fedora does, so that a builder can keep it from running', () => {
    const core = kernelRows(uname).find(({ name }) => name === 'kernel-core');
    expect(core?.scripts?.posttrans).toBe(`/usr/bin/kernel-install add ${uname} /lib/modules/${uname}/vmlinuz || exit $?`);
    expect(core?.provides).toContain(`kernel-uname-r = ${uname}`);
  });
});

describe('the signed boot chain', () => {
  it('puts shim, its helpers and GRUB where they look for one another', () => {
    const shim = rows.find(({ name }) => name === 'shim');
    const moved = ['shimx64', 'fbx64'].map((name) => shim?.move?.[`usr/lib/shim/${name}.efi.signed`]);
    expect(moved).toEqual([`boot/efi/EFI/${vendor}/shimx64.efi`, 'boot/efi/EFI/BOOT/fbx64.efi']);
    expect(shim?.copy?.['boot/efi/EFI/BOOT/BOOTX64.EFI']).toBe(`boot/efi/EFI/${vendor}/shimx64.efi`);
    const grub = rows.find(({ name }) => name === 'grub2-efi-x64');
    expect(Object.keys(grub?.holds ?? {})).toEqual([`boot/efi/EFI/${vendor}/grubx64.efi`]);
  });
});

describe('a row of packages with different versions', () => {
  const stanzas = new Map([
    ['python3.14', new Map([['Package', 'python3.14'], ['Version', '3.14.8-1']])],
    ['python3', new Map([['Package', 'python3'], ['Version', '3.14.7-3']])],
    ['tool', new Map([['Package', 'tool'], ['Version', '1-1'], ['Depends', 'python3 (= 3.14.7-3), python3.14 (>= 3.14)']])],
  ]);
  const python: Row = { name: 'python', from: ['python3.14', 'python3'] };
  const tool: Row = { name: 'tool', from: ['tool'] };

  it('provides the odd one under its own name, and relations to it keep that name', () => {
    expect(oddVersions(python, stanzas)).toEqual([{ deb: 'python3', evr: '3.14.7-3.sample' }]);
    const material = {
      row: tool, stanzas, placed: [], configuration: new Set<string>(), license: undefined, sysusers: [],
      names: namesOf([python, tool], stanzas),
    };
    const { rpm, unknown } = assemble(material);
    expect(unknown).toEqual([]);
    expect(rpm.relations.map(({ value }) => value)).toEqual(['python3 = 3.14.7-3.sample', 'python >= 3.14']);
  });
});

describe('what a table says of files', () => {
  it('moves before it removes, and copies with the same mode', () => {
    const row: Row = {
      name: 'shim', from: ['s'], remove: ['usr/lib/shim/**'], move: { 'usr/lib/shim/x.efi': 'boot/x.efi' },
      copy: { 'boot/y.efi': 'boot/x.efi' }, attributes: { 'boot/x.efi': { mode: 0o700, owner: 'root', group: 'root' } },
    };
    const placed = divide([row], new Map([['s', [file('usr/lib/shim/x.efi'), file('usr/lib/shim/z')]]])).get('shim') ?? [];
    const stanzas = new Map([['s', new Map([['Package', 's'], ['Version', '1-1']])]]);
    const { rpm } = assemble({
      row, stanzas, placed, configuration: new Set(), license: undefined, sysusers: [], names: namesOf([row], stanzas),
    });
    expect(rpm.files.map(({ path, mode }) => [path, mode])).toEqual([['/boot/x.efi', 0o700], ['/boot/y.efi', 0o700]]);
  });
});
