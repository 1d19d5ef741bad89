import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { describeVerify } from '../cli/describe-verify.ts';
import { verifyArtifact } from '../usecases/verify-artifact.ts';
import { PLATFORMS } from '../verify/rules/rule.ts';
import type { VerifyReport } from '../verify/verify-image.ts';

export default class Verify extends HewCommand {
  static override workspace = true;
  static override summary = 'Hold an artifact against the rules of the platform that is to run it.';
  static override description = `Exits with 1 when a rule of severity "error" fails. Each rule has an id, a remedy and the source that asks for it.
Nothing is mounted, and the artifact stays as it is.`;
  static override args = {
    artifact: Args.string({ description: 'disk (raw, qcow2, VHD, VHDX), OCI layout or archive, tar, .wsl or root folder, made by whomever', required: true }),
  };
  static override examples = [
    '<%= config.bin %> verify out/azure-vm-4.0.vhd --for azure',
    '<%= config.bin %> verify out/container-base-4.0.oci --for oci --json',
  ];
  static override flags = {
    for: Flags.option({ options: PLATFORMS })({ description: 'the platform', required: true }),
    fips: Flags.boolean({ description: 'FIPS was asked for, or not; what the image says of itself when left out', allowNo: true }),
  };

  async run(): Promise<readonly VerifyReport[]> {
    const { args, flags } = await this.parse(Verify);
    const reports = await verifyArtifact(this.machine, resolve(args.artifact), flags.for, { fips: flags.fips });
    this.log(reports.map(describeVerify).join('\n\n'));
    if (reports.some(({ passed }) => !passed)) process.exitCode = 1;
    return reports;
  }
}
