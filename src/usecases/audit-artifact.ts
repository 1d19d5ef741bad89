import { posix } from 'node:path';

import { auditTree } from '../hardware/audit.ts';
import type { AuditReport } from '../hardware/audit-report.ts';
import { parseLevel, type Level } from '../hardware/levels.ts';
import { ownerLookup } from '../hardware/owners.ts';
import type { Host } from '../host/port.ts';
import { databaseArguments, parseDatabase, type PackageDatabase } from '../packages/installed.ts';
import { insideRoot } from '../rootfs/inside.ts';
import { openArtifact, type OpenedArtifact } from './open-artifact.ts';

/** Where distributions keep the RPM database; the first one that is there counts. */
const DATABASES = ['usr/lib/sysimage/rpm', 'var/lib/rpm'];

/**
 * Audits every image in an artifact. What level it claims is the one given, else what the image says of itself: its
 * OCI platform, then /etc/hew-release.
 */
export async function auditArtifact(host: Host, path: string, level: Level | undefined): Promise<readonly AuditReport[]> {
  const reports: AuditReport[] = [];
  for (const artifact of await openArtifact(host, path)) reports.push(await auditOpened(host, artifact, level));
  return reports;
}

async function auditOpened(host: Host, artifact: OpenedArtifact, asked: Level | undefined): Promise<AuditReport> {
  const { packages, owners } = await databaseOf(host, artifact.root);
  const declared = asked ?? (await claimedLevel(host, artifact));
  return auditTree(host.fs.tree(artifact.root), {
    architecture: artifact.platform?.architecture === 'arm64' ? 'aarch64' : 'x86_64',
    declared,
    packages,
    ownerOf: ownerLookup(owners),
  });
}

async function claimedLevel(host: Host, { root, platform }: OpenedArtifact): Promise<Level | undefined> {
  if (platform?.variant !== undefined) return parseLevel(platform.variant);
  const text = await host.fs.readTextIfThere(await insideRoot(host, root, '/etc/hew-release', { follow: true }));
  const written = /^MICROARCHITECTURE_LEVEL=(\S+)$/m.exec(text ?? '')?.[1];
  if (written !== undefined) return parseLevel(written);
  // An amd64 image without a variant runs on every amd64 machine, or so it says.
  return platform?.architecture === 'amd64' ? 'baseline' : undefined;
}

async function databaseOf(host: Host, root: string): Promise<PackageDatabase> {
  for (const folder of DATABASES) {
    const path = await insideRoot(host, root, folder, { follow: true });
    if ((await host.fs.status(posix.join(path, 'rpmdb.sqlite'))) === undefined) continue;
    // A copy: reading writes lock and index files beside the database, and the artifact is not ours.
    const copy = await host.makeWorkFolder('database', 0);
    await host.fs.copy(posix.join(path, 'rpmdb.sqlite'), posix.join(copy, 'rpmdb.sqlite'));
    const { stdout } = await host.run({ tool: 'rpm', args: databaseArguments(copy), view: { write: [copy] } });
    return parseDatabase(stdout);
  }
  return { packages: [], owners: new Map() };
}
