import { Flags } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { installTools, type InstalledTools } from '../../usecases/install-tools.ts';

export default class ToolsInstall extends HewCommand {
  static override workspace = true;
  static override summary = 'Make the tools tree: dnf5, rpm and all else that builds run, from Debian testing.';
  static override description = `Packages are unpacked below the cache folder and their signatures checked; no script of theirs is run and the
machine itself is not changed. Mirrors of Debian testing are at times older than their Release file allows, so its
Valid-Until date alone is not checked.`;
  static override examples = ['<%= config.bin %> tools install', '<%= config.bin %> tools install --mirror https://mirror.example/debian'];
  static override flags = {
    mirror: Flags.string({ description: "Debian mirror; this machine's own or HEW_DEBIAN_MIRROR when left out", helpValue: 'URL' }),
  };

  async run(): Promise<InstalledTools> {
    const { flags } = await this.parse(ToolsInstall);
    const made = await installTools(this.machine.paths.cache, flags.mirror, {
      signal: this.signal,
      emit: this.emit,
      seconds: () => this.machine.clock.seconds(),
    });
    await this.endProgress();
    this.log(made.made ? `made ${made.path}` : `already there: ${made.path}`);
    return made;
  }
}
