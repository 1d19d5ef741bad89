import { Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { formatTable, indent } from '../cli/format.ts';
import { listAvailable, listDistributions, sourcesOf, type Available, type AvailableDistribution } from '../definition/index.ts';

export default class List extends HewCommand {
  static override summary = 'List the images, profiles and distributions of this folder and of hew.';
  static override flags = {
    distros: Flags.boolean({ description: 'only distributions: baseline, level model, architectures, end of life' }),
  };

  async run(): Promise<Available | Pick<Available, 'distributions'>> {
    const { flags } = await this.parse(List);
    const source = sourcesOf(this.machine, this.folder);
    if (flags.distros) {
      const distributions = await listDistributions(source);
      this.print(formatTable([['name', '', 'baseline', 'levels', 'architectures', 'until'], ...distributions.map(rowOf)]));
      return { distributions };
    }
    const available = await listAvailable(source);
    for (const [kind, items] of Object.entries(available) as [string, Available['images']][]) {
      this.print([kind, ...indent(formatTable(items.map(({ name, summary, file }) => [name, summary ?? '', file]))), '']);
    }
    return available;
  }
}

const rowOf = ({ name, summary, baseline, levelModel, arches, endOfLife }: AvailableDistribution): readonly string[] =>
  [name, summary ?? 'cannot be read: see `hew check`', baseline ?? '', levelModel ?? '', (arches ?? []).join(', '), endOfLife ?? ''];
