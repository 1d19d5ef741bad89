import { dirname, join, resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { describeLock } from '../cli/describe-lock.ts';
import { isPath } from '../definition/index.ts';
import { HewError } from '../errors.ts';
import type { AdvisoryChoice } from '../packages/advisories.ts';
import { lockPath } from '../packages/lock-file.ts';
import { lockImage, type LockOptions, type LockResult } from '../usecases/lock.ts';
import { withPlaces } from '../usecases/place-problems.ts';
import { planImage } from '../usecases/plan.ts';
import { FOREIGN_FILES } from '../locking/export-lock.ts';
import { FOREIGN_FORMATS } from '../locking/foreign/foreign-lock.ts';
import { requireLock } from '../locking/read-lock.ts';
import type { Plan } from '../plan/types.ts';

export default class Lock extends HewCommand {
  static override workspace = true;
  static override summary = 'Pin every package of images by checksum in IMAGE.lock.yaml, beside the definition.';
  static override description = `Fetches metadata and no package: digests come from there, and a build checks the signature of what it installs.
A lock that still matches its definition is not changed; --update resolves again. With names of packages after it,
--update moves only those and what they force. \`hew build IMAGE --locked\` installs exactly what the lock names.
The file is libpkgmanifest’s rpm-package-manifest, one lock for all levels and architectures.`;
  static override strict = false;
  static override usage = 'lock IMAGE... [--update [PACKAGE... | --advisory ID | --security]] [--snapshot STATE] [--vendor DIR] [--export FORMAT [-o FILE]] [--import FILE] [--with-keys] [--check] [--distro NAME] [--level LEVEL] [--set KEY=VALUE] [--include NAME=FILE]';
  static override args = { image: Args.string({ description: 'name in images/, or path (repeatable)', required: true }) };
  static override flags = {
    distro: definitionFlags.distro,
    level: definitionFlags.level,
    set: definitionFlags.set,
    include: definitionFlags.include,
    'hash-passwords': definitionFlags['hash-passwords'],
    'plain-partitions': definitionFlags['plain-partitions'],
    update: Flags.boolean({ description: 'resolve again, all or only the packages after it and what they need, and show what moved', exclusive: ['check'] }),
    advisory: Flags.string({ description: 'with --update: move what is older than this advisory asks for (repeatable)', helpValue: 'ID', multiple: true, multipleNonGreedy: true, dependsOn: ['update'] }),
    security: Flags.boolean({ description: 'with --update: the same for all advisories about security', dependsOn: ['update'], exclusive: ['advisory'] }),
    vendor: Flags.string({ description: 'copy what the lock names into DIR/IMAGE, for builds without a network', helpValue: 'DIR', exclusive: ['check'] }),
    snapshot: Flags.string({ description: 'an old state of the distribution, by day or name; `newest` drops the one of the lock', helpValue: 'STATE' }),
    export: Flags.option({ options: FOREIGN_FORMATS })({ description: 'write the lock for another program too: packages.manifest.yaml of dnf5, rpms.lock.yaml of Konflux', exclusive: ['check'] }),
    output: Flags.string({ char: 'o', description: 'with --export: file to write; default: as that program calls it, beside the lock', helpValue: 'FILE', dependsOn: ['export'] }),
    import: Flags.string({ description: 'make the lock of the packages in such a file, and of no others', helpValue: 'FILE', exclusive: ['check', 'update'] }),
    'with-keys': Flags.boolean({ description: 'put the keys of the repositories into the lock, beside their fingerprints: a locked build reads no key file', exclusive: ['check'] }),
    check: Flags.boolean({ description: 'write nothing; exit with 1 if a lock is missing or stale' }),
  };
  static override examples = [
    '<%= config.bin %> lock container-base',
    '<%= config.bin %> lock container-base --update openssl-libs',
    '<%= config.bin %> lock container-base --update --security',
    '<%= config.bin %> lock container-base --distro opensuse-tumbleweed --snapshot 2026-10-01',
    '<%= config.bin %> lock container-base --vendor vendor',
    '<%= config.bin %> lock container-base --export konflux',
    '<%= config.bin %> lock container-base --import rpms.lock.yaml',
    '<%= config.bin %> lock container-base --check',
  ];

  async run(): Promise<readonly LockResult[]> {
    const { raw, flags } = await this.parse(Lock);
    const { images, update: words } = readWords(raw);
    const update = withAdvisories(words, flags.security ? 'security' : flags.advisory);
    const vendor = flags.vendor === undefined ? {} : { vendor: resolve(flags.vendor) };
    const importFrom = flags.import === undefined ? {} : { importFrom: resolve(flags.import) };
    if (images.length > 1 && (flags.export ?? flags.import) !== undefined) throw oneImage();
    const results: LockResult[] = [];
    for (const image of images) {
      const request = definitionOptions(flags);
      const snapshot = flags.snapshot === undefined ? {} : { snapshot: flags.snapshot };
      const plan = await planImage(this.machine, image, this.folder, { ...request, ...snapshot, everyArchitecture: true });
      const exportTo = flags.export === undefined ? {} : { exportTo: { format: flags.export, file: resolve(flags.output ?? join(dirname(plan.image.file), FOREIGN_FILES[flags.export])) } };
      const options: LockOptions = { update, withKeys: flags['with-keys'], ...vendor, ...importFrom, ...exportTo };
      const work = (): Promise<LockResult> => (flags.check ? this.#check(plan) : lockImage(this.machine, plan, options, this.emit));
      results.push(await withPlaces(this.machine, image, this.folder, request, work));
    }
    await this.endProgress();
    this.print(results.flatMap(describeLock));
    return results;
  }

  async #check(plan: Plan): Promise<LockResult> {
    const lock = await requireLock(this.machine, plan, 'all');
    return { image: plan.image.name, path: lockPath(plan.image.file), written: false, packages: lock.packages.length, moved: [] };
  }
}

/** The words as they were meant: a path is an image; without any, the first word is. */
function inOrder(words: readonly string[]): string {
  const isImage = (word: string, index: number): boolean => (words.some(isPath) ? isPath(word) : index === 0);
  const [images, packages] = [words.filter(isImage), words.filter((word, index) => !isImage(word, index))];
  return ['hew lock', ...(images.length === 0 ? ['IMAGE'] : images), '--update', ...packages].join(' ');
}

/** Names of packages and advisories together would leave open which of them an update is for. */
function withAdvisories(update: LockOptions['update'], choice: AdvisoryChoice | undefined): LockOptions['update'] {
  if (choice === undefined) return update;
  if (update === 'all') return { advisories: choice };
  throw new HewError({ code: 'usage', message: '--update takes packages or advisories', hint: 'leave the names behind --update out, or --advisory and --security' }, { exitCode: 2 });
}

const oneImage = (): HewError =>
  new HewError({ code: 'usage', message: '--export and --import take one image', hint: 'run `hew lock` once for each image' }, { exitCode: 2 });

interface Word {
  readonly type: 'arg' | 'flag';
  readonly input?: string | boolean;
  readonly flag?: string;
}

/** `IMAGE... --update PACKAGE...`: names after `--update` are packages. Throws `HewError` if no image comes before it. */
export function readWords(words: readonly Word[]): { readonly images: readonly string[]; readonly update: LockOptions['update'] } {
  const at = words.findIndex(({ type, flag }) => type === 'flag' && flag === 'update');
  const names = (some: readonly Word[]): readonly string[] => some.flatMap(({ type, input }) => (type === 'arg' ? [String(input)] : []));
  if (at === -1) return { images: names(words), update: false };
  const [images, packages] = [names(words.slice(0, at)), names(words.slice(at))];
  if (images.length > 0) return { images, update: packages.length === 0 ? 'all' : packages };
  throw new HewError(
    { code: 'usage', message: '--update comes before the image', hint: `write \`${inOrder(packages)}\`; names after --update are packages` },
    { exitCode: 2 },
  );
}
