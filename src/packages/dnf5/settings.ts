import { posix } from 'node:path';

import type { RepositoryExcludes } from '../../isa/lag.ts';
import type { PackageRequest, Plan, PlannedRepository, Target } from '../../plan/types.ts';
import type { DnfPaths } from './paths.ts';
import { CERTIFICATE_KEYS, certificatePlace } from '../certificates.ts';
import { usedKeys, type RepositoryKeys } from '../keys.ts';
import { formatNevra } from '../nevra.ts';
import { expandVariables, repositoryVariables, type RepositoryVariables } from '../repository-variables.ts';

/** What dnf5's settings are made of. */
export interface DnfSettings {
  readonly plan: Plan;
  readonly target: Target;
  readonly paths: DnfPaths;
  readonly keys: RepositoryKeys;
}

/** Which packages of the repositories dnf5 may see; all of them where nothing is said. */
export interface VisiblePackages {
  readonly hidden?: readonly RepositoryExcludes[];
  /** The only builds that exist as far as dnf5 knows, by repository: those of a lock. */
  readonly only?: readonly { readonly repository: string; readonly name: string; readonly evr: string; readonly arch: string }[] | undefined;
  /** False: an older build of a requested package may be installed if the newest one does not fit. */
  readonly best?: boolean;
  /** Whether every file of every package can be required, and not only those that most packages ask for. */
  readonly filelists?: boolean;
}

/**
 * The whole configuration of dnf5 and rpm, as files by absolute path. Nothing of the host's is read beside it: see
 * `dnfOptions`. Keys and defaults: https://dnf5.readthedocs.io/en/latest/dnf5.conf.5.html
 */
export function dnfFiles(
  { plan, target, paths, keys }: DnfSettings, { hidden = [], only, best = true, filelists = false }: VisiblePackages = {},
): ReadonlyMap<string, string> {
  const variables = repositoryVariables(plan, target, paths.hewCache);
  const inSettings = (name: string): string => posix.join(paths.settings, name);
  return new Map([
    [inSettings('dnf.conf'), mainSection(plan.packages, { best, filelists })],
    [
      inSettings('repos.d/hew.repo'),
      target.repositories
        .map((row) => {
          const { id } = row.settings;
          const packages = hidden.filter(({ repoid }) => repoid === id).flatMap((entry) => entry.packages);
          const known = only?.filter(({ repository }) => repository === id).map(formatNevra);
          return repositorySection(row, usedKeys(keys, id), { hidden: packages, known }, variables);
        })
        .join('\n'),
    ],
    [inSettings('.config/rpm/macros'), rpmMacros(plan)],
    // Always the architecture as well: dnf5 would take that of the machine that it runs on.
    ...Object.entries(variables).filter(([name]) => !name.startsWith('releasever') && name !== 'cachedir').map(
      ([name, value]): [string, string] => [inSettings(`vars/${name}`), `${value}\n`],
    ),
  ]);
}

/**
 * Those settings that installing takes once everything is fetched. What runs in packages may read them: left out are
 * repositories, and variables that stand in their addresses, since both may hold passwords.
 */
export const installFiles = (settings: Omit<DnfSettings, 'keys'>): ReadonlyMap<string, string> =>
  new Map([...dnfFiles({ ...settings, keys: new Map() })].filter(([path]) => OF_INSTALLING.includes(posix.relative(settings.paths.settings, path))));

const OF_INSTALLING: readonly string[] = ['dnf.conf', '.config/rpm/macros', 'vars/arch', 'vars/basearch'];

/** Options of every dnf5 call: an installroot, and each place that settings could come from named by hew. */
export const dnfOptions = (plan: Plan, installroot: string, paths: DnfPaths): string[] => [
  `--config=${paths.settings}/dnf.conf`,
  `--installroot=${installroot}`,
  '--use-host-config',
  `--releasever=${plan.distribution.releasever}`,
  `--setopt=reposdir=${paths.settings}/repos.d`,
  `--setopt=varsdir=${paths.settings}/vars`,
  `--setopt=cachedir=${paths.cache}`,
  '--setopt=logdir=/tmp',
  '--setopt=pluginconfpath=/nonexistent',
];

/** HOME is where rpm looks for a person's macros: hew's own take their place. */
export const dnfEnvironment = (paths: DnfPaths): Record<string, string> => ({
  HOME: paths.settings,
  XDG_CONFIG_HOME: `${paths.settings}/.config`,
});

