import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { describePlan, describeReasons } from '../cli/describe-plan.ts';
import { explainPackages, type PackageReasons } from '../usecases/explain-packages.ts';
import { redact } from '../redact.ts';
import { withPlaces } from '../usecases/place-problems.ts';
import { planImage } from '../usecases/plan.ts';
import { lagsOfPlan } from '../usecases/find-lags.ts';
import type { Lag } from '../isa/lag.ts';
import { neededTools } from '../plan/needed-tools.ts';
import type { Plan } from '../plan/types.ts';

export default class PlanCommand extends HewCommand {
  static override workspace = true;
  static override summary = 'Show what a build would do: repositories and why, level, packages, steps and tools.';
  static override description = `Nothing is changed. For a level above the baseline the repositories' metadata is read, to tell which packages lag
behind there. With --resolve or --why the packages are resolved, in a workspace that ends with the command.`;
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

  async run(): Promise<Plan & { readonly lags?: readonly Lag[]; readonly reasons?: readonly PackageReasons[] }> {
    const { args, flags } = await this.parse(PlanCommand);
    const options = definitionOptions(flags);
    const plan = await planImage(this.machine, args.image, process.cwd(), options);
    const shown = redact(plan);
    if (!flags.resolve && flags.why === undefined) {
      const tools = await this.machine.tools(neededTools(plan));
      const lags = await lagsOfPlan(this.machine, plan);
      this.print(describePlan(shown, lags, tools));
      return { ...shown, lags };
    }
    const explain = (): Promise<readonly PackageReasons[]> => explainPackages(this.machine, plan, flags.why);
    const reasons = await withPlaces(this.machine, args.image, process.cwd(), options, explain);
    this.print(describeReasons(reasons));
    return { ...shown, reasons };
  }
}
