import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { formatSeconds, formatTable } from '../cli/format.ts';
import { listOf } from '../definition/index.ts';
import { DISK_LABELS } from '../formats/rows.ts';
import type { GuestResult } from '../guest/run-guest.ts';
import { findBootTools } from '../host/boot-tools.ts';
import { bootImage } from '../usecases/boot-image.ts';

const LEVELS = ['baseline', 'v2', 'v3', 'v4'] as const;

/** As the guest's own firmware variable says. */
const SECURE_BOOT: Readonly<Record<string, string>> = { true: 'on', false: 'off', undefined: 'not known to the guest' };

export default class Boot extends HewCommand {
  static override workspace = true;
  static override summary = 'Boot a throw-away overlay of a disk image in QEMU and wait until its systemd has settled.';
  static override description = `The image itself is not changed. One without an EFI system partition is started by a BIOS, a VHD or VHDX then from an
IDE disk, as machines of generation 1 have it. KVM is used only where a probe shows that it works, since on some
machines /dev/kvm exists and guests hang on it. Exits with 1 when a unit failed or the guest did not come up, with the
end of its console. QEMU and its firmware come from \`hew tools install --boot\`.`;
  static override args = { image: Args.string({ description: `${listOf(DISK_LABELS, 'or')} image`, required: true }) };
  static override flags = {
    cpu: Flags.option({ options: LEVELS })({ description: 'processor of that level; all that QEMU offers when left out' }),
    'secure-boot': Flags.boolean({ description: "enforce Secure Boot with Microsoft's keys" }),
    timeout: Flags.integer({ description: 'seconds until the guest is given up', default: 300, min: 1 }),
  };
  static override examples = ['<%= config.bin %> boot out/vm-base-4.0.qcow2', '<%= config.bin %> boot out/vm-base-4.0.qcow2 --cpu v3'];

  async run(): Promise<GuestResult> {
    const { args, flags } = await this.parse(Boot);
    const tools = findBootTools(this.machine.paths.cache, await this.machine.tools());
    const result = await bootImage(this.machine, {
      image: resolve(args.image), level: flags.cpu, secureBoot: flags['secure-boot'], timeout: flags.timeout, tools,
    }, this.emit);
    await this.endProgress();
    const { report } = result;
    this.print(formatTable([
      ['state', report?.state ?? result.outcome],
      ['system', report?.os['PRETTY_NAME'] ?? 'unknown'],
      ['kernel', report?.kernel ?? 'unknown'],
      ['boot', `${formatSeconds(report?.bootSeconds ?? result.seconds)} of the guest, ${formatSeconds(result.seconds)} in all`],
      ['secure boot', SECURE_BOOT[String(report?.secureBoot)] ?? ''],
      ['failed units', report?.failedUnits.join(', ') || 'none'],
      ['run by', `${result.accelerator.name} (${result.accelerator.why}), -cpu ${result.cpu}`],
    ]));
    return result;
  }
}
