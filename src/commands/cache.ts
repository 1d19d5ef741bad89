import { Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { formatBytes, formatTable } from '../cli/format.ts';
import { measureCache, pruneCache, type CachePart } from '../usecases/cache.ts';

export default class Cache extends HewCommand {
  static override workspace = true;
  static override summary = 'Show what the cache folder holds and how large it is; --prune removes what no build needs.';
  static override description = `The tools tree in use and the sample distribution stay. Packages and metadata are fetched again when they are
needed, layers are made again. Do not prune while a build runs.`;
  static override flags = { prune: Flags.boolean({ description: 'remove packages, layers and outdated tools trees' }) };

  async run(): Promise<readonly CachePart[]> {
    const { flags } = await this.parse(Cache);
    const parts = flags.prune ? await pruneCache(this.machine) : await measureCache(this.machine);
    this.print([this.machine.paths.cache, ...formatTable(parts.map(({ name, bytes, holds }) => [formatBytes(bytes), name, holds]))]);
    return parts;
  }
}
