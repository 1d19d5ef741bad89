import { posix } from 'node:path';

import type { Artifact } from '../container/artifact.ts';
import { artifactName, writeOci } from '../container/artifacts.ts';
import { describeFile } from '../container/describe-file.ts';
import type { OciOutput } from '../container/oci.ts';
import type { Output } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { convertDisk, hypervScript } from '../disk/index.ts';
import { isDiskOutput, type DiskOutput } from '../plan/steps.ts';
import { layersFor, type BuiltTarget } from './layers.ts';

const TAR_ENDINGS = { zstd: 'tar.zst', gzip: 'tar.gz', xz: 'tar.xz', none: 'tar' } as const;

/** What was written for one output: of an OCI layout all targets together, of other formats each target by itself. */
export interface WrittenOutput {
  readonly output: Output;
  /** The image itself, then what goes with it: an archive of it, a script. */
  readonly artifacts: readonly [Artifact, ...Artifact[]];
  readonly built: readonly BuiltTarget[];
}

/** Writes every output of a plan into `folder`, at once: while one is converted another is hashed. */
export async function writeOutputs(
  host: Host,
  plan: Plan,
  built: readonly BuiltTarget[],
  folder: string,
): Promise<readonly WrittenOutput[]> {
  const writing = plan.outputs.flatMap((output) => writeOutput(host, plan, output, built, folder));
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
): readonly Promise<WrittenOutput>[] {
  if (output.format === 'oci') {
    return [writeImages(host, plan, output, built, folder).then((artifacts) => ({ output, artifacts, built }))];
  }
  return built.map(async (target) => {
    const artifacts = isDiskOutput(output)
      ? await writeDisk(host, plan, output, target, folder) : await writeTar(host, plan, output, target, folder);
    return { output, artifacts, built: [target] };
  });
}

type Written = WrittenOutput['artifacts'];

function writeImages(host: Host, plan: Plan, output: OciOutput, built: readonly BuiltTarget[], folder: string): Promise<Written> {
  const way = { compression: output.compression, level: output['compression-level'], shared: built.length > 1 };
  const images = built.map((target) => ({ target: target.target, epoch: target.epoch, layers: layersFor(target, way) }));
  return writeOci(host, plan, output, images, folder, artifactName(plan, output, built.map(({ target }) => target.level)));
}

/** A root as one tar file; a `.wsl` file is one too. */
async function writeTar(
  host: Host,
  plan: Plan,
  output: Extract<Output, { format: 'tar' | 'wsl' }>,
  target: BuiltTarget,
  folder: string,
): Promise<Written> {
  const way = { compression: output.compression, level: output['compression-level'], shared: false };
  const [whole] = layersFor(target, way);
  if (whole === undefined) throw new TypeError('a root packs into one layer at the least');
  const ending = output.format === 'wsl' ? 'wsl' : TAR_ENDINGS[output.compression];
  const file = posix.join(folder, `${artifactName(plan, output, [target.target.level])}.${ending}`);
  await host.fs.copy(whole.file, file);
  return [await describeFile(host, output.format, file)];
}

/** A disk in its format, and for Hyper-V the script that makes a virtual machine of it. */
async function writeDisk(
  host: Host,
  plan: Plan,
  output: DiskOutput,
  { disk, target, epoch }: BuiltTarget,
  folder: string,
): Promise<Written> {
  if (disk === undefined) throw new TypeError('no disk was made for this target');
  const name = artifactName(plan, output, [target.level]);
  const request = { disk: disk.path, size: disk.layout.size, seed: disk.seed, epoch, target: posix.join(folder, name) };
  const made = await describeFile(host, output.format, await convertDisk(host, output, request));
  if (output.format !== 'vhdx') return [made];
  const script = posix.join(folder, `${name}.ps1`);
  const firmware = plan.boot?.firmware ?? 'uefi';
  await host.fs.write(script, hypervScript({ image: plan.image.name, vhdx: made.name, output, firmware, level: target.level }));
  return [made, await describeFile(host, 'hyperv-script', script)];
}
