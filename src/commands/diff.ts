import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { describeDiff } from '../cli/describe-diff.ts';
import type { SidesDiff } from '../diff/diff-sides.ts';
import { ARTIFACT_KINDS } from '../formats/rows.ts';
import { compareSides } from '../usecases/compare-sides.ts';

const KINDS = `lock, ${ARTIFACT_KINDS}, made by hew or by another tool`;

export default class Diff extends HewCommand {
  static override workspace = true;
  static override summary = 'Compare two images: packages, sizes, files, modes, owners, configuration, level.';
  static override description = `Compares two inputs of the same or of different kinds. Shows what only one of them can tell. Counts the files of changed
packages and lists all others. Mounts nothing and changes neither input.`;
  static override args = {
    a: Args.string({ description: `the older one: ${KINDS}`, required: true }),
    b: Args.string({ description: 'the newer one, of the same or another kind', required: true }),
  };
  static override examples = [
    '<%= config.bin %> diff old/container-base-4.0.oci out/container-base-4.0.oci',
    '<%= config.bin %> diff images/qemu-vm.lock.yaml out/qemu-vm-4.0.qcow2 --exit-code',
    '<%= config.bin %> diff out/qemu-vm-4.0.raw /srv/root --json',
  ];
  static override flags = {
    'exit-code': Flags.boolean({ description: 'exit with 1 when they differ' }),
    all: Flags.boolean({ description: 'list every file' }),
  };

  async run(): Promise<SidesDiff> {
    const { args, flags } = await this.parse(Diff);
    const [from, to] = [args.a, args.b].map((name) => ({ name, path: resolve(name) }));
    if (from === undefined || to === undefined) throw new TypeError('two arguments are required');
    const diff = await compareSides(this.machine, from, to);
    this.print(describeDiff(diff, { allFiles: flags.all }));
    if (flags['exit-code'] && !diff.same) this.exitWithFault();
    return diff;
  }
}
