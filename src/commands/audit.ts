import { resolve } from 'node:path';
import { levels } from '../isa/rows.ts';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { describeAudit } from '../cli/describe-audit.ts';
import { paragraphs } from '../cli/format.ts';
import type { AuditReport } from '../isa/audit-report.ts';
import { auditArtifact } from '../usecases/audit-artifact.ts';


export default class Audit extends HewCommand {
  static override workspace = true;
  static override summary = 'Compare the level that the ELF files of an artifact need with the level that it declares.';
  static override description = `Exits with 1 if a file needs more than the image declares. Reads the headers and notes of the files, and does not
trust the labels of packages.`;
  static override args = {
    artifact: Args.string({ description: 'root folder, OCI layout, OCI archive or tar, made by hew or by another tool', required: true }),
  };
  static override examples = ['<%= config.bin %> audit out/container-base-4.0.oci', '<%= config.bin %> audit /srv/root --level v2'];
  static override flags = {
    level: Flags.option({ options: levels })({ description: 'level to compare with; default: the level that the artifact declares' }),
  };

  async run(): Promise<readonly AuditReport[]> {
    const { args, flags } = await this.parse(Audit);
    const reports = await auditArtifact(this.machine, resolve(args.artifact), flags.level);
    this.print(paragraphs(reports.map(describeAudit)));
    if (reports.some(({ passed }) => !passed)) this.exitWithFault();
    return reports;
  }
}
