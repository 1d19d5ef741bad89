import { commandTable } from './index.ts';
import type { CommandRow, OptionRow } from './row.ts';
import { sectionTable } from '../syntax/sections.ts';

/** The page docs/kickstart.md: every command and section with what hew does. Made from the tables; a test holds it. */
export const renderCommandDocs = (): string =>
  [
    '# Kickstart in hew',
    '',
    'hew reads a kickstart file as the description of a system. What can be declared is **applied**, what only',
    'concerns an installer or one machine is **ignored**, and the rest is **refused** with its line and with what to',
    'write instead. `hew kickstart check FILE` says which is which for each line of a file. This page is made from',
    'the tables that the program itself uses.',
    '',
    ...BUILDING,
    '## Sections',
    '',
    ...table(sectionTable),
    '',
    '## Commands',
    '',
    ...table(commandTable.toSorted((a, b) => ((a.names[0] ?? '') < (b.names[0] ?? '') ? -1 : 1))),
    '',
    '## Further rules',
    '',
    '- No `%pre` runs. hew reads one that makes the partitions which `part --onpart` takes, in plain lines of parted, sgdisk,',
    '  sfdisk and wipefs, and one that writes an included file by `cat` with a here-document or by `echo`. Plain is what',
    '  needs no decision: quotes and variables that a line before sets, but no condition, loop, pipe or output of another',
    '  program. Where that is not so, partitions are refused, and an included file is given by `--include NAME=FILE`, which',
    '  goes before. Any other `%pre` is ignored.',
    '- An included file lies in the folder of the kickstart file, or of the definition that names it, also where a link',
    '  leads to it: its lines go into the image. Any other is given by hand, by `--include NAME=FILE`.',
    '- A placeholder that a template engine left (`${name}`, `{{ name }}`, `@@NAME@@`, `@NAME@`, `<% %>`) is refused by its',
    '  name; dnf’s own variables such as `$releasever` and `${basearch}` stay.',
    '- Passwords in plain text are refused, unless there is a reason: `--hash-passwords REASON`, or',
    '  `system.allow-plain-text-passwords` in the definition. The image then has their SHA-512 hashes, with salts made of the',
    '  plan and the account, so that a build can be repeated. An imported definition has the hashes itself, salted by its',
    '  name. A `--iscrypted` text that is no hash locks the account.',
    '- Volumes of LVM are refused, unless `--plain-partitions`, or `kickstart-plain-partitions` with its reason in the',
    '  definition, makes partitions of them: each of the size of its volume, of its part of a group whose size is known, or',
    '  the rest of the disk for the first volume that grows. Pools and physical volumes are then no partitions.',
    '- %post sees no network, unless the definition gives its reason in `kickstart-network`. A script writes no file',
    '  beyond 2 GiB: one that fills the free space with zeros ends there and goes on.',
    '- Kickstart’s defaults count: `%packages` installs `@core`, weak dependencies, documentation and every language',
    '  unless its options say otherwise; `timezone` without `--utc` keeps the hardware clock in local time.',
    '- `-@group` keeps a group out of the environment that is asked for, and `--nocore` keeps `@core` out of it.',
    '- A backslash at the end of a command’s line joins the next line.',
    '',
  ].join('\n');

const BUILDING: readonly string[] = [
  '## Building',
  '',
  '    hew build cloud.ks --distro fedora-43 --format qcow2',
  '',
  'A kickstart file is an image by itself: it has the name of the file and version 1. For a disk it gets what Anaconda',
  'would choose without being told: a kernel, UEFI, an EFI system partition, a root, and at least 4 GiB for what takes the',
  'rest of the disk, whose size no kickstart file knows. systemd-boot starts it, or GRUB where `%packages` names `grub2-efi`,',
  'behind shim where that is named as well. A BIOS boot partition without an ESP makes it an image for BIOS, started by GRUB.',
  'If no output is a disk, partitions and boot loader have no effect. In a container, network devices, SELinux and `skipx`',
  'have none either, and `hew show IMAGE --deviations` lists them.',
  '',
  '`hew kickstart import cloud.ks --distro fedora-43 --format qcow2` writes the definition that makes the same image, with the',
  'line that each value comes from.',
  '',
  'The packages come from the distribution of `--distro`, which takes the place of `url` and `repo` lines: a kickstart',
  'file names no keys to check packages with. `hew show FILE.ks --deviations` lists what was replaced. Whatever else does',
  'not fit that distribution is set on the command line, and listed as well:',
  '',
  '    hew build cloud.ks --distro sample --format qcow2 \\',
  '      --set system.selinux=disabled --set packages.ignore-missing=true \\',
  '      --include /tmp/partitions.ks=partitions.ks',
  '',
  'To keep such things, write a definition beside the file. The kickstart counts as if its lines stood there; a',
  'contradiction is told with both places until it has its reason. A repository of the file stays once the definition',
  'gives the key of the same `id`.',
  '',
  '```toml',
  'name = "cloud"',
  'version = "1"',
  'distro = "sample"',
  'kickstart = "cloud.ks"',
  'kickstart-includes = { "/tmp/partitions.ks" = "partitions.ks" }',
  'kickstart-network = "post scripts fetch the agent"   # without it no %post sees a network',
  '[[overrides]]',
  'replace = ["system.selinux"]',
  'remove = ["qemu-guest-agent", "repository:kickstart-url"]',
  'reason = "This distribution has neither, and repositories of its own."',
  '[system]',
  'selinux = "disabled"',
  '[boot]',
  'loader = "uki"',
  '[[outputs]]',
  'format = "qcow2"',
  '```',
  '',
];

const table = (rows: readonly CommandRow[]): readonly string[] => [
  '| name | | what hew does | options |',
  '|---|---|---|---|',
  ...rows.map((row) => {
    const what = `${row.note}${row.instead === undefined ? '' : `; instead: ${row.instead}`}`;
    const names = row.names.map((name) => `\`${name}\``).join(', ');
    return `| ${names} | ${row.disposition}${row.deprecated ? ' (deprecated)' : ''} | ${what} | ${options(row)} |`;
  }),
];

/** Only of commands that do something: of the others no option matters. */
const options = ({ disposition, options: all }: CommandRow): string => {
  if (disposition === 'refused') return '';
  const groups = (['applied', 'ignored', 'refused'] as const).flatMap((kind) => {
    const names = all.filter((option) => option.disposition === kind).map(spell);
    if (names.length === 0) return [];
    return [kind === 'applied' ? names.join(' ') : `${kind}: ${names.join(' ')}`];
  });
  return groups.join('; ');
};

const spell = ({ names, takes }: OptionRow): string =>
  names.map((name) => `\`${name}${takes === 'nothing' ? '' : '='}\``).join('/');
