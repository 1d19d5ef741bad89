import { describe, expect, it } from 'vitest';
import { checkKickstart, exportKickstart, parse } from '../../../src/kickstart/index.ts';
import { define } from './exportable.ts';
import { interpret } from './support.ts';

describe('import after export', () => {
  it('comes to rest for what kickstart says only by scripts', () => {
    const definition = define({
      files: [
        { path: '/etc/motd', content: 'a\n%end\n', mode: '0600', owner: 'bin' },
        { path: '/etc/link', link: '../x y' },
        { path: '/etc/none', source: 'gone' },
      ],
      scripts: [
        { content: 'a\n' },
        { run: 'x.sh' },
        { content: '#!/bin/bash\necho $HEW_ROOT', in: 'build', env: ['A=b c'] },
        { content: 'cat <<X\n%end\nX\n' },
      ],
      system: { fips: true, services: { mask: ['a'], 'mask-reasons': { a: 'not needed here' } } },
      packages: { 'remove-after-install': ['dnf5'] },
      hardware: { level: 'v3' },
    });
    const first = exportKickstart(definition, { readInput: (path) => (path === 'x.sh' ? 'echo x\n' : undefined) });
    expect(first.omitted.map(({ path }) => path)).toEqual([
      'repositories',
      'files."/etc/none"',
      'scripts[3]',
      'hardware.level',
    ]);
    expect(first.text).toContain(
      `# /etc/motd\nmkdir -p /etc\nbase64 --decode > /etc/motd <<'HEW_END'\nYQolZW5kCg==\nHEW_END\n` +
        `chown bin:root /etc/motd\nchmod 0600 /etc/motd\n`,
    );
    expect(first.text).toContain(`ln -sfn '../x y' /etc/link\n`);
    expect(first.text).toContain(`export HEW_ROOT=/mnt/sysimage\nexport 'A=b c'\n#!/bin/bash\n`);
    const second = exportKickstart(define(interpret(first.text).value)).text;
    const third = exportKickstart(define(interpret(second).value)).text;
    expect(third).toBe(second);
    expect(checkKickstart(parse(first.text, { path: 'a.ks' })).honoured).toBe(true);
  });

  it('is stable for btrfs subvolumes, once the volume has a label', () => {
    const partitions = [
      { mount: '/boot/efi', filesystem: 'vfat' as const, size: '512MiB' },
      {
        mount: '/',
        filesystem: 'btrfs' as const,
        size: 'rest' as const,
        'mkfs-options': ['--nodesize', '16384'],
        subvolumes: [
          { name: 'root', mount: '/' },
          { name: 'home', mount: '/home' },
        ],
      },
    ];
    const { text, omitted } = exportKickstart(define({ disk: { partitions }, repositories: [{ id: 'a', baseurl: 'https://h' }] }));
    expect(omitted).toEqual([]);
    expect(text).toContain(
      'part btrfs.02 --fstype=btrfs --grow\nbtrfs none --label=btrfs-02 --mkfsoptions="--nodesize 16384" btrfs.02\n' +
        'btrfs / --subvol --name=root LABEL=btrfs-02\nbtrfs /home --subvol --name=home LABEL=btrfs-02\n',
    );
    const { value, problems } = interpret(text);
    expect(problems).toEqual([]);
    expect(value.disk?.partitions).toEqual(partitions.map((one, index) => (index === 1 ? { ...one, label: 'btrfs-02' } : one)));
    expect(exportKickstart(define(value)).text).toBe(text);
  });

  it('tells what it leaves out', () => {
    const { omitted } = exportKickstart(
      define({
        packages: { local: ['a.rpm'], database: 'none' },
        system: {
          network: [{ device: 'a', method: 'none' }],
          'default-target': 'x.target',
          users: [{ name: 'u', group: 'g' }],
          'utc-clock': false,
        },
        repositories: [
          { id: 'r', baseurl: ['https://a', 'https://b'], gpgkey: ['k'], level: 'v1' },
          { id: 'v3', baseurl: 'https://c', level: 'v3' },
        ],
        boot: { loader: 'uki', 'initrd-drivers': ['x'] },
        disk: {
          size: '5GiB',
          partitions: [
            { mount: '/', size: 'minimal', subvolumes: [{ name: 'a', mount: '/a' }] },
            { mount: 'none', size: '1MiB' },
          ],
        },
        outputs: [{ format: 'raw' }],
        limits: { installed: '1GiB' },
      }),
    );
    expect(omitted.map(({ path }) => path).toSorted()).toEqual([
      'boot.initrd-drivers',
      'boot.loader',
      'disk.partitions."/".size',
      'disk.partitions."none"',
      'disk.size',
      'limits',
      'outputs',
      'packages.database',
      'packages.local',
      'repositories."r".baseurl',
      'repositories."r".gpgkey',
      'repositories."v3"',
      'system.default-target',
      'system.network."a"',
      'system.users."u".group',
      'system.utc-clock',
    ]);
  });
});
