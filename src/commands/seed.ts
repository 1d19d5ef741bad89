import { resolve } from 'node:path';

import { Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { formatPathFrom } from '../cli/format.ts';
import { makeSeed, type SeedResult } from '../usecases/make-seed.ts';

export default class Seed extends HewCommand {
  static override summary = 'Write the ISO image from which cloud-init makes the first account of a virtual machine.';
  static override description = `The machine gets it as a CD or as a second disk: cloud-init looks for the label CIDATA (data source NoCloud). The account
is in wheel, logs in by SSH with the keys and becomes root by sudo without a password. Equal input gives equal bytes.
The image must have cloud-init, and its datasource_list, if it has one, NoCloud.`;
  static override flags = {
    'user': Flags.string({ description: 'account to make', required: true, helpValue: 'NAME' }),
    'ssh-key': Flags.string({ description: 'file of public keys that log in (repeatable)', required: true, multiple: true, multipleNonGreedy: true, helpValue: 'FILE' }),
    'hostname': Flags.string({ description: 'host name, which cloud-init sets by the program hostname of the image' }),
    'address': Flags.string({ description: 'static address with prefix length; default: what the image does, DHCP (repeatable)', multiple: true, multipleNonGreedy: true, helpValue: '192.0.2.7/24' }),
    'gateway': Flags.string({ description: 'default route', helpValue: '192.0.2.1' }),
    'nameserver': Flags.string({ description: 'DNS server (repeatable)', multiple: true, multipleNonGreedy: true, helpValue: '192.0.2.53' }),
    'device': Flags.string({ description: 'the network card that gets them: name or MAC address', default: 'eth0', helpValue: 'NAME' }),
    'output': Flags.string({ char: 'o', description: 'file to write', default: 'seed.iso', helpValue: 'FILE' }),
  };
  static override examples = [
    '<%= config.bin %> seed --user azl --ssh-key ~/.ssh/id_ed25519.pub',
    '<%= config.bin %> seed --user azl --ssh-key team.pub --hostname web1 --address 192.0.2.7/24 --gateway 192.0.2.1 -o web1.iso',
  ];

  async run(): Promise<SeedResult> {
    const { flags } = await this.parse(Seed);
    const result = await makeSeed(this.machine, {
      user: flags.user, keyFiles: flags['ssh-key'].map((file) => resolve(file)), hostname: flags.hostname, addresses: flags.address ?? [],
      gateway: flags.gateway, nameservers: flags.nameserver ?? [], device: flags.device, output: resolve(flags.output),
    });
    const file = formatPathFrom(this.folder, result.path);
    this.print([
      `${file}  ${result.files.join(', ')}`,
      `attach it to the machine as a CD or a second disk: \`hew boot IMAGE --seed ${file}\`, or -SeedIso ${file} of the script beside the image`,
      `then log in: ssh ${result.user}@ADDRESS`,
    ]);
    return result;
  }
}
