import { resolve } from 'node:path';

import { Args } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { ARTIFACT_KINDS } from '../formats/rows.ts';
import { describeInspection } from '../cli/describe-inspect.ts';
import { paragraphs } from '../cli/format.ts';
import { inspectArtifact, type Inspection } from '../usecases/inspect-artifact.ts';

export default class Inspect extends HewCommand {
  static override workspace = true;
  static override summary = 'Show what an artifact holds: format, sizes, partitions, boot entries, packages, level.';
  static override description = 'Reads disks without mounting them and without root. The artifact is not changed.';
  static override args = {
    artifact: Args.string({ description: `${ARTIFACT_KINDS}, made by hew or by another tool`, required: true }),
  };
  static override examples = ['<%= config.bin %> inspect out/qemu-vm-4.0.qcow2', '<%= config.bin %> inspect out/container-base-4.0.oci --json'];

  async run(): Promise<readonly Inspection[]> {
    const { args } = await this.parse(Inspect);
    const inspections = await inspectArtifact(this.machine, resolve(args.artifact));
    this.print(paragraphs(inspections.map(describeInspection)));
    return inspections;
  }
}
