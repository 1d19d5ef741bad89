import { Args } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { kickstartFlags, parseIncludes, parseSettings, setFlags } from '../cli/kickstart-flags.ts';
import { DefinitionError } from '../errors.ts';
import { checkDefinitions } from '../usecases/check-definitions.ts';

export default class Check extends HewCommand {
  static override summary = 'Check definitions, and print every problem with its place and a hint.';
  static override description = 'Without FILE, checks all of images/ and profiles/, and the definitions of the current folder. Runs no program and contacts no repository.';
  static override strict = false;
  static override args = { file: Args.string({ description: 'image, profile or distribution, by path or name (repeatable)' }) };
  static override flags = { ...setFlags, ...kickstartFlags };
  static override examples = ['<%= config.bin %> check', '<%= config.bin %> check images/web.toml'];

  async run(): Promise<{ problems: readonly [] }> {
    const { argv, flags } = await this.parse(Check);
    const problems = await checkDefinitions(this.machine, this.folder, argv as string[], { includes: parseIncludes(flags.include), set: parseSettings(flags) });
    if (problems.length > 0) throw new DefinitionError(problems);
    this.print([argv.length === 0 ? 'all definitions are well-formed' : `${argv.join(', ')}: well-formed`]);
    return { problems: [] };
  }
}
