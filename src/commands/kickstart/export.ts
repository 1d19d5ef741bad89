import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { definitionFlags, definitionOptions } from '../../cli/definition-flags.ts';
import type { ExportedKickstart } from '../../kickstart/index.ts';
import { exportImage } from '../../usecases/export-kickstart.ts';

export default class KickstartExport extends HewCommand {
  static override summary = 'Write a kickstart file that installs the same system as an image on bare metal.';
  static override description = 'Lists on standard error what kickstart cannot express, with reasons.';
  static override args = { image: Args.string({ description: 'name in images/, or path', required: true }) };
  static override flags = {
    ...definitionFlags,
    output: Flags.string({ char: 'o', description: 'file to write; default: standard output', helpValue: 'FILE' }),
  };
  static override examples = ['<%= config.bin %> kickstart export qemu-vm -o qemu-vm.ks'];

  async run(): Promise<ExportedKickstart> {
    const { args, flags } = await this.parse(KickstartExport);
    const exported = await exportImage(this.machine, args.image, this.folder, definitionOptions(flags));
    for (const { path, reason } of exported.omitted) this.emit({ kind: 'notice', message: `${path}: ${reason}` });
    await this.endProgress();
    if (flags.output === undefined) this.printDocument(exported.text);
    else await this.machine.fs.replace(resolve(flags.output), exported.text);
    return exported;
  }
}
