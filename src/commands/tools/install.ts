import { Flags } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { BOOT_PACKAGES } from '../../host/boot-tools.ts';
import { SIGN_PACKAGES } from '../../host/sign-tools.ts';
import { TREE_PACKAGES } from '../../host/tools-tree.ts';
import { installTools, type InstalledTools } from '../../usecases/install-tools.ts';

export default class ToolsInstall extends HewCommand {
  static override workspace = true;
  static override summary = 'Make the tools tree from Debian testing: dnf5, rpm and all other programs that builds run.';
  static override description = `Checks the signatures of the packages and unpacks them below the cache folder. Runs none of their scripts and does not
change the machine itself. Mirrors of Debian testing are sometimes older than their Release file allows, so only its
Valid-Until date is not checked.`;
  static override examples = ['<%= config.bin %> tools install', '<%= config.bin %> tools install --mirror https://mirror.example/debian'];
  static override flags = {
    boot: Flags.boolean({ description: 'also make the tree for `hew boot`: QEMU and its firmware' }),
    sign: Flags.boolean({ description: 'also make the tree that signs evidence: cosign' }),
    mirror: Flags.string({ description: "Debian mirror; default: HEW_DEBIAN_MIRROR, or the mirror that apt of this machine uses", helpValue: 'URL' }),
  };

  async run(): Promise<readonly InstalledTools[]> {
    const { flags } = await this.parse(ToolsInstall);
    const made: InstalledTools[] = [];
    for (const packages of [TREE_PACKAGES, ...(flags.boot ? [BOOT_PACKAGES] : []), ...(flags.sign ? [SIGN_PACKAGES] : [])]) {
      const context = { signal: this.signal, emit: this.emit, seconds: () => this.machine.clock.seconds() };
      made.push(await installTools(this.machine.paths.cache, packages, flags.mirror, context));
    }
    await this.endProgress();
    this.print(made.map((tree) => (tree.made ? `made ${tree.path}` : `already there: ${tree.path}`)));
    return made;
  }
}
