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
  static override description = `Changes nothing, and needs neither tools nor a network. For a level above the baseline the plan names packages that lag
behind there, if the metadata of the repositories can be read. --resolve and --why resolve the packages by metadata alone:
that needs the tools and access to the repositories, and fetches no package.`;
  static override args = { image: Args.string({ description: 'name in images/, or path', required: true }) };
  static override examples = [
    '<%= config.bin %> plan container-base',
    '<%= config.bin %> plan container-base --why openssl-libs',
  ];
  static override flags = {
    ...definitionFlags,
    resolve: Flags.boolean({ description: 'resolve, and show for each package which others need it' }),
    why: Flags.string({ description: 'the same for one package', helpValue: 'PACKAGE' }),
  };

  async run(): Promise<Plan & Partial<LagReport> & { readonly reasons?: readonly PackageReasons[] }> {
    const { args, flags } = await this.parse(PlanCommand);
    const options = definitionOptions(flags);
    const plan = await planImage(this.machine, args.image, this.folder, options);
    const shown = redact(plan);
    if (!flags.resolve && flags.why === undefined) {
      const tools = await findTools(this.machine, plan);
      const found = await lagsOfPlan(this.machine, plan);
      this.print(describePlan(shown, found, tools));
      return { ...shown, ...found };
    }
    const explain = (): Promise<readonly PackageReasons[]> => explainPackages(this.machine, plan, flags.why, (message) => this.print([`! ${message}`]));
    const reasons = await withPlaces(this.machine, args.image, this.folder, options, explain);
    this.print(describeReasons(reasons));
    return { ...shown, reasons };
  }
}
