import TOML from '@iarna/toml';
import { describe, expect, it } from 'vitest';
import { toPlain } from '../../../src/definition/plain.ts';
import { asImage } from '../../../src/kickstart/apply/as-image.ts';
import { importKickstart, interpretKickstart, parse } from '../../../src/kickstart/index.ts';
import { saltFor, sha512Crypt } from '../../../src/sha512-crypt.ts';

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
      #   a.ks:3 logvol: hew makes plain partitions and btrfs, no other volumes. Write \`part\` lines, or have the volumes made partitions: --plain-partitions.

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
});

describe('passwords in plain text', () => {
  const file = parse('rootpw hunter22\nuser --name=anna --plaintext --password=hunter23\n', { path: 'a.ks' });
  const passwords = (toml: string): readonly string[] => [...toml.matchAll(/password = "(.+?)"/g)].map(([, hash = '']) => hash);

  it('are hashed for a reason, the same whenever the same image is imported', () => {
    const options = { name: 'web', version: '1', hashReason: 'boxes for a lab' };
    const { text, verdicts } = importKickstart(file, options);
    expect(passwords(text)).toEqual([sha512Crypt('hunter22', saltFor('web', 'root')), sha512Crypt('hunter23', saltFor('web', 'anna'))]);
    expect(text).not.toMatch(/hunter2|allow-plain-text/);
    expect(text).toContain('# Passwords in plain text became hashes: boxes for a lab\n');
    expect(verdicts.map(({ decision, notes }) => [decision, notes])).toEqual([
      ['applied', ['a password in plain text: its hash takes its place']], ['applied', ['a password in plain text: its hash takes its place']],
    ]);
    expect(importKickstart(file, options).text).toBe(text);
    expect(passwords(importKickstart(file, { ...options, name: 'db' }).text)).not.toEqual(passwords(text));
  });

  it('are left out without one', () => {
    const { text, verdicts } = importKickstart(file, { name: 'web', version: '1' });
    expect(passwords(text)).toEqual([]);
    expect(verdicts.map(({ instead }) => instead)).toEqual(Array(2).fill('Write --iscrypted and a hash from `openssl passwd -6`, or have it hashed: --hash-passwords REASON.'));
  });
});

it('writes numbers as people do', () => {
  expect(importKickstart(parse('group --name=crew --gid=21000\n', { path: 'a.ks' }), { name: 'n' }).text).toContain('gid = 21000');
});
