import { ToolError } from '../errors.ts';
import type { CpuModel, RootFiles } from '../host/port.ts';
import type { DnfPaths } from '../packages/dnf5/paths.ts';
import { writeDnfSettings, type DnfSession } from '../packages/dnf5/session.ts';
import { dnfEnvironment, dnfOptions, installFiles } from '../packages/dnf5/settings.ts';
import { explainInstallFailure } from '../packages/dnf5/errors.ts';
import type { FetchedPackages } from '../packages/dnf5/resolve.ts';
import { plainRepository } from '../packages/dnf5/transaction.ts';
import type { Plan, Target } from '../plan/types.ts';
import { removeMadeBootFiles, WITHOUT_KERNEL_INSTALL } from './kernel-install.ts';

/** A root with installed packages, not yet configured. */
export interface InstalledRoot {
  /** Absolute path. */
  readonly path: string;
  readonly target: Target;
  readonly packages: FetchedPackages;
}

/**
 * Arguments of the dnf5 call that installs a stored transaction. It has no repositories, so nothing else can be
 * installed; signatures were checked per repository before (packages/verify.ts).
 */
export const installArguments = (
  plan: Plan,
  root: string,
  folder: string,
  paths: DnfPaths,
  emulate?: CpuModel,
): string[] => [
  '--assumeyes',
  ...dnfOptions(plan, root, paths),
  // rpm itself is not emulated: it would refuse the labels of a level that this machine lacks.
  ...(emulate === undefined ? [] : ['--setopt=ignorearch=1']),
  '--setopt=reposdir=/nonexistent',
  '--setopt=gpgcheck=0',
  '--setopt=localpkg_gpgcheck=0',
  'replay',
  folder,
];

/** A root takes more than the sum of its files: directories, the database, what scriptlets write. */
const ROOT_OVERHEAD = 1.3;

/**
 * Mount points that scriptlets need. The filesystem package owns them, but rpm sets its modes on the mounts. These
 * modes are those of Fedora's package: https://src.fedoraproject.org/rpms/filesystem, %files.
 */
const MOUNT_POINTS: Readonly<Record<string, number>> = { proc: 0o555, dev: 0o755, run: 0o755, tmp: 0o1777 };

/** Nothing is fetched any longer: both caches are hidden, and dnf5 gets a tmpfs for what it always creates. */
const NO_CACHE = { cache: '/tmp/dnf5', hewCache: '/nonexistent' };

export interface Installation {
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly detail: (text: string) => void;
  readonly notice: (message: string) => void;
}

/**
 * Installs the locked packages into an empty root, with scriptlets, without network. If the target is emulated,
 * programs that scriptlets start run on that processor; dnf5 and rpm, and Lua scriptlets, do not.
 */
export async function installPackages(
  { host, plan, target }: DnfSession, packages: FetchedPackages, { epoch, detail, notice }: Installation,
): Promise<InstalledRoot> {
  const { emulate } = target;
  const pending = new Set(packages.lock.packages.map(({ name }) => name));
  const compressed = packages.lock.packages.reduce((sum, { size }) => sum + size, 0);
  // RPM payloads unpack to two to three times their size.
  const path = await host.makeWorkFolder(`root-${target.level}`, compressed * 3 * ROOT_OVERHEAD);
  const files = host.inside(path);
  for (const [name, mode] of Object.entries(MOUNT_POINTS)) {
    await files.makeFolder(name);
    await files.setMode(name, mode);
  }
  const settings = await host.makeWorkFolder('install-settings', 0);
  const paths = { settings, ...NO_CACHE };
  await writeDnfSettings(host, installFiles({ plan, target, paths }));
  try {
    await host.run(
      {
        tool: 'dnf5',
        args: installArguments(plan, path, packages.folder, paths, emulate),
        // rpm stores it as the time of installation, which would otherwise be the time of the build.
        env: { ...dnfEnvironment(paths), ...WITHOUT_KERNEL_INSTALL, SOURCE_DATE_EPOCH: String(epoch) },
        view: { installroot: path, read: [settings, packages.folder], ...(emulate === undefined ? {} : { emulate }) },
      },
      {
        onLine: (line) => {
          const shown = /Installing (\S+)/.exec(line)?.[1];
          for (const name of pending) if (shown !== undefined && isShown(shown, name)) pending.delete(name);
          progressOf(line, detail);
        },
        // Not ended after some time: what is too long depends on the package and the machine.
        onSilence: (seconds) => {
          const message = describeSilence(seconds, [...pending]);
          detail(message);
          notice(message);
        },
      },
    );
  } catch (error) {
    throw error instanceof ToolError ? explainInstallFailure(error) : error;
  }
  detail(`${packages.lock.packages.length} packages`);
  await nameRepositories(files);
  await removeMadeBootFiles(files);
  return { path, target, packages };
}

/** `[12/57] Installing bash-0:5.3-2.x86_64  100% | …` */
function progressOf(line: string, detail: (text: string) => void): void {
  const match = /^\[\s*(\d+)\/(\d+)\]\s+(Installing \S+|Verify|Prepare)/.exec(line);
  if (match !== null) detail(`${match[1]} of ${match[2]}: ${match[3]}`);
}

/** dnf5 prints a package when it is done with it, as NAME-EPOCH:VERSION, and cuts long names. */
const isShown = (shown: string, name: string): boolean => /^(.+)-\d+:/.exec(shown)?.[1] === name || (!shown.includes(':') && name.startsWith(shown));

export const describeSilence = (seconds: number, pending: readonly string[]): string => {
  const [shown, rest] = [pending.slice(0, 5), pending.length - 5];
  const where = pending.length === 0 ? 'in what runs after the last package' : `not done yet: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `the installation has said nothing for ${seconds} s; ${where}`;
};

/** Where libdnf5 stores the repository that each package came from. */
const ORIGINS = '/usr/lib/sysimage/libdnf5/nevras.toml';

/** dnf5 stores the stored transaction as the origin of each package; updates need the name of the repository. */
async function nameRepositories(files: RootFiles): Promise<void> {
  const [text, status] = await Promise.all([files.readText(ORIGINS, { follow: false }), files.status(ORIGINS)]);
  if (text === undefined || status === undefined) return;
  await files.write(ORIGINS, text.replaceAll(/@stored_transaction\([^)"]*\)/g, plainRepository), status);
}
