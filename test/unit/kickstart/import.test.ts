import TOML from '@iarna/toml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlain } from '../../../src/definition/plain.ts';
import { asImage } from '../../../src/kickstart/apply/as-image.ts';
import { exportKickstart, importKickstart, interpretKickstart, parse } from '../../../src/kickstart/index.ts';
import { define, exportable, isClear } from './exportable.ts';

describe('importKickstart', () => {
  const text = [
    'lang C.UTF-8',
    'repo --name=a --baseurl=https://h/',
    'logvol / --vgname=v --name=r --size=1',
    'user --name=u --lock',
    'sshkey --username=u "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"',
    '%packages --nocore',
    'vim',
    'nano',
    '%end',
    '%post --erroronfail',
    "echo '''",
    '%end',
    '%post --erroronfail',
    'echo "a\\b"',
    '%end',
    '',
  ].join('\n');

  it('points at the lines that the values come from, and tells what is not taken over', () => {
    const { text: toml } = importKickstart(parse(text, { path: '/x/a.ks' }), {
      name: 'n',
      version: '1',
      distro: 'd',
      showFile: () => 'a.ks',
    });
    expect(toml).toMatchInlineSnapshot(`
      "# Made from a.ks by hew kickstart import.
      #
      # Not taken over:
      #   a.ks:3 logvol: hew makes plain partitions and btrfs, no other volumes. Write \`part\` lines.

      name = "n"
      version = "1"
      distro = "d"

      [packages]
      weak-deps = true  # a.ks:6
      docs = true  # a.ks:6
      languages = ["all"]  # a.ks:6
      install = [
        "vim",  # a.ks:7
        "nano",  # a.ks:8
      ]

      [system]
      locale = "C.UTF-8"  # a.ks:1

      [[system.users]]  # a.ks:4
      name = "u"
      locked = true
      ssh-keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"]  # a.ks:5

      [[scripts]]  # a.ks:10
      name = "post-1"
      content = "echo '''\\n"

      [[scripts]]  # a.ks:13
      name = "post-2"
      content = '''
      echo "a\\b"
      '''

      # The packages come from d. To take some from here as well, give these their \`gpgkey\` and remove the signs before them.
      # [[repositories]]  # a.ks:2
      # id = "a"
      # baseurl = "https://h/"
      "
    `);
  });

  it('writes the image that a file is by itself, and tells what it added', () => {
    const own = 'part /srv --size=100\npart / --size=900 --grow\n%packages --nocore\nvim\n%end\n';
    const { text: toml } = importKickstart(parse(own, { path: 'a.ks' }), { name: 'n', formats: ['qcow2'] });
    expect(toml.slice(toml.indexOf('install'))).toMatchInlineSnapshot(`
      "install = [
        "vim",  # a.ks:4
        "kernel",  # added, as for a build of the file itself
      ]

      [boot]
      firmware = "uefi"  # added, as for a build of the file itself
      loader = "systemd-boot"  # added, as for a build of the file itself

      [disk]
      size = "4710MiB"  # a.ks:2

      [[disk.partitions]]  # added, as for a build of the file itself
      mount = "/boot/efi"
      filesystem = "vfat"
      size = "512MiB"

      [[disk.partitions]]  # a.ks:1
      mount = "/srv"
      size = "100MiB"

      [[disk.partitions]]  # a.ks:2
      mount = "/"
      size = "rest"

      [[outputs]]
      format = "qcow2"
      "
    `);
    expect(toPlain(TOML.parse(toml))).toEqual({
      ...asImage(interpretKickstart(parse(own, { path: 'a.ks' })).value, { name: 'n', formats: ['qcow2'] }), outputs: [{ format: 'qcow2' }],
    });
  });

  it('writes TOML that says the same', () => {
    fc.assert(
      fc.property(exportable.filter(isClear), fc.string({ maxLength: 20 }), (input, noise) => {
        const file = parse(`# ${noise}\n${exportKickstart(define(input)).text}`, { path: 'a\u0007.ks' });
        const { text: toml } = importKickstart(file);
        expect(toPlain(TOML.parse(toml))).toEqual(interpretKickstart(file).value);
      }),
      { numRuns: 150 },
    );
  });
});
