import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { ARTIFACT_KINDS } from '../formats/rows.ts';
import { describeEvidence } from '../cli/describe-evidence.ts';
import { describeVerify } from '../cli/describe-verify.ts';
import { paragraphs } from '../cli/format.ts';
import { findSignTools } from '../host/sign-tools.ts';
import { verifyArtifact } from '../usecases/verify-artifact.ts';
import { verifyEvidence, type EvidenceReport } from '../usecases/verify-evidence.ts';
import { PLATFORMS } from '../platforms/rows.ts';
import type { VerifyReport } from '../platforms/verify-image.ts';

/** With both `--for` and `--evidence`. */
interface VerifyResult {
  readonly evidence: EvidenceReport;
  readonly reports: readonly VerifyReport[];
}

export default class Verify extends HewCommand {
  static override workspace = true;
  static override summary = 'Check an artifact against the rules of a platform, or against its evidence.';
  static override description = `With --for, exits with 1 if a rule of severity "error" fails. Each rule has an id, a remedy and a source. With
--evidence, exits with 1 unless artifact and evidence belong together: all checksums match, no file is missing or extra,
and manifest, SBOMs and provenance agree. With --key, the holder of that key must also have signed them; no service is
contacted. Mounts nothing and does not change the artifact.`;
  static override args = {
    artifact: Args.string({ description: `${ARTIFACT_KINDS}, made by hew or by another tool`, required: true }),
  };
  static override examples = [
    '<%= config.bin %> verify out/azure-vm-4.0.vhd --for azure',
    '<%= config.bin %> verify out/container-base-4.0.oci --for oci --json',
    '<%= config.bin %> verify out/container-base-4.0.oci --evidence out/container-base-4.0.evidence --key release.pub',
  ];
  static override flags = {
    for: Flags.option({ options: PLATFORMS })({ description: 'the platform', atLeastOne: ['for', 'evidence'] }),
    fips: Flags.boolean({ description: 'whether FIPS is expected; default: what the image says', allowNo: true, dependsOn: ['for'] }),
    evidence: Flags.string({ description: 'folder of evidence that the build wrote', helpValue: 'DIR' }),
    key: Flags.string({ description: 'cosign public key that must have signed the evidence', helpValue: 'FILE', dependsOn: ['evidence'] }),
  };

  async run(): Promise<readonly VerifyReport[] | VerifyResult> {
    const { args, flags } = await this.parse(Verify);
    const artifact = resolve(args.artifact);
    const evidence = flags.evidence === undefined ? undefined : await this.#verifyEvidence(artifact, flags.evidence, flags.key);
    const reports = flags.for === undefined ? [] : await verifyArtifact(this.machine, artifact, flags.for, { fips: flags.fips });
    const texts = [...(evidence === undefined ? [] : [describeEvidence(evidence, flags.key)]), ...reports.map(describeVerify)];
    this.print(paragraphs(texts));
    if (reports.some(({ passed }) => !passed)) this.exitWithFault();
    return evidence === undefined ? reports : { evidence, reports };
  }

  async #verifyEvidence(artifact: string, evidence: string, key: string | undefined): Promise<EvidenceReport> {
    const signer = key === undefined ? {} : {
      signer: { key: resolve(key), tools: findSignTools(this.machine.paths.cache, await this.machine.tools()) },
    };
    return verifyEvidence(this.machine, { artifact, evidence: resolve(evidence), ...signer });
  }
}
