import { posix } from 'node:path';

import type { Output } from '../definition/types.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { Artifact } from './artifact.ts';
import { describeFile } from './describe-file.ts';
import type { PackedLayer } from './layer.ts';
import { archiveArguments, blobPath, writeLayout } from './layout.ts';
import type { OciOutput } from './oci.ts';

/** A packed root, of one target. */
export interface PackedRoot {
  readonly target: Target;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** Lowest first, each with its file. */
  readonly layers: readonly { readonly layer: PackedLayer; readonly file: string }[];
}

/** Writes an OCI layout, and the same as one file, into `folder`. */
export async function writeOci(
  host: Host,
  plan: Plan,
  output: OciOutput,
  packed: readonly PackedRoot[],
  folder: string,
  name: string,
): Promise<readonly [Artifact, ...Artifact[]]> {
  const layout = posix.join(folder, `${name}.oci`);
  await host.fs.makeFolder(posix.join(layout, 'blobs/sha256'));
  for (const { layer, file } of packed.flatMap(({ layers }) => layers)) {
    const blob = blobPath(layout, layer.digest);
    await host.fs.copy(file, blob);
    await host.fs.setMode(blob, 0o644);
  }
  await writeLayout(host, plan, output, packed.map(({ layers, ...rest }) => ({ ...rest, layers: layers.map(({ layer }) => layer) })), layout);
  const artifacts: [Artifact, ...Artifact[]] = [await describeLayout(host, layout)];
  if (output.archive) {
    const archive = `${layout}.tar`;
    const epoch = Math.max(...packed.map((root) => root.epoch));
    await host.run({ tool: 'tar', args: archiveArguments(layout, archive, epoch), view: { write: [folder] } });
    artifacts.push(await describeFile(host, 'oci-archive', archive));
  }
  return artifacts;
}

async function describeLayout(host: Host, layout: string): Promise<Artifact> {
  const index = await describeFile(host, 'oci', posix.join(layout, 'index.json'));
  const blobs = posix.join(layout, 'blobs/sha256');
  let { size } = index;
  for (const blob of await host.fs.list(blobs)) size += (await host.fs.status(posix.join(blobs, blob)))?.size ?? 0;
  return { ...index, name: posix.basename(layout), size };
}

/** Name of an artifact without its ending. Pure. */
export const artifactName = (plan: Plan, output: Pick<Output, 'file-name'>, levels: readonly string[]): string =>
  `${output['file-name'] ?? `${plan.image.name}-${plan.image.version}`}${levelSuffix(levels)}`;

/** A level above the baseline shows in a name, since it decides where the image runs; several are told inside. Pure. */
export function levelSuffix(levels: readonly string[]): string {
  const [level] = levels;
  return levels.length !== 1 || level === undefined || level === 'baseline' ? '' : `-${level}`;
}
