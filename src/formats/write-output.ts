import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { artifactName } from './artifact-name.ts';
import { convertDisk } from './convert-disk.ts';
import { loadDiskWriter, loadRootWriter } from './load-writer.ts';
import { formatRow, isDiskOutput, type DiskOutput, type Output } from './rows.ts';
import { writtenFile, type WriteRequest, type Written } from './writer.ts';

/** Whether one artifact of an output holds all targets of a plan. */
export const holdsAllTargets = ({ format }: Output): boolean => formatRow(format).sharesLayers === true;

/** Writes the artifacts of one output. Does not wait for digests of large files. */
export async function writeOutput(host: Host, request: WriteRequest): Promise<Written> {
  const { output } = request;
  return isDiskOutput(output) ? writeDisk(host, { ...request, output }) : (await loadRootWriter(output)).write(host, { ...request, output });
}

async function writeDisk(host: Host, { plan, output, targets: [{ disk, target, epoch }], folder, digests }: WriteRequest<DiskOutput>): Promise<Written> {
  if (disk === undefined) throw new TypeError('no disk was made for this target');
  const { keepsBytes, beside } = await loadDiskWriter(output);
  const name = artifactName(plan, output, [target.level]);
  const request = { disk: disk.path, size: disk.layout.size, seed: disk.seed, epoch, target: posix.join(folder, name), firmware: plan.boot?.firmware ?? 'uefi' } as const;
  // The same bytes, available before they are copied.
  const early = keepsBytes?.(output) === true ? digests.of(output.format, disk.path, `${name}.${output.format}`) : undefined;
  const made = await writtenFile(host, digests, output.format, await convertDisk(host, output, request), early);
  const written: [typeof made, ...(typeof made)[]] = [made];
  for (const { format, ending, content } of beside?.({ plan, output, target, disk: made.name, secureBootFaults: disk.secureBootFaults }) ?? []) {
    const file = posix.join(folder, `${name}.${ending}`);
    await host.fs.write(file, content);
    written.push(await writtenFile(host, digests, format, file));
  }
  return written;
}
