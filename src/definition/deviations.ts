import type { Place } from '../errors.ts';
import type { Candidate } from './rules/rule.ts';
import type { RepositorySettings } from './schema/repository.ts';
import type { Deviation, Path } from './types.ts';

/** Signature checks that repositories turn off, in a distribution or in a definition. */
export const checksOff = (repositories: readonly RepositorySettings[], placeOf: (path: Path) => Place): readonly Deviation[] =>
  repositories.flatMap((repository, index) => (['gpgcheck', 'repo_gpgcheck'] as const)
    .filter((key) => !repository[key])
    .map((key): Deviation => ({
      kind: 'check-off', subject: `repository ${repository.id}: ${key}`, reason: repository.reason ?? '',
      place: placeOf(['repositories', index, key]),
    })));

/** Deviations with their own reasons, besides overrides. */
export const declaredDeviations = (
  { repositories, scripts, system, outputs, 'kickstart-plain-partitions': plainPartitions }: Candidate, placeOf: (path: Path) => Place,
): readonly Deviation[] => [
  ...checksOff(repositories, placeOf),
  ...system.services.mask.map((unit, index): Deviation => ({
    kind: 'mask', subject: `service ${unit}`,
    reason: system.services['mask-reasons'][unit] ?? system.services['mask-reasons'][unit.replace(/\.service$/, '')] ?? '',
    place: placeOf(['system', 'services', 'mask', index]),
  })),
  ...scripts.flatMap(({ network, name, run, reason = '' }, index): readonly Deviation[] => (network !== false ? [{
    kind: 'network', subject: `script ${name ?? run ?? index}${network === true ? '' : ` to ${network.join(', ')}`}`, reason, place: placeOf(['scripts', index, 'network']),
  }] : [])),
  ...outputs.flatMap(({ format, accept }, at) => accept.map(({ rule, reason }, index): Deviation => ({
    kind: 'rule', subject: `${format}: ${rule}`, reason, place: placeOf(['outputs', at, 'accept', index]),
  }))),
  ...(system['allow-plain-text-passwords'] === undefined ? [] : [{
    kind: 'plain-text-password' as const, subject: 'system.allow-plain-text-passwords',
    reason: system['allow-plain-text-passwords'], place: placeOf(['system', 'allow-plain-text-passwords']),
  }]),
  ...(plainPartitions === undefined ? [] : [{
    kind: 'plain-partitions' as const, subject: 'kickstart-plain-partitions', reason: plainPartitions, place: placeOf(['kickstart-plain-partitions']),
  }]),
];
