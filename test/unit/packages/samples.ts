import fc from 'fast-check';

import { sortLock, type LockFile, type LockFilePackage } from '../../../src/packages/lock-file.ts';
import type { FetchedPackage, PackageChecksum } from '../../../src/packages/lock.ts';
import { requestDigest, sortRequest, type LockRequest, type TargetName } from '../../../src/packages/lock-request.ts';
import type { Plan, Target } from '../../../src/plan/types.ts';

export const sha = (digit: string): string => digit.repeat(64);

export const makeTarget = (level: Target['level'], ids: readonly string[] = ['base']): Target => ({
  arch: 'x86_64',
  level,
  fromHost: false,
  repositories: ids.map((id) => ({
    settings: {
      id,
      baseurl: [`https://user:secret@packages.example/${id}/$basearch`],
      gpgkey: ['/keys/a.asc'],
      gpgcheck: true,
      repo_gpgcheck: true,
      level: 'v1',
      cost: 1000,
    },
    why: 'the level allows it',
    cost: 1000,
  })),
  refused: [],
  vars: {},
  fallBack: false,
});

/** A plan of which only what decides about packages is filled in. */
export const makePlan = (
  packages: Partial<Plan['packages']> = {},
  targets: readonly Target[] = [makeTarget('baseline')],
): Plan =>
  ({
    image: { name: 'web', version: '1', file: '/home/someone/images/web.toml' },
    distribution: { id: 'azurelinux', name: 'Azure Linux', releasever: '4.0', dbpath: '/usr/lib/sysimage/rpm', packageManager: 'dnf5', vars: {} },
    targets,
    packages: {
      install: ['bash'],
      exclude: [],
      removeAfterInstall: [],
      local: [],
      localKeys: [],
      modules: [],
      weakDependencies: false,
      docs: false,
      languages: undefined,
      multilib: false,
      ignoreMissing: false,
      database: 'keep',
      ...packages,
    },
    configuration: {},
    outputs: [],
    steps: [],
    deviations: [],
    digest: 'sha256:0',
  }) as unknown as Plan;

export const lockedPackage = (name: string, evr: string, more: Partial<LockFilePackage> = {}): LockFilePackage => ({
  name,
  evr,
  arch: 'x86_64',
  repository: 'base',
  reason: 'dependency',
  checksum: `sha256:${sha('a')}`,
  size: 1000,
  targets: ['x86_64-baseline'],
  ...more,
});

/** The same, at hand in a stored transaction. */
export const fetchedPackage = (name: string, evr: string): FetchedPackage => ({ ...lockedPackage(name, evr), sha256: sha('a'), file: `${name}.rpm` });

const hex = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789abcdef'.split('')), { minLength: length, maxLength: length }).map((digits) => digits.join(''));
const word = fc.stringMatching(/^[a-z][a-z0-9+._]{0,12}$/);
const version = fc.stringMatching(/^[0-9][0-9a-z.~^+_]{0,8}$/);
/** Text that YAML has to quote now and then. */
const awkward = fc.oneof(word, fc.constantFrom('4.0', 'no', 'null', '~', '*-doc', '@core', '1e3', '0x10', '# x', 'a: b', 'ünï', '- x', '"', "'"));
const evr = fc.tuple(fc.integer({ min: 0, max: 3 }), version, version).map(([epoch, v, r]) => `${epoch === 0 ? '' : `${epoch}:`}${v}-${r}`);
const texts = fc.array(awkward, { maxLength: 4 });
const vars = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), awkward, { maxKeys: 3 });

const targetNames = fc.uniqueArray(
  fc.constantFrom<TargetName>('x86_64-baseline', 'x86_64-v2', 'x86_64-v3', 'x86_64-v4', 'aarch64-baseline'),
  { minLength: 1, maxLength: 3 },
);

const arbitraryRequest = (names: readonly TargetName[]): fc.Arbitrary<LockRequest> =>
  fc.record({
    distribution: awkward,
    releasever: awkward,
    vars,
    install: texts,
    exclude: texts,
    local: texts,
    modules: texts,
    weakDependencies: fc.boolean(),
    multilib: fc.boolean(),
    ignoreMissing: fc.boolean(),
    repositories: fc.uniqueArray(
      fc.record(
        {
          id: word,
          baseurl: fc.array(fc.webUrl(), { maxLength: 3 }),
          metalink: fc.webUrl(),
          mirrorlist: fc.webUrl(),
          includepkgs: texts,
          excludepkgs: texts,
        },
        { requiredKeys: ['id', 'baseurl'] },
      ),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    targets: fc.constant(names.map((name) => ({ name, vars: {}, costs: { base: 1000 } }))),
  });

/** Any lock file that hew could write, in the one form of equal locks. */
export const arbitraryLock: fc.Arbitrary<LockFile> = targetNames.chain((names) =>
  fc
    .record({
      request: arbitraryRequest(names),
      packages: fc.uniqueArray(
        fc.record(
          {
            name: word,
            evr,
            arch: fc.constantFrom('x86_64', 'x86_64_v3', 'noarch', 'aarch64'),
            repository: fc.constant('@commandline'),
            reason: fc.constantFrom<LockFilePackage['reason']>('asked', 'dependency', 'weak dependency', 'group'),
            checksum: fc.oneof(hex(64).map((digits): PackageChecksum => `sha256:${digits}`), hex(128).map((digits): PackageChecksum => `sha512:${digits}`)),
            size: fc.integer({ min: 1 }),
            location: fc.stringMatching(/^[a-zA-Z][a-z0-9-]{0,5}\/[a-z0-9-]{1,9}\.rpm$/),
            sourceRpm: fc.tuple(word, version, version).map(([n, v, r]) => `${n}-${v}-${r}.src.rpm`),
            targets: fc.subarray([...names], { minLength: 1 }),
          },
          { requiredKeys: ['name', 'evr', 'arch', 'repository', 'reason', 'checksum', 'size', 'targets'] },
        ),
        { selector: ({ name, evr, arch }) => `${name} ${evr} ${arch}`, maxLength: 12 },
      ),
    })
    .map(({ request, packages }) => {
      const sorted = sortRequest(request);
      const keys = new Map(sorted.repositories.slice(1).map(({ id }, index): [string, readonly string[]] => [id, [sha(String(index)).slice(24)]]));
      return sortLock({ request: sorted, definition: requestDigest(sorted), keys, packages });
    }),
);
