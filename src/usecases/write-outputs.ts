import { posix } from 'node:path';

import { artifactName, describeFile, writeOci, type Artifact } from '../container/artifacts.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { layersFor, type BuiltTarget } from './layers.ts';

const TAR_ENDINGS = { zstd: '.tar.zst', gzip: '.tar.gz', xz: '.tar.xz', none: '.tar' } as const;

/** Writes every output of a plan into `folder`. An OCI layout holds all targets; other formats are one file each. */
export async function writeOutputs(
  host: Host,
  plan: Plan,
  built: readonly BuiltTarget[],
  folder: string,
): Promise<readonly Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const output of plan.outputs) {
    if (output.format === 'oci') {
      const way = { compression: output.compression, level: output['compression-level'], shared: built.length > 1 };
      const images = built.map((target) => ({
        target: target.target,
        epoch: target.epoch,
        layers: layersFor(target, way),
      }));
      const name = artifactName(plan, output, built.map(({ target }) => target.level));
      artifacts.push(...(await writeOci(host, plan, output, images, folder, name)));
    } else if (output.format === 'tar') {
      for (const target of built) {
        const way = { compression: output.compression, level: output['compression-level'], shared: false };
        const [whole] = layersFor(target, way);
        if (whole === undefined) throw new TypeError('a root packs into one layer at the least');
        const name = `${artifactName(plan, output, [target.target.level])}${TAR_ENDINGS[output.compression]}`;
        await host.fs.copy(whole.file, posix.join(folder, name));
        artifacts.push(await describeFile(host, 'tar', posix.join(folder, name)));
      }
    }
  }
  return artifacts;
}
