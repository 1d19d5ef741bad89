import { posix } from 'node:path';

import type { Artifact } from '../container/artifact.ts';
import { artifactName, writeOci } from '../container/artifacts.ts';
import type { OciOutput } from '../container/oci.ts';
import type { Output } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { convertDisk, hypervScript } from '../disk/index.ts';
import { isDiskOutput, type DiskOutput } from '../plan/steps.ts';
import type { Digests } from './digests.ts';
import { layersFor, type BuiltTarget } from './layers.ts';

const TAR_ENDINGS = { zstd: 'tar.zst', gzip: 'tar.gz', xz: 'tar.xz', none: 'tar' } as const;

/** What was written for one output: of an OCI layout all targets together, of other formats each target by itself. */
export interface WrittenOutput {
  readonly output: Output;
  /** The image itself, then what goes with it: an archive of it, a script. */
  readonly files: readonly [WrittenFile, ...WrittenFile[]];
  readonly built: readonly BuiltTarget[];
}

/** An artifact that is there. */
export interface WrittenFile extends Pick<Artifact, 'name' | 'size'> {
  /** With its digest, which may still be in the making. */
  readonly described: Promise<Artifact>;
}

/** Writes every output of a plan into `folder`, at once. Digests of large files are not waited for. */
export async function writeOutputs(
  host: Host,
  plan: Plan,
  built: readonly BuiltTarget[],
  folder: string,
  digests: Digests,
): Promise<readonly WrittenOutput[]> {
  const writing = plan.outputs.flatMap((output) => writeOutput(host, plan, output, built, folder, digests));
  // All of them, also when one fails: nothing may still write when the folder is removed.
  await Promise.allSettled(writing);
  return Promise.all(writing);
}

function writeOutput(
  host: Host,
  plan: Plan,
  output: Output,
  built: readonly BuiltTarget[],
  folder: string,
  digests: Digests,
): readonly Promise<WrittenOutput>[] {
  if (output.format === 'oci') {
    return [writeImages(host, plan, output, built, folder).then((files) => ({ output, files, built }))];
  }
  return built.map(async (target) => {
    const files = isDiskOutput(output)
      ? await writeDisk(host, plan, output, target, folder, digests) : await writeTar(host, plan, output, target, folder, digests);
    return { output, files, built: [target] };
  });
}

type Written = WrittenOutput['files'];

async function writeImages(
  host: Host,
  plan: Plan,
  output: OciOutput,
  built: readonly BuiltTarget[],
  folder: string,
): Promise<Written> {
  const way = { compression: output.compression, level: output['compression-level'], shared: built.length > 1 };
  const images = built.map((target) => ({ target: target.target, epoch: target.epoch, layers: layersFor(target, way) }));
  const name = artifactName(plan, output, built.map(({ target }) => target.level));
  const [layout, ...more] = await writeOci(host, plan, output, images, folder, name);
  return [described(layout), ...more.map(described)];
}

const described = (artifact: Artifact): WrittenFile => ({ ...artifact, described: Promise.resolve(artifact) });

/** A root as one tar file; a `.wsl` file is one too. */
async function writeTar(
  host: Host,
  plan: Plan,
  output: Extract<Output, { format: 'tar' | 'wsl' }>,
  target: BuiltTarget,
  folder: string,
  digests: Digests,
): Promise<Written> {
  const way = { compression: output.compression, level: output['compression-level'], shared: false };
  const [whole] = layersFor(target, way);
  if (whole === undefined) throw new TypeError('a root packs into one layer at the least');
  const ending = output.format === 'wsl' ? 'wsl' : TAR_ENDINGS[output.compression];
  const file = posix.join(folder, `${artifactName(plan, output, [target.target.level])}.${ending}`);
  await host.fs.copy(whole.file, file);
  return [await digested(host, digests, output.format, file)];
}

/** A disk in its format, and for Hyper-V the script that makes a virtual machine of it. */
async function writeDisk(
  host: Host,
  plan: Plan,
  output: DiskOutput,
  { disk, target, epoch }: BuiltTarget,
  folder: string,
  digests: Digests,
): Promise<Written> {
  if (disk === undefined) throw new TypeError('no disk was made for this target');
  const name = artifactName(plan, output, [target.level]);
  const request = { disk: disk.path, size: disk.layout.size, seed: disk.seed, epoch, target: posix.join(folder, name) };
  // The same bytes, and at hand before they are copied.
  const isPlain = output.format === 'raw' && output.compression === 'none';
  const early = isPlain ? digests.of(output.format, disk.path, `${name}.raw`) : undefined;
  const file = await convertDisk(host, output, request);
  const made = await digested(host, digests, output.format, file, early);
  if (output.format !== 'vhdx') return [made];
  const script = posix.join(folder, `${name}.ps1`);
  const firmware = plan.boot?.firmware ?? 'uefi';
  await host.fs.write(script, hypervScript({ image: plan.image.name, vhdx: made.name, output, firmware, level: target.level }));
  return [made, await digested(host, digests, 'hyperv-script', script)];
}

async function digested(
  host: Host,
  digests: Digests,
  format: string,
  file: string,
  described: Promise<Artifact> = digests.of(format, file),
): Promise<WrittenFile> {
  const status = await host.fs.status(file);
  if (status === undefined) throw new Error(`${file} was to be an artifact and is not there`);
  return { name: posix.basename(file), size: status.size, described };
}
