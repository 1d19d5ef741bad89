import TOML from '@iarna/toml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlain } from '../../../src/definition/plain.ts';
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

      [[repositories]]  # a.ks:2
      id = "a"
      baseurl = "https://h/"

      [[scripts]]  # a.ks:10
      name = "post-1"
      content = "echo '''\\n"

      [[scripts]]  # a.ks:13
      name = "post-2"
      content = '''
      echo "a\\b"
      '''
      "
    `);
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
