import type { ChosenPackage } from '../lock.ts';
import { parseNevra } from '../nevra.ts';
import { unknownForm } from './transaction.ts';

/** Headings of an installation. Those of packages that come new say why. */
const HEADINGS: Readonly<Record<string, ChosenPackage['reason'] | 'no package'>> = {
  'Installing:': 'asked',
  'Installing dependencies:': 'dependency',
  'Installing weak dependencies:': 'weak dependency',
  'Installing group/module packages:': 'group',
  'Installing groups:': 'no package',
  'Installing groups dependencies:': 'no package',
  'Installing environmental groups:': 'no package',
  // Newer builds that do not fit, where an older one was taken.
  'Skipping packages with conflicts:': 'no package',
  'Skipping packages with broken dependencies:': 'no package',
};

/**
 * Reads the table of packages that dnf5 prints before it asks whether to go on, the one place where it tells what it
 * would install without fetching it. Sorted as `parseTransaction` sorts. Throws `HewError` for what hew does not know.
 * Source: libdnf5-cli/output/transaction_table.cpp of dnf5 5.4; outside of a terminal it cuts nothing off.
 */
export function parseTransactionTable(output: string): readonly ChosenPackage[] {
  const lines = output.split('\n');
  const start = lines.findIndex((line) => /^Package +Arch +Version +Repository +Size *$/.test(line));
  if (start === -1) return [];
  const packages: ChosenPackage[] = [];
  let reason: (typeof HEADINGS)[string] | undefined;
  for (const line of lines.slice(start + 1, lines.indexOf('', start))) {
    if (!line.startsWith(' ')) {
      reason = HEADINGS[line.trim()];
      if (reason === undefined) throw unknownForm(line);
    } else if (reason === undefined) throw unknownForm(line);
    else if (reason !== 'no package') packages.push({ ...readRow(line), reason });
  }
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** ` bash  x86_64 0:5.3-4.sample  base  6.9 MiB` */
function readRow(line: string): Omit<ChosenPackage, 'reason'> {
  const [, name, arch, evr, repository] = /^ (\S+) +(\S+) +(\S+) +(\S+) +[\d.]+ +\S+$/.exec(line) ?? [];
  const nevra = parseNevra(`${name}-${evr}.${arch}`);
  if (nevra === undefined || repository === undefined) throw unknownForm(line.trim());
  return { ...nevra, repository };
}
