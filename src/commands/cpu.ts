import { Flags } from '@oclif/core';
import { levels } from '../isa/rows.ts';

import { HewCommand } from '../cli/command.ts';
import { formatTable } from '../cli/format.ts';
import { describeDetection } from '../isa/describe.ts';
import { detect, type Detection } from '../isa/detect.ts';
import { builderProblem } from '../isa/builder.ts';


export default class Cpu extends HewCommand {
  static override summary = "Show the microarchitecture level of this machine, and which CPU flags the next level needs.";
  static override examples = ['<%= config.bin %> cpu', '<%= config.bin %> cpu --for v3 && echo runs it'];
  static override flags = {
    for: Flags.option({ options: levels })({ description: 'exit with 0 if this machine runs that level, otherwise with 1' }),
  };

  async run(): Promise<Detection> {
    const { flags } = await this.parse(Cpu);
    const detection = detect(await this.machine.cpu());
    const { rows, summary, nextLevel } = describeDetection(detection);
    this.print([summary, ...detection.notes]);
    if (rows.length > 0) {
      this.print(['', ...formatTable(rows.map(({ level, flag, cpuinfo, status, why }) => [level, flag, cpuinfo, status, why]))]);
    }
    if (detection.secondOpinion !== undefined) {
      this.print(['', `glibc says ${detection.secondOpinion.level ?? 'an unknown level'}`]);
    }
    if (nextLevel !== undefined) this.print([nextLevel]);
    if (flags.for !== undefined) {
      const { architecture } = detection;
      const target = { architecture: architecture === 'other' ? 'x86_64' : architecture, level: flags.for } as const;
      const problem = builderProblem(detection, target);
      this.print(['', problem === undefined ? `runs ${flags.for}` : problem.message]);
      if (problem !== undefined) this.exitWithFault();
    }
    return detection;
  }
}
