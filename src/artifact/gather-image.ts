import { posix } from 'node:path';

import { scriptBeside } from '../formats/open-disk.ts';
import type { FileStatus, Host } from '../host/port.ts';
import type { ArtifactFacts, Expectations, ImageFacts } from '../verify/facts.ts';
import { gatherBoot } from '../verify/gather/gather-boot.ts';
import { gatherRoot } from '../verify/gather/root-facts.ts';
import { examineArtifact, type ExaminedArtifact } from './open-artifact.ts';

/** An image of an artifact with all facts that rules and people may need. */
export interface GatheredImage {
  readonly examined: ExaminedArtifact;
  readonly facts: ImageFacts;
}

/**
 * Gathers the facts of every image in a foreign artifact. `roots` are the folders that it was just made from. Throws
 * `HewError` as opening does.
 */
export async function gatherImages(
  host: Host,
  path: string,
  expected: Expectations,
  roots: readonly string[] = [],
): Promise<readonly GatheredImage[]> {
  const images: GatheredImage[] = [];
  const examined = await examineArtifact(host, path, roots);
  for (const one of examined) images.push({ examined: one, facts: await gatherFacts(host, path, one, expected) });
  return images;
}

async function gatherFacts(host: Host, path: string, examined: ExaminedArtifact, expected: Expectations): Promise<ImageFacts> {
  const { root, disk, oci, tar, esp } = examined;
  const boot = disk === undefined ? undefined : await gatherBoot({ host, esp, root });
  return {
    artifact: await describeArtifact(host, path, examined),
    disk,
    oci,
    tar,
    boot: boot?.facts,
    root: root === undefined ? undefined : await gatherRoot(host, root, boot?.initrds ?? []),
    expected,
  };
}

async function describeArtifact(host: Host, path: string, { format, disk }: ExaminedArtifact): Promise<ArtifactFacts> {
  const statuses = await statusesBelow(host, path);
  const script = scriptBeside(path);
  return {
    name: posix.basename(path),
    format: format === 'disk' ? (disk?.archive?.format ?? disk?.container.format ?? 'raw') : format,
    size: statuses.reduce((sum, { size }) => sum + size, 0),
    allocated: statuses.reduce((sum, { blocks }) => sum + blocks * 512, 0),
    script: script === undefined ? undefined : await host.fs.readTextIfThere(script),
  };
}

/** The size of the file, or of every file below a folder. */
async function statusesBelow(host: Host, path: string): Promise<readonly FileStatus[]> {
  const status = await host.fs.status(path);
  if (status === undefined || status.kind !== 'directory') return status === undefined ? [] : [status];
  const paths: string[] = [];
  await host.inside(path).tree().visit((entry) => {
    if (entry.kind === 'file') paths.push(posix.join(path, entry.path));
  });
  const found = await Promise.all(paths.map((file) => host.fs.status(file)));
  return found.filter((one) => one !== undefined);
}
