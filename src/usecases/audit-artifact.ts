import { auditTree } from '../isa/audit.ts';
import type { AuditReport } from '../isa/audit-report.ts';
import { parseLevel, type Level } from '../isa/levels.ts';
import { ownerLookup } from '../isa/owners.ts';
import type { Host } from '../host/port.ts';
import { readForeignDatabase } from '../rootfs/read-database.ts';
import { openArtifact, type OpenedArtifact } from '../artifact/open-artifact.ts';
import { findArchitecture } from '../isa/rows.ts';

/**
 * Audits every image in an artifact. The declared level is the one given, else the one of the image: its OCI platform,
 * then /etc/hew-release.
 */
export async function auditArtifact(host: Host, path: string, level: Level | undefined): Promise<readonly AuditReport[]> {
  const reports: AuditReport[] = [];
  for (const artifact of await openArtifact(host, path)) reports.push(await auditOpened(host, artifact, level));
  return reports;
}

async function auditOpened(host: Host, artifact: OpenedArtifact, asked: Level | undefined): Promise<AuditReport> {
  const { packages, owners } = await readForeignDatabase(host, artifact.root);
  const declared = asked ?? (await claimedLevel(host, artifact));
  return auditTree(host.inside(artifact.root).tree(), {
    architecture: findArchitecture(({ names }) => names.oci === artifact.platform?.architecture) ?? 'x86_64',
    declared,
    packages,
    ownerOf: ownerLookup(owners),
    checkpoint: () => host.checkpoint(),
  });
}

/** Bytes; the file has a few lines. */
const MOST_TEXT = 64 * 1024;

async function claimedLevel(host: Host, { root, platform }: OpenedArtifact): Promise<Level | undefined> {
  if (platform?.variant !== undefined) return parseLevel(platform.variant);
  const text = (await host.inside(root).readIfPlain('/etc/hew-release', MOST_TEXT))?.toString('utf8');
  const written = /^MICROARCHITECTURE_LEVEL=(\S+)$/m.exec(text ?? '')?.[1];
  if (written !== undefined) return parseLevel(written);
  // An amd64 image without a variant claims to run on every amd64 machine.
  return platform?.architecture === 'amd64' ? 'baseline' : undefined;
}
