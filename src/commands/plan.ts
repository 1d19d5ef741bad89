import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { describePlan, describeReasons } from '../cli/describe-plan.ts';
import { explainPackages, type PackageReasons } from '../usecases/explain-packages.ts';
import { redact } from '../redact.ts';
import { withPlaces } from '../usecases/place-problems.ts';
import { findTools, planImage } from '../usecases/plan.ts';
import { lagsOfPlan, type LagReport } from '../usecases/find-lags.ts';
import type { Plan } from '../plan/types.ts';

export default class PlanCommand extends HewCommand {
  static override workspace = true;
  static override summary = 'Show what a build would do: repositories and why, level, packages, steps and tools.';
  static override description = `Nothing is changed, and neither tools nor a network are needed. For a level above the baseline the plan tells which
packages lag behind there, from the metadata of the repositories; where that cannot be read, the plan says so. With
--resolve or --why the packages are resolved, in a workspace that ends with the command: that needs the tools, and the
network where repositories lie behind one.`;
  static override args = { image: Args.string({ description: 'name in images/, or path', required: true }) };
  static override examples = [
    '<%= config.bin %> plan container-base',
    '<%= config.bin %> plan container-base --why openssl-libs',
  ];
  static override flags = {
    ...definitionFlags,
    resolve: Flags.boolean({ description: 'resolve, and say of each package what it is needed by' }),
    why: Flags.string({ description: 'the same of one package', helpValue: 'PACKAGE' }),
  };

  async run(): Promise<Plan & Partial<LagReport> & { readonly reasons?: readonly PackageReasons[] }> {
    const { args, flags } = await this.parse(PlanCommand);
    const options = definitionOptions(flags);
    const plan = await planImage(this.machine, args.image, process.cwd(), options);
    const shown = redact(plan);
    if (!flags.resolve && flags.why === undefined) {
      const tools = await findTools(this.machine, plan);
      const found = await lagsOfPlan(this.machine, plan);
      this.print(describePlan(shown, found, tools));
      return { ...shown, ...found };
    }
    const explain = (): Promise<readonly PackageReasons[]> => explainPackages(this.machine, plan, flags.why);
    const reasons = await withPlaces(this.machine, args.image, process.cwd(), options, explain);
    this.print(describeReasons(reasons));
    return { ...shown, reasons };
  }
}
