import { posix, resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../../cli/command.ts';
import { describeRefused } from '../../cli/describe-verdicts.ts';
import { interpretOptions, kickstartFlags, parseIncludes, parseSettings } from '../../cli/kickstart-flags.ts';
import { OUTPUT_FORMATS } from '../../formats/rows.ts';
import { imageNameOf, importKickstart, type ImportedKickstart } from '../../kickstart/index.ts';
import { readKickstart } from '../../usecases/kickstart.ts';

export default class KickstartImport extends HewCommand {
  static override summary = 'Write a kickstart file as a definition, with comments that point at its lines.';
  static override description = `Writes refused lines as comments with their reasons, and exits with 1 if there are any. The definition goes to standard
output unless --output names a file.`;
  static override args = { file: Args.string({ description: 'kickstart file', required: true }) };
  static override flags = {
    ...kickstartFlags,
    name: Flags.string({ description: 'name of the image; default: the name of the file' }),
    distro: Flags.string({ description: 'distribution of the image', helpValue: 'NAME' }),
    format: Flags.string({
      description: 'output of the definition (repeatable); a disk also gets the defaults of a build of the file',
      multiple: true, multipleNonGreedy: true, options: OUTPUT_FORMATS, helpValue: 'F',
    }),
    output: Flags.string({ char: 'o', description: 'file to write', helpValue: 'FILE' }),
  };
  static override examples = [
    '<%= config.bin %> kickstart import azure.ks -o images/azure.toml',
    '<%= config.bin %> kickstart import azure.ks --distro azurelinux-4.0 --format vhd -o images/azure.toml',
  ];

  async run(): Promise<ImportedKickstart> {
    const { args, flags } = await this.parse(KickstartImport);
    const file = await readKickstart(this.machine, args.file, parseIncludes(flags.include), this.folder);
    const reason = flags['hash-passwords'];
    const imported = importKickstart(file, {
      ...interpretOptions(parseSettings({ 'hash-passwords': reason, 'plain-partitions': flags['plain-partitions'] })),
      name: flags.name ?? imageNameOf(posix.basename(args.file, '.ks')),
      version: '1',
      formats: flags.format ?? [],
      showFile: (path) => posix.basename(path),
      ...(reason === undefined ? {} : { hashReason: reason }),
      ...(flags.distro === undefined ? {} : { distro: flags.distro }),
    });
    if (flags.output === undefined) this.printDocument(imported.text);
    else {
      await this.machine.fs.replace(resolve(flags.output), imported.text);
      this.print(describeRefused(imported.verdicts, flags.output, (path) => posix.relative(this.folder, path)));
    }
    if (imported.verdicts.some(({ decision }) => decision === 'refused')) this.exitWithFault();
    return imported;
  }
}
