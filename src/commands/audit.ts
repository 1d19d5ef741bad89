import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { describeAudit } from '../cli/describe-audit.ts';
import { paragraphs } from '../cli/format.ts';
import type { AuditReport } from '../isa/audit-report.ts';
import { auditArtifact } from '../usecases/audit-artifact.ts';

const LEVELS = ['baseline', 'v2', 'v3', 'v4'] as const;

export default class Audit extends HewCommand {
  static override workspace = true;
  static override summary = 'Read every ELF file of an artifact: the level that it really needs, against the level declared.';
  static override description = `Exits with 1 when a file needs more than the image declares. Files are read no further than their headers
and notes; what the label of a package claims counts for nothing.`;
  static override args = {
    artifact: Args.string({ description: 'root folder, OCI layout, OCI archive or tar, made by whomever', required: true }),
  };
  static override examples = ['<%= config.bin %> audit out/container-base-4.0.oci', '<%= config.bin %> audit /srv/root --level v2'];
  static override flags = {
    level: Flags.option({ options: LEVELS })({ description: 'the level to hold it against; its own when left out' }),
  };

  async run(): Promise<readonly AuditReport[]> {
    const { args, flags } = await this.parse(Audit);
    const reports = await auditArtifact(this.machine, resolve(args.artifact), flags.level);
    this.print(paragraphs(reports.map(describeAudit)));
    if (reports.some(({ passed }) => !passed)) process.exitCode = 1;
    return reports;
  }
}
