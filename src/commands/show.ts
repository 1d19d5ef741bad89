import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { formatDeviation, formatShowRow, loadDefinition, showRows, sourcesOf } from '../definition/index.ts';
import { kickstartLayers } from '../usecases/kickstart.ts';
import type { Deviation, ShowRow } from '../definition/index.ts';

export default class Show extends HewCommand {
  static override summary = 'Show a merged definition: each value with the file and line that set it.';
  static override args = { image: Args.string({ description: 'name in images/, or path', required: true }) };
  static override examples = ['<%= config.bin %> show container-base', '<%= config.bin %> show container-base --deviations'];
  static override flags = {
    ...definitionFlags,
    deviations: Flags.boolean({ description: 'only overrides of profiles, with their reasons' }),
  };

  async run(): Promise<readonly ShowRow[] | readonly Deviation[]> {
    const { args, flags } = await this.parse(Show);
    const options = { ...definitionOptions(flags), ...kickstartLayers(this.machine) };
    const loaded = await loadDefinition(sourcesOf(this.machine, this.folder), args.image, options);
    if (flags.deviations) {
      this.print(loaded.deviations.length === 0 ? ['no deviations'] : loaded.deviations.map(formatDeviation));
      return loaded.deviations;
    }
    const rows = showRows(loaded);
    this.print(rows.map(formatShowRow));
    return rows;
  }
}
