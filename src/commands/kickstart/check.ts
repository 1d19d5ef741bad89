import { posix } from 'node:path';

import { Args } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { describeVerdicts } from '../../cli/describe-verdicts.ts';
import { interpretOptions, kickstartFlags, parseIncludes, parseSettings, setFlags } from '../../cli/kickstart-flags.ts';
import { checkKickstart, type KickstartReport } from '../../kickstart/index.ts';
import { readKickstart } from '../../usecases/kickstart.ts';

export default class KickstartCheck extends HewCommand {
  static override summary = 'Show for each line of a kickstart file whether hew applies, ignores or refuses it, and why.';
  static override description = 'Exits with 0 if no line is refused. docs/kickstart.md lists all commands.';
  static override strict = false;
  static override args = { file: Args.string({ description: 'kickstart file (repeatable)', required: true }) };
  static override flags = { ...setFlags, ...kickstartFlags };
  static override examples = [
    '<%= config.bin %> kickstart check azure.ks',
    '<%= config.bin %> kickstart check cloud.ks --include /tmp/partitions.ks=partitions.ks',
    '<%= config.bin %> kickstart check vagrant.ks --hash-passwords "boxes for a lab"',
  ];

  async run(): Promise<readonly KickstartReport[]> {
    const { argv, flags } = await this.parse(KickstartCheck);
    const cwd = this.folder;
    const shown = (path: string): string => (path.startsWith(`${cwd}/`) ? posix.relative(cwd, path) : path);
    const options = interpretOptions(parseSettings(flags));
    const reports: KickstartReport[] = [];
    for (const file of argv as string[]) {
      const report = checkKickstart(await readKickstart(this.machine, file, parseIncludes(flags.include), cwd), options);
      this.print(describeVerdicts(report, shown));
      reports.push(report);
    }
    if (reports.some(({ honoured }) => !honoured)) this.exitWithFault();
    return reports;
  }
}
