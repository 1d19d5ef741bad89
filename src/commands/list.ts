import { HewCommand } from '../cli/command.ts';
import { formatTable, indent } from '../cli/format.ts';
import { listAvailable, sourcesOf } from '../definition/index.ts';

type Available = Awaited<ReturnType<typeof listAvailable>>;

export default class List extends HewCommand {
  static override summary = 'List the images, profiles and distributions of this folder and of hew.';

  async run(): Promise<Available> {
    await this.parse(List);
    const available = await listAvailable(sourcesOf(this.machine, process.cwd()));
    for (const [kind, items] of Object.entries(available) as [string, Available['images']][]) {
      this.print([kind, ...indent(formatTable(items.map(({ name, summary, file }) => [name, summary ?? '', file]))), '']);
    }
    return available;
  }
}
