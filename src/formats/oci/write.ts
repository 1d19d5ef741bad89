import { posix } from 'node:path';

import { layersFor, packingOf } from '../../container/packing.ts';
import type { Host } from '../../host/port.ts';
import { artifactName } from '../artifact-name.ts';
import type { Artifact } from '../artifact.ts';
import { describeFile } from '../describe-file.ts';
import type { RootWriter, WriteRequest, Written, WrittenFile } from '../writer.ts';
import type { OciOutput } from './documents.ts';
import { archiveArguments, blobPath, writeLayout } from './layout.ts';

/** An OCI layout of all targets together, and the same as one file. */
const writer: RootWriter<OciOutput> = { write: writeOci };

async function writeOci(host: Host, { plan, output, targets, folder }: WriteRequest<OciOutput>): Promise<Written> {
  const way = packingOf(output, targets.length);
  const images = targets.map(({ stacks, target, epoch }) => ({ target, epoch, layers: layersFor({ stacks }, way) }));
  const layout = posix.join(folder, `${artifactName(plan, output, targets.map(({ target }) => target.level))}.oci`);
  await host.fs.makeFolder(posix.join(layout, 'blobs/sha256'));
  for (const { layer, file } of images.flatMap(({ layers }) => layers)) {
    const blob = blobPath(layout, layer.digest);
    await host.fs.copy(file, blob);
    await host.fs.setMode(blob, 0o644);
  }
  await writeLayout(host, plan, output, images.map(({ layers, ...rest }) => ({ ...rest, layers: layers.map(({ layer }) => layer) })), layout);
  const written = described(await describeLayout(host, layout));
  if (!output.archive) return [written];
  const archive = `${layout}.tar`;
  const epoch = Math.max(...images.map((image) => image.epoch));
  await host.run({ tool: 'tar', args: archiveArguments(layout, archive, epoch), view: { write: [folder] } });
  return [written, described(await describeFile(host, 'oci-archive', archive))];
}

const described = (artifact: Artifact): WrittenFile => ({ ...artifact, described: Promise.resolve(artifact) });

async function describeLayout(host: Host, layout: string): Promise<Artifact> {
  const index = await describeFile(host, 'oci', posix.join(layout, 'index.json'));
  const blobs = posix.join(layout, 'blobs/sha256');
  let { size } = index;
  for (const blob of await host.fs.list(blobs)) size += (await host.fs.status(posix.join(blobs, blob)))?.size ?? 0;
  return { ...index, name: posix.basename(layout), size };
}

export default writer;
