import { posix } from 'node:path';

import { COMPRESSORS } from '../../compressors.ts';
import { layersFor, packingOf } from '../../container/packing.ts';
import type { Host } from '../../host/port.ts';
import { artifactName } from '../artifact-name.ts';
import type { OutputOf, RootOutput } from '../rows.ts';
import { writtenFile, type RootWriter, type WriteRequest, type Written } from '../writer.ts';

type TarOutput = OutputOf<'tar'>;

const endingOf = ({ compression }: TarOutput): string => (compression === 'none' ? 'tar' : `tar.${COMPRESSORS[compression].ending}`);

const writer: RootWriter<TarOutput> = {
  write: (host, request) => writeTar(host, request, endingOf(request.output)),
};

/** Writes a root as one tar file, whose name gets that ending. */
export async function writeTar(
  host: Host,
  { plan, output, targets: [only], folder, digests }: WriteRequest<RootOutput>,
  ending: string,
): Promise<Written> {
  const [whole] = layersFor(only, packingOf(output, 1));
  if (whole === undefined) throw new TypeError('a root packs into one layer at the least');
  const file = posix.join(folder, `${artifactName(plan, output, [only.target.level])}.${ending}`);
  await host.fs.copy(whole.file, file);
  return [await writtenFile(host, digests, output.format, file)];
}

export default writer;
