import { applied, ignored, type CommandRow } from '../commands/row.ts';

const SCRIPT = '--interpreter= --log|--logfile= --erroronfail';
const HOLDS_FOR_ONE = 'it is the installer’s answer to a failure; hew tells its failures itself';

/** One row a section, as for commands. What the rows cannot say of %pre and %addon is decided by `rules/`. */
export const sectionTable: readonly CommandRow[] = [
  applied('%packages', 'names the packages, groups and environments', {
    options:
      '--excludedocs --inst-langs|--instLangs= --exclude-weakdeps|--excludeWeakdeps --nocore --ignoremissing ' +
      '--ignorebroken --multilib --retries=# --timeout=# --default --nobase! --ignoredeps! --resolvedeps!',
    ignore: {
      '--retries': 'hew retries downloads by its own rules',
      '--timeout': 'hew bounds downloads by its own rules',
      '--nobase': 'no group is installed by default besides @core',
      '--resolvedeps': 'dependencies are always resolved',
    },
    refuse: {
      '--default': ['which environment is the default is the installer’s choice', 'name it with @^ENVIRONMENT'],
      '--ignorebroken': [
        'an image with broken packages left out is not the image asked for',
        'exclude the packages by name',
      ],
      '--ignoredeps': ['dependencies are always resolved', 'remove the option'],
    },
  }),
  applied(
    '%post',
    'runs after the packages are installed: sandboxed, and without network unless the definition allows it',
    {
      options: `${SCRIPT} --nochroot`,
    },
  ),
  ignored('%pre', 'prepares the machine that runs the installer, and there is none', { options: SCRIPT }),
  ignored('%pre-install', 'prepares the machine that runs the installer, and there is none', { options: SCRIPT }),
  ignored('%onerror', HOLDS_FOR_ONE, { options: SCRIPT }),
  ignored('%traceback', HOLDS_FOR_ONE, { options: SCRIPT }),
  applied('%addon', 'com_redhat_kdump configures the crash kernel; other add-ons are refused', { verbatim: true }),
  applied('%certificate', 'writes the certificate into the image', {
    options: '--dir= --filename= --type=',
    rules: { choices: { '--type': 'anchor' } },
  }),
  ignored('%anaconda', 'configures the installer', { verbatim: true }),
];

const byName: ReadonlyMap<string, CommandRow> = new Map(sectionTable.map((row) => [row.names[0] ?? '', row]));

export const findSection = (name: string): CommandRow | undefined => byName.get(name);