/** Folders and files of this machine that the repositories name by path: those that the sandbox has to show. */
export function localPaths({ plan, target, paths }: Pick<DnfSettings, 'plan' | 'target' | 'paths'>): readonly string[] {
  const variables = repositoryVariables(plan, target, paths.hewCache);
  const local = target.repositories
    .flatMap(({ settings }) => [...settings.baseurl, settings.metalink ?? '', settings.mirrorlist ?? ''])
    .map((url) => expandVariables(url, variables).replace(/^file:\/\//, ''))
    .filter((url) => url.startsWith('/'));
  return [...new Set(local)].sort();
}

const mainSection = (packages: PackageRequest, { best, filelists }: { readonly best: boolean; readonly filelists: boolean }): string => {
  // Groups are kept out where environments are taken apart.
  const excluded = packages.exclude.filter((spec) => !spec.startsWith('@'));
  return section('main', {
    plugins: '0',
    best: best ? '1' : '0',
    // A repository that is down must fail the build, not thin the image out.
    skip_if_unavailable: '0',
    metadata_expire: '0',
    keepcache: '1',
    gpgcheck: '1',
    localpkg_gpgcheck: '1',
    install_weak_deps: packages.weakDependencies ? '1' : '0',
    multilib_policy: packages.multilib ? 'all' : 'best',
    ...(packages.docs ? {} : { tsflags: 'nodocs' }),
    ...(excluded.length === 0 ? {} : { excludepkgs: excluded.join(',') }),
    max_parallel_downloads: '8',
    // Seconds without data; dnf5 tries four times before it gives a server up.
    timeout: '10',
    zchunk: '0',
    ...(filelists ? { optional_metadata_types: 'comps,updateinfo,filelists' } : {}),
  });
};

const repositorySection = (
  { settings, cost }: PlannedRepository,
  keys: readonly string[],
  { hidden, known }: { readonly hidden: readonly string[]; readonly known: readonly string[] | undefined },
  variables: RepositoryVariables,
): string => {
  const excluded = [...(settings.excludepkgs ?? []), ...hidden];
  // A repository that the lock takes nothing from must not offer everything: an empty list would mean that.
  const included = known === undefined ? settings.includepkgs : known.length === 0 ? ['hew-locked-nothing'] : known;
  const { baseurl, metalink, mirrorlist } = settings;
  const expand = (url: string): string => expandVariables(url, variables);
  return section(settings.id, {
    name: settings.name ?? settings.id,
    ...(baseurl.length === 0 ? {} : { baseurl: baseurl.map(expand).join(' ') }),
    ...(metalink === undefined ? {} : { metalink: expand(metalink) }),
    ...(mirrorlist === undefined ? {} : { mirrorlist: expand(mirrorlist) }),
    gpgcheck: settings.gpgcheck ? '1' : '0',
    repo_gpgcheck: settings.repo_gpgcheck ? '1' : '0',
    ...(keys.length === 0 ? {} : { gpgkey: keys.map((file) => `file://${file}`).join(' ') }),
    ...Object.fromEntries(CERTIFICATE_KEYS.filter((key) => settings[key] !== undefined).map((key) => [key, certificatePlace(settings.id, key)])),
    cost: String(cost),
    // Packages of modules are chosen by hew: see modules.ts.
    module_hotfixes: '1',
    ...(included === undefined ? {} : { includepkgs: included.join(',') }),
    ...(excluded.length === 0 ? {} : { excludepkgs: excluded.join(',') }),
  });
};

/** https://rpm.org/docs/latest/manual/macros — names with one underscore are rpm's own. */
const rpmMacros = ({ distribution, packages }: Plan): string =>
  [
    `%_dbpath ${distribution.dbpath}`,
    ...(packages.languages === undefined ? [] : [`%_install_langs ${packages.languages.join(':')}`]),
    // Signatures and digests were checked file by file a moment ago (verify.ts), from the same folder, which nothing
    // but hew can write; rpm's own pass would be the second one.
    '%_pkgverify_level none',
    // What Fedora's rpm makes the accounts of packages with; Debian's calls groupadd, which knows no sysusers.d(5).
    '%__systemd_sysusers /usr/bin/systemd-sysusers',
    // It gives each scriptlet namespaces of its own, for which the sandbox leaves no right: all would end with 126.
    '%__transaction_unshare %{nil}',
    // Mounted read-only while packages are installed, so that their owner and mode cannot be set: install.ts makes the folders.
    '%_netsharedpath /proc:/dev',
    '',
  ].join('\n');

const section = (name: string, values: Readonly<Record<string, string>>): string =>
  [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ''].join('\n');
