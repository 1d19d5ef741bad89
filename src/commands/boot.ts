import { resolve } from 'node:path';
import { levels } from '../isa/rows.ts';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { formatSeconds, formatTable } from '../cli/format.ts';
import { listOf } from '../definition/index.ts';
import { DISK_LABELS, IDE_LABELS } from '../formats/rows.ts';
import type { GuestResult } from '../guest/run-guest.ts';
import { findBootTools } from '../host/boot-tools.ts';
import { bootImage } from '../usecases/boot-image.ts';

/** As the guest reads it from its firmware variable. */
const SECURE_BOOT: Readonly<Record<string, string>> = { true: 'on', false: 'off', undefined: 'not known to the guest' };

export default class Boot extends HewCommand {
  static override workspace = true;
  static override summary = 'Boot a temporary copy of a disk image in QEMU and wait until systemd has started everything.';
  static override description = `The image itself is not changed. An image without an EFI system partition boots by BIOS: ${listOf(IDE_LABELS, 'and')} from an
IDE disk, other formats from a virtio disk. KVM is used only if a probe shows that it works, because guests hang on
some machines that have /dev/kvm. Exits with 1, and with the end of the console, if a unit failed or the guest did not
start. QEMU and its firmware come from \`hew tools install --boot\`.`;
  static override args = { image: Args.string({ description: `${listOf(DISK_LABELS, 'or')} image`, required: true }) };
  static override flags = {
    cpu: Flags.option({ options: levels })({ description: 'level of the emulated processor; default: the highest that QEMU offers' }),
    'secure-boot': Flags.boolean({ description: "enforce Secure Boot with Microsoft's keys" }),
    'seed': Flags.string({ description: 'give the guest this image of `hew seed`, from which cloud-init makes its account', helpValue: 'FILE' }),
    'network': Flags.boolean({ description: 'give the guest a network card with DHCP, from which it reaches nothing; --seed implies it' }),
    'memory': Flags.integer({ description: 'memory of the guest in MiB', default: 2048, min: 256 }),
    timeout: Flags.integer({ description: 'seconds to wait for the guest', default: 300, min: 1 }),
  };
  static override examples = ['<%= config.bin %> boot out/qemu-vm-4.0.qcow2', '<%= config.bin %> boot out/qemu-vm-4.0.qcow2 --cpu v3'];

  async run(): Promise<GuestResult> {
    const { args, flags } = await this.parse(Boot);
    const tools = findBootTools(this.machine.paths.cache, await this.machine.tools());
    const result = await bootImage(this.machine, {
      image: resolve(args.image), level: flags.cpu, secureBoot: flags['secure-boot'], timeout: flags.timeout, memory: flags.memory,
      network: flags.network || flags.seed !== undefined, tools,
      ...(flags.seed === undefined ? {} : { seed: resolve(flags.seed) }),
    }, this.emit);
    await this.endProgress();
    const { report } = result;
    this.print(formatTable([
      ['state', report?.state ?? result.outcome],
      ['system', report?.os['PRETTY_NAME'] ?? 'unknown'],
      ['host name', report?.hostname || 'none'],
      ['keys', report?.keyHolders.join(', ') || 'no account has an SSH key'],
      ['kernel', report?.kernel ?? 'unknown'],
      ['boot', `${formatSeconds(report?.bootSeconds ?? result.seconds)} in the guest, ${formatSeconds(result.seconds)} in total`],
      ['secure boot', SECURE_BOOT[String(report?.secureBoot)] ?? ''],
      ['failed units', report?.failedUnits.join(', ') || 'none'],
      ['run by', `${result.accelerator.name} (${result.accelerator.why}), -cpu ${result.cpu}`],
    ]));
    return result;
  }
}
