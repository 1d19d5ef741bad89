import { Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { formatBytes, formatTable } from '../cli/format.ts';
import { measureCache, pruneCache, type CachePart } from '../usecases/cache.ts';

export default class Cache extends HewCommand {
  static override workspace = true;
  static override summary = 'Show what the cache folder holds and how large it is; --prune removes what no build needs.';
  static override description = `Tools trees in use and the sample distribution stay. Later builds fetch packages and metadata again, and make layers,
initrds and artifacts again. If these take more than HEW_CACHE_SIZE (10G), builds remove the least recently used. Builds
may run at the same time: what they use stays.`;
  static override flags = { prune: Flags.boolean({ description: 'remove layers, initrds, artifacts, packages and outdated tools trees' }) };

  async run(): Promise<readonly CachePart[]> {
    const { flags } = await this.parse(Cache);
    const { parts, inUse } = flags.prune ? await pruneCache(this.machine) : { parts: await measureCache(this.machine), inUse: [] };
    this.print([
      this.machine.paths.cache,
      ...formatTable(parts.map(({ name, bytes, holds, entries, lastUse }) =>
        [formatBytes(bytes), name, entries === undefined ? '' : String(entries), lastUse?.slice(0, 10) ?? '', holds])),
      ...(inUse.length === 0 ? [] : [`another hew is running, so these were kept: ${inUse.join(', ')}`]),
    ]);
    return parts;
  }
}
