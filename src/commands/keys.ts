import { Args } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { formatTable } from '../cli/format.ts';
import { listKeys, type TrustedKey } from '../usecases/list-keys.ts';
import { withPlaces } from '../usecases/place-problems.ts';
import { planImage } from '../usecases/plan.ts';

export default class Keys extends HewCommand {
  static override workspace = true;
  static override summary = 'List the keys that a definition trusts: for which repository, from where, until when.';
  static override description = `Reads the key files that the repositories of the definition name, as a build does: what lies elsewhere is fetched. Keys of
those files that are not used come last, each with the reason.`;
  static override args = { image: Args.string({ description: 'name in images/, or path', required: true }) };
  static override examples = ['<%= config.bin %> keys container-base', '<%= config.bin %> keys container-base --json'];
  static override flags = definitionFlags;

  async run(): Promise<readonly TrustedKey[]> {
    const { args, flags } = await this.parse(Keys);
    const options = definitionOptions(flags);
    const plan = await planImage(this.machine, args.image, this.folder, options);
    const keys = await withPlaces(this.machine, args.image, this.folder, options, () => listKeys(this.machine, plan));
    this.print(describeKeys(keys));
    return keys;
  }
}

const describeKeys = (keys: readonly TrustedKey[]): readonly string[] => {
  const [used, others] = [keys.filter(({ trust }) => trust !== 'no'), keys.filter(({ trust }) => trust === 'no')];
  return [
    ...(used.length === 0 ? ['no key is trusted'] : formatTable(used.map((key) => [
      key.repository, key.fingerprint, key.name, key.algorithm, key.expires === undefined ? 'never expires' : `until ${key.expires}`, key.checks.join(' and '),
      key.source, key.trust === 'sha1' ? 'signed with SHA-1 by its owner; pinned' : '',
    ]))),
    ...(others.length === 0 ? [] : ['', 'not used', ...formatTable(others.map((key) => [key.repository, key.fingerprint, key.name, key.reason ?? '', key.source]))]),
  ];
};
