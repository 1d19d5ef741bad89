import { posix } from 'node:path';

import { Args } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { describeVerdicts } from '../../cli/describe-verdicts.ts';
import { kickstartFlags, parseIncludes } from '../../cli/kickstart-flags.ts';
import { checkKickstart, type KickstartReport } from '../../kickstart/index.ts';
import { readKickstart } from '../../usecases/kickstart.ts';

export default class KickstartCheck extends HewCommand {
  static override summary = 'Say of every line of kickstart files whether it is applied, ignored or refused, and why.';
  static override description = 'Exits with 0 when every file can be honoured whole. docs/kickstart.md lists all commands.';
  static override strict = false;
  static override args = { file: Args.string({ description: 'kickstart file; several may be given', required: true }) };
  static override flags = kickstartFlags;
  static override examples = [
    '<%= config.bin %> kickstart check azure.ks',
    '<%= config.bin %> kickstart check cloud.ks --include /tmp/partitions.ks=partitions.ks',
  ];

  async run(): Promise<readonly KickstartReport[]> {
    const { argv, flags } = await this.parse(KickstartCheck);
    const cwd = process.cwd();
    const shown = (path: string): string => (path.startsWith(`${cwd}/`) ? posix.relative(cwd, path) : path);
    const reports: KickstartReport[] = [];
    for (const file of argv as string[]) {
      const report = checkKickstart(await readKickstart(this.machine, file, parseIncludes(flags.include), cwd));
      this.print(describeVerdicts(report, shown));
      reports.push(report);
    }
    if (reports.some(({ honoured }) => !honoured)) process.exitCode = 1;
    return reports;
  }
}
