import { posix } from 'node:path';

import { describeSecureBoot } from '../boot/efi/chain.ts';
import type { Artifact } from '../formats/artifact.ts';
import { artifactName } from '../formats/artifact-name.ts';
import { digestOf, type Digest } from '../digest.ts';
import { gatherTarget } from '../evidence/gather.ts';
import type { EvidenceBuilder, EvidenceRules, EvidenceTarget } from '../evidence/input.ts';
import { makeEvidence } from '../evidence/make-evidence.ts';
import type { Host } from '../host/port.ts';
import { sha1Keys } from '../packages/describe-keys.ts';
import type { RepositoryKeys } from '../packages/keys.ts';
import { lockPath } from '../packages/lock-file.ts';
import type { Plan } from '../plan/types.ts';
import type { FetchedTarget } from '../packages/fetch-target.ts';
import type { ProvenTarget } from './artifact-cache.ts';

/** Name of the evidence folder beside the artifacts of a plan. */
export const evidenceName = (plan: Plan): string =>
  `${artifactName(plan, {}, plan.targets.map(({ level }) => level))}.evidence`;

/** What evidence says about a build besides its artifacts. */
export interface AboutBuild {
  /** One for each of what was built, in the same order. */
  readonly fetched: readonly FetchedTarget[];
  readonly built: readonly ProvenTarget[];
  readonly artifacts: readonly Artifact[];
  readonly rules: readonly EvidenceRules[];
  readonly timings: Readonly<Record<string, number>>;
  readonly locked: boolean;
}

/** Writes the evidence into a folder beside the artifacts. Returns the file names, with the folder. */
export async function writeEvidence(
  host: Host,
  plan: Plan,
  { fetched, built, artifacts, rules, timings, locked }: AboutBuild,
  folder: string,
): Promise<readonly string[]> {
  const targets: EvidenceTarget[] = [];
  for (const [index, entry] of built.entries()) {
    const packages = fetched[index];
    const faults = entry.disk?.secureBootFaults;
    if (packages === undefined) throw new TypeError('a target was built that was never fetched');
    targets.push(
      gatherTarget(plan, {
        target: packages.session.target,
        installed: entry.packages,
        locked: packages.fetched.lock.packages,
        keys: await keyDigests(host, packages.session.keys),
        ...(packages.metadata === undefined ? {} : { metadata: packages.metadata }),
        fingerprints: packages.session.fingerprints,
        sha1Keys: sha1Keys(packages.session.found),
        audit: entry.audit,
        ...(faults === undefined ? {} : { secureBoot: describeSecureBoot(faults) }),
        files: { count: entry.audit.counts.files, bytes: entry.audit.counts.bytes },
      }),
    );
  }
  const files = makeEvidence({
    image: { name: plan.image.name, version: plan.image.version, ...(plan.image.summary === undefined ? {} : { summary: plan.image.summary }) },
    distribution: plan.distribution,
    definition: plan.digest,
    ...(locked ? { lock: digestOf(await host.fs.readText(lockPath(plan.image.file))) } : {}),
    builder: { version: host.program().version, ...(await describeTools(host, plan)) },
    epoch: Math.max(...built.map(({ epoch }) => epoch)),
    targets,
    artifacts,
    artifactsAt: '../',
    deviations: plan.deviations,
    rules,
    timings,
  });
  const name = evidenceName(plan);
  for (const file of files) await host.fs.write(posix.join(folder, name, file.name), file.content);
  return files.map((file) => posix.join(name, file.name));
}

/** A tools tree is identified by all of its packages; the machine's own tools by their versions. */
async function describeTools(host: Host, plan: Plan): Promise<Pick<EvidenceBuilder, 'tools' | 'packages'>> {
  const { origin, name, packages } = await host.tools();
  const names = new Set(plan.steps.flatMap(({ tools }) => tools));
  const found = Object.entries(await host.toolVersions([...names]));
  const versions = Object.fromEntries(found.map(([tool, { version, sha256 }]) => [tool, version ?? `sha256:${sha256}`]));
  return origin === 'tree' ? { tools: { tree: name, ...versions }, packages } : { tools: versions };
}

async function keyDigests(host: Host, keys: RepositoryKeys): Promise<ReadonlyMap<string, readonly (Digest | undefined)[]>> {
  const digests = new Map<string, readonly (Digest | undefined)[]>();
  for (const [repository, files] of keys) {
    digests.set(repository, await Promise.all(files.map(async (file) => (file === undefined ? undefined : digestOf(await host.fs.readBytes(file))))));
  }
  return digests;
}
