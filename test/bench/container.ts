import { join } from 'node:path';

import { askedFor, buildOf, hewOf, imageOf, outputOf, sampleOf, type Bench } from './bench.ts';
import { orAbsent, type Contender } from './contender.ts';
import { mkosiContainer } from './mkosi.ts';
import { describeStages } from './profile.ts';
import { race } from './race.ts';
import { atMost, describeGoal, describeRace, ratio } from './report.ts';

/** `container-base` as an OCI image against mkosi's, from a warm package cache and no other. mkosi compresses with gzip. */
export async function benchContainer(bench: Bench): Promise<string> {
  const packages = askedFor(bench, 'container-base');
  const places = { ...bench, sample: sampleOf(bench), work: join(bench.folder, 'mkosi'), packages };
  const mkosi = await orAbsent('mkosi', mkosiContainer(places));
  const definition = imageOf(bench, 'container-base');
  const build = (compression: string): Contender => ({
    name: `hew (${compression})`,
    argv: buildOf(bench, definition, '--no-cache', '--set', `outputs.oci.compression=${compression}`),
    result: join(outputOf(bench), 'container-base-4.0.oci'),
  });
  const [zstd, gzip] = [build('zstd'), build('gzip')];
  const outcomes = race([zstd, gzip, mkosi], bench.runs, hewOf(bench));
  return [
    `container: container-base as OCI, ${packages.length} packages asked for`,
    describeRace(outcomes, [mkosi.name]),
    ...[zstd, gzip].map(({ name }) =>
      describeGoal(`${name} in at most 0.50 of mkosi's wall time`, ratio(outcomes, name, mkosi.name), atMost(0.5))),
    '', describeStages(zstd.name, outcomes[0]?.costs ?? []),
  ].join('\n');
}
