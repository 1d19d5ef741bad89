import type { Definition } from '../../definition/types.ts';
import { exportAccounts } from './accounts.ts';
import { exportDisk } from './disk.ts';
import { exportModules, exportPackages, exportRepositories } from './packages.ts';
import { exportScripts } from './scripts.ts';
import { exportNetwork, exportSystem } from './system.ts';
import { section, type Exporting, type ExportOptions, type Omission } from './writer.ts';

export interface ExportedKickstart {
  readonly text: string;
  /** What the file does not say, and why. */
  readonly omitted: readonly Omission[];
}

/**
 * Writes a merged definition as a kickstart file for Anaconda, so that a machine that is installed by it gets the same
 * system. Reading the file again by `interpretKickstart` gives the same values, besides what is omitted, what became a
 * %post (`files`, masked units, erased packages) and `fips`, which becomes a kernel argument.
 */
export const exportKickstart = (definition: Definition, options: ExportOptions = {}): ExportedKickstart => {
  const omitted: Omission[] = [];
  const exporting: Exporting = { definition, options, omit: (path, reason) => omitted.push({ path, reason }) };
  const commands = [
    'text',
    'reboot',
    ...exportRepositories(exporting),
    ...exportModules(exporting),
    ...exportSystem(exporting),
    ...exportNetwork(exporting),
    ...exportAccounts(exporting),
    ...exportDisk(exporting),
  ];
  const sections = [exportPackages(exporting), ...exportKdump(definition), ...exportScripts(exporting)];
  omitOthers(exporting);
  const title = (
    options.title ?? `${definition.name} ${definition.version}, written by hew kickstart export.`
  ).replaceAll(/[\r\n]+/g, ' ');
  const usable = commands.filter((line) => {
    const isOneLine = !/[\r\n]/.test(line);
    if (!isOneLine) omitted.push({ path: line.split(' ')[0] ?? '', reason: 'a value holds a line end' });
    return isOneLine;
  });
  return { text: `# ${title}\n${usable.join('\n')}\n\n${sections.join('\n\n')}\n`, omitted };
};

const exportKdump = ({ system: { kdump } }: Definition): readonly string[] => {
  if (kdump === undefined) return [];
  const header = kdump.enabled
    ? `%addon com_redhat_kdump --enable --reserve-mb=${kdump.reserve}`
    : '%addon com_redhat_kdump --disable';
  return [section(header, '')];
};

const omitOthers = ({ definition, omit }: Exporting): void => {
  if (definition.hardware.level !== 'baseline') omit('hardware.level', 'Anaconda installs what the repositories offer');
  if (definition.limits !== undefined) omit('limits', 'they are checked when an image is built');
  if (definition.outputs.length > 0) omit('outputs', 'an installation makes a machine and no file');
};
