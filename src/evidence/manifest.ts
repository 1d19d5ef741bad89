import { posix } from 'node:path';

import type { Deviation } from '../definition/index.ts';
import { formatPlace } from '../errors.ts';
import { formatNevra } from '../packages/nevra.ts';
import { nameOfTarget, type EvidenceInput, type EvidencePackage, type EvidenceRules, type EvidenceTarget } from './input.ts';

/** Version of the form of `manifest.json`. */
const VERSION = 1;

/** What is in the image and how it was made, for people and programs. Its only time is that of the content. */
export const makeManifest = (input: EvidenceInput): object => ({
  manifestVersion: VERSION,
  image: input.image,
  distribution: input.distribution,
  definition: input.definition,
  ...(input.lock === undefined ? {} : { lock: input.lock }),
  builder: { name: 'hew', version: input.builder.version, tools: input.builder.tools ?? {} },
  sourceDateEpoch: input.epoch,
  targets: input.targets.map(describeTarget),
  artifacts: input.artifacts.map(({ format, name, size, sha256 }) => ({ format, name, size, sha256 })),
  rules: input.rules.map(describeRules),
  deviations: input.deviations.map(describeDeviation),
});

const describeTarget = (target: EvidenceTarget): object => ({
  name: nameOfTarget(target),
  arch: target.arch,
  level: target.level,
  ...(target.hwcaps === undefined ? {} : { hwcaps: target.hwcaps }),
  ...(target.files === undefined ? {} : { files: target.files }),
  sizes: {
    packages: target.packages.length,
    installed: sum(target.packages.map(({ size }) => size)),
    downloaded: sum(target.packages.map(({ rpm }) => rpm?.size ?? 0)),
  },
  ...(target.audit === undefined ? {} : { audit: target.audit }),
  ...(target.secureBoot === undefined ? {} : { secureBoot: target.secureBoot }),
  repositories: target.repositories,
  packages: target.packages.map(describePackage).toSorted((a, b) => (a.nevra < b.nevra ? -1 : 1)),
});

/** The remedy for a broken rule is not evidence. */
const describeRules = ({ artifact, platform, image, passed, warnings, accepted }: EvidenceRules): object => ({
  artifact,
  platform,
  ...(image === undefined ? {} : { image }),
  passed,
  warnings: warnings.map(({ id, detail }) => ({ id, detail })),
  accepted: accepted.map(({ id, detail, reason }) => ({ id, detail, reason })),
});

const describePackage = (entry: EvidencePackage) => ({
  nevra: formatNevra(entry),
  ...entry,
});

/** With the name of the file, not its folder, and without passwords. */
function describeDeviation({ kind, subject, reason, place, was, now }: Deviation): object {
  const secret = /password|ssh-key|token|secret/i.test(subject);
  return {
    kind,
    subject,
    reason,
    place: formatPlace({ ...place, file: posix.basename(place.file) }),
    ...(was === undefined || secret ? {} : { was: was.value }),
    ...(now === undefined || secret ? {} : { now }),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
