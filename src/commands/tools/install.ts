import { Flags } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { BOOT_PACKAGES } from '../../host/boot-tools.ts';
import { SIGN_PACKAGES } from '../../host/sign-tools.ts';
import { TREE_PACKAGES } from '../../host/tools-tree.ts';
import { installTools, type InstalledTools } from '../../usecases/install-tools.ts';

export default class ToolsInstall extends HewCommand {
  static override workspace = true;
  static override summary = 'Make the tools tree: dnf5, rpm and all else that builds run, from Debian testing.';
  static override description = `Packages are unpacked below the cache folder and their signatures checked; no script of theirs is run and the
machine itself is not changed. Mirrors of Debian testing are at times older than their Release file allows, so its
Valid-Until date alone is not checked.`;
  static override examples = ['<%= config.bin %> tools install', '<%= config.bin %> tools install --mirror https://mirror.example/debian'];
  static override flags = {
    boot: Flags.boolean({ description: 'the tree of `hew boot` too: QEMU and its firmware' }),
    sign: Flags.boolean({ description: 'the tree that signs evidence too: cosign' }),
    mirror: Flags.string({ description: "Debian mirror; this machine's own or HEW_DEBIAN_MIRROR when left out", helpValue: 'URL' }),
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
