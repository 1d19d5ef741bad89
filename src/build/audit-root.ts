import { HewError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { auditTree } from '../isa/audit.ts';
import type { AuditedPackage, AuditReport, AuditSummary } from '../isa/audit-report.ts';
import { ownerLookup } from '../isa/owners.ts';
import type { Host } from '../host/port.ts';
import type { LockedPackage } from '../packages/lock.ts';
import type { Plan } from '../plan/types.ts';
import { upgradesItself } from '../rootfs/keep-level.ts';
import type { Root } from '../rootfs/make-root.ts';

const UPGRADE_WARNING = 'audit-no-upgrades';

/**
 * Compares the ELF files of a root with the level of the image. Throws `HewError` with every file that needs more, and
 * its package. Damaged files, and an image that would lose its level by an upgrade, are warnings.
 */
export async function auditRoot(
  host: Host,
  plan: Pick<Plan, 'distribution'>,
  root: Root,
  locked: readonly LockedPackage[],
  emit: Emit,
): Promise<AuditSummary> {
  const report = await auditTree(host.inside(root.path).tree(), {
    architecture: root.target.arch,
    declared: root.target.level,
    baseline: plan.distribution.baseline,
    packages: auditedPackages(root, locked),
    ownerOf: ownerLookup(root.owners),
    checkpoint: () => host.checkpoint(),
  });
  if (!report.passed) throw new HewError(report.problems);
  const { hwcaps } = root.target;
  if (hwcaps !== undefined && report.hwcaps.length === 0) {
    emit({ kind: 'notice', message: `no package has libraries up to ${hwcaps} below glibc-hwcaps: the image is as one for the baseline` });
  }
  for (const { code, message } of report.warnings) {
    // An image without a package manager is replaced, not upgraded.
    if (code !== UPGRADE_WARNING || upgradesItself(root.packages)) emit({ kind: 'notice', message });
  }
  return summarize(report, root);
}

function auditedPackages(root: Root, locked: readonly LockedPackage[]): readonly AuditedPackage[] {
  const origins = new Map(locked.map(({ name, repository }) => [name, repository]));
  const levels = new Map(root.target.repositories.map(({ settings }) => [settings.id, settings.level]));
  return root.packages.map(({ name, evr, arch }) => {
    const repoid = origins.get(name);
    return { name, evr, arch, repoid, level: repoid === undefined ? undefined : levels.get(repoid) };
  });
}

const summarize = (report: AuditReport, root: Root): AuditSummary => ({
  declared: report.declared,
  highest: report.highest,
  glibcMinimum: report.glibcMinimum,
  needs: report.needs,
  counts: report.counts,
  hwcaps: report.hwcaps,
  upgrades: upgradesItself(root.packages) ? report.upgrades : undefined,
  ...(report.packageSummary.sentence === undefined ? {} : { packages: report.packageSummary.sentence }),
});
