import { commandTable } from './commands/index.ts';
import type { CommandRow, OptionRow } from './commands/row.ts';
import { sectionTable } from './sections.ts';

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
    '- `%pre` that writes a file which is included: refused, unless `--include NAME=FILE` gives the file. `%pre` that',
    '  partitions the disk: refused. Any other `%pre` is ignored.',
    '- A placeholder that a template engine left (`${name}`, `{{ name }}`, `@@NAME@@`, `<% %>`) is refused by its',
    '  name; dnf’s own variables such as `$releasever` and `${basearch}` stay.',
    '- Passwords in plain text are refused, unless the definition gives its reason in',
    '  `system.allow-plain-text-passwords`. A `--iscrypted` text that is no hash locks the account.',
    '- Kickstart’s defaults count: `%packages` installs `@core`, weak dependencies, documentation and every language',
    '  unless its options say otherwise; `timezone` without `--utc` keeps the hardware clock in local time.',
    '- A backslash at the end of a command’s line joins the next line.',
    '',
  ].join('\n');

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
