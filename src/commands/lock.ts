import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { HewError } from '../errors.ts';
import { lockPath } from '../packages/lock-file.ts';
import { lockImage, readLock, throwIfStale, type LockResult } from '../usecases/lock.ts';
import { planImage } from '../usecases/plan.ts';
import type { Plan } from '../plan/types.ts';

export default class Lock extends HewCommand {
  static override workspace = true;
  static override summary = 'Pin every package of images by checksum in IMAGE.lock.yaml, beside the definition.';
  static override description = `A lock that still answers its definition stays as it is; --update resolves anew. \`hew build --locked\` installs
exactly what the lock names. The file is libpkgmanifest’s rpm-package-manifest, one lock for all levels.`;
  static override strict = false;
  static override args = { image: Args.string({ description: 'name in images/, or path; several may be given', required: true }) };
  static override flags = {
    distro: definitionFlags.distro,
    level: definitionFlags.level,
    set: definitionFlags.set,
    include: definitionFlags.include,
    update: Flags.boolean({ description: 'resolve anew and tell what moved', exclusive: ['check'] }),
    check: Flags.boolean({ description: 'write nothing; exit with 1 when a lock is missing or stale' }),
  };
  static override examples = ['<%= config.bin %> lock container-base', '<%= config.bin %> lock container-base --check'];

  async run(): Promise<readonly LockResult[]> {
    const { argv, flags } = await this.parse(Lock);
    const results: LockResult[] = [];
    for (const image of argv as string[]) {
      const plan = await planImage(this.machine, image, process.cwd(), definitionOptions(flags));
      results.push(flags.check ? await this.#check(plan) : await lockImage(this.machine, plan, flags.update, this.emit));
    }
    await this.endProgress();
    for (const result of results) this.log(describe(result));
    return results;
  }

  async #check(plan: Plan): Promise<LockResult> {
    const path = lockPath(plan.image.file);
    const lock = await readLock(this.machine, plan);
    if (lock === undefined) throw new HewError({ code: 'lock-missing', message: `there is no lock ${path}`, hint: 'make it with `hew lock`' });
    throwIfStale(lock, plan, path, 'all');
    return { image: plan.image.name, path, written: false, packages: lock.packages.length, moved: [] };
  }
}

function describe({ path, written, packages, moved }: LockResult): string {
  const lines = moved.flatMap(({ target, changes }) =>
    changes.map((change) => `  ${target}: ${change.name} ${change.from?.evr ?? 'new'} -> ${change.to?.evr ?? 'gone'}`),
  );
  return [`${path}: ${packages} packages${written ? '' : ', as it was'}`, ...lines].join('\n');
}
