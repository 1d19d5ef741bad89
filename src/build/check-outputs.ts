import { posix } from 'node:path';

import { bytesOf, didYouMean, type Output, type Path } from '../definition/index.ts';
import { HewError, type Place, type Problem } from '../errors.ts';
import { formatRow, platformsOf } from '../formats/rows.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import type { Expectations } from '../verify/facts.ts';
import { loadAllRules } from '../platforms/rules.ts';
import { verifyImage, type RuleResult, type VerifyReport } from '../platforms/verify-image.ts';
import { gatherImages } from '../artifact/gather-image.ts';
import type { WrittenOutput } from './write-outputs.ts';

/** The result of the rules for one image of an artifact. */
export interface CheckedRules extends Pick<VerifyReport, 'artifact' | 'platform' | 'image'> {
  readonly passed: readonly string[];
  readonly warnings: readonly BrokenRule[];
  /** Broken rules that the definition accepts. */
  readonly accepted: readonly (BrokenRule & { readonly reason: string })[];
}

export type BrokenRule = Pick<RuleResult, 'id' | 'detail' | 'remedy'>;

/** Throws `HewError` with all accepted rules that do not exist. */
export async function refuseUnknownRules({ outputs, image }: Plan): Promise<void> {
  const problems = await unknownRules(outputs, () => ({ file: image.file }));
  if (problems.length > 0) throw new HewError(problems);
}

/** A problem for each accepted rule that does not exist. `placeOf` has the place of an entry: `['outputs', 0, 'accept', 1]`. */
export async function unknownRules(outputs: readonly Pick<Output, 'format' | 'accept'>[], placeOf: (path: Path) => Place | undefined): Promise<readonly Problem[]> {
  const ids = (await loadAllRules()).map(({ id }) => id);
  return outputs.flatMap(({ format, accept }, at) => accept.flatMap(({ rule }, index): readonly Problem[] => {
    const place = placeOf(['outputs', at, 'accept', index]);
    return ids.includes(rule) ? [] : [{
      code: 'rule-unknown',
      message: `output ${format} accepts \`${rule}\`, and there is no such rule`,
      ...(place === undefined ? {} : { place }),
      hint: didYouMean(rule, ids) ?? '`hew verify ARTIFACT --for PLATFORM --json` lists the rules',
    }];
  }));
}

/**
 * Checks the outputs of a build against the rules of their platforms. Containers, partition tables and boot files are
 * read from the outputs; the files of the system from the roots, if those still exist. Throws `HewError` with every
 * broken rule that is not accepted.
 */
export async function checkOutputs(
  host: Host,
  plan: Plan,
  written: readonly WrittenOutput[],
  folder: string,
): Promise<readonly CheckedRules[]> {
  const checked: CheckedRules[] = [];
  const problems: Problem[] = [];
  for (const { output, files: [file], built } of written) {
    const platforms = platformsOf(output);
    if (platforms.length === 0) continue;
    const roots = built.flatMap(({ root }) => root ?? []);
    const path = isCompressedDisk(output) ? (built[0]?.disk?.path ?? '') : posix.join(folder, file.name);
    for (const { facts } of await gatherImages(host, path, expectationsOf(plan, output), roots)) {
      const named = { ...facts, artifact: { ...facts.artifact, name: file.name, size: file.size } };
      for (const platform of platforms) {
        const report = await verifyImage(named, platform);
        checked.push(summarise(report, output));
        problems.push(...unaccepted(report, output).map((result) => toProblem(report, result)));
      }
    }
  }
  if (problems.length > 0) throw new HewError(problems);
  return checked;
}

/** The machine boots the disk inside; a compressed file is not bootable. */
const isCompressedDisk = ({ format, compression }: Output): boolean => formatRow(format).disk?.compressesWhole === true && compression !== 'none';

/** Broken rules that did not fail the build, one sentence each. */
export const describeBroken = (checked: readonly CheckedRules[]): readonly string[] =>
  checked.flatMap(({ artifact, platform, warnings, accepted }) => [
    ...warnings.map(({ id, detail, remedy }) => `${artifact} for ${platform}: ${id}: ${detail}. ${remedy}.`),
    ...accepted.map(({ id, detail, reason }) => `${artifact} for ${platform}: ${id} is accepted: ${detail} (${reason})`),
  ]);

function expectationsOf({ boot, configuration, limits, distribution }: Plan, output: Output): Expectations {
  const { installed, compressed } = limits;
  return {
    fips: configuration.system.fips,
    secureBoot: boot?.['secure-boot'],
    osRelease: { ID: distribution.id },
    ociUser: 'config' in output ? output.config.user : undefined,
    installedLimit: installed === undefined ? undefined : bytesOf(installed),
    compressedLimit: compressed === undefined || output.compression === 'none' ? undefined : bytesOf(compressed),
  };
}

const broken = ({ results }: VerifyReport, severity: RuleResult['severity']): readonly RuleResult[] =>
  results.filter((result) => result.outcome === 'fail' && result.severity === severity);

const unaccepted = (report: VerifyReport, { accept }: Output): readonly RuleResult[] =>
  broken(report, 'error').filter(({ id }) => accept.every(({ rule }) => rule !== id));

const toBroken = ({ id, detail, remedy }: RuleResult): BrokenRule => ({ id, detail, remedy });

function summarise(report: VerifyReport, { accept }: Output): CheckedRules {
  const failed = [...broken(report, 'error'), ...broken(report, 'warning')];
  const reasonOf = ({ id }: RuleResult): string | undefined => accept.find(({ rule }) => rule === id)?.reason;
  return {
    artifact: report.artifact,
    platform: report.platform,
    image: report.image,
    passed: report.results.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id),
    warnings: broken(report, 'warning').filter((result) => reasonOf(result) === undefined).map(toBroken),
    accepted: failed.flatMap((result) => {
      const reason = reasonOf(result);
      return reason === undefined ? [] : [{ ...toBroken(result), reason }];
    }),
  };
}

const toProblem = ({ artifact, platform }: VerifyReport, { id, title, detail, remedy }: RuleResult): Problem => ({
  code: 'rule-broken',
  message: `${artifact} would not do for ${platform}: ${id}, “${title}”; found: ${detail}`,
  hint: `${remedy}. To build it all the same, add to the output:\n[[outputs.accept]]\nrule = "${id}"\nreason = "…"`,
});
