import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Expectations } from '../verify/facts.ts';
import type { Platform } from '../platforms/rows.ts';
import { verifyImage, type VerifyReport } from '../platforms/verify-image.ts';
import { gatherImages } from '../artifact/gather-image.ts';

/**
 * Checks every image of a foreign artifact against the rules of a platform. Throws `HewError` if the artifact cannot be
 * opened, or has a file system or an fstab that hew cannot read: no rule could be trusted then.
 */
export async function verifyArtifact(
  host: Host,
  path: string,
  platform: Platform,
  expected: Expectations = {},
): Promise<readonly VerifyReport[]> {
  const images = await gatherImages(host, path, expected);
  for (const { examined: { rootProblem } } of images) {
    if (rootProblem !== undefined && UNREADABLE.includes(rootProblem.code)) throw new HewError(rootProblem);
  }
  return Promise.all(images.map(({ facts }) => verifyImage(facts, platform)));
}

const UNREADABLE: readonly string[] = ['filesystem-unknown', 'filesystem-unreadable', 'file-too-large'];
