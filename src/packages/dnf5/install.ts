import { ToolError } from '../../errors.ts';
import type { CpuModel, RootFiles } from '../../host/port.ts';
import type { Plan } from '../../plan/types.ts';
import { explainInstallFailure } from './errors.ts';
import type { DnfPaths } from './paths.ts';
import type { FetchedPackages } from './resolve.ts';
import { writeDnfSettings, type DnfSession } from './session.ts';
import { dnfEnvironment, dnfOptions, installFiles } from './settings.ts';
import { plainRepository } from './transaction.ts';

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

/** Nothing is fetched any longer: both caches are hidden, and dnf5 gets a tmpfs for what it always creates. */
const NO_CACHE = { cache: '/tmp/dnf5', hewCache: '/nonexistent' };

export interface Installation {
  /** Absolute path of the root. */
  readonly root: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** For scriptlets. */
  readonly env: Readonly<Record<string, string>>;
  readonly detail: (text: string) => void;
  readonly notice: (message: string) => void;
}

/**
 * Installs fetched packages, with scriptlets, without network and without the settings of the session that may hold
 * passwords. If the target is emulated, programs that scriptlets start run on that processor; dnf5 and rpm, and Lua
 * scriptlets, do not. Throws `ToolError` that names the scriptlet or file that stopped it.
 */
export async function installTransaction(
  { host, plan, target }: DnfSession, packages: FetchedPackages, { root, epoch, env, detail, notice }: Installation,
): Promise<void> {
  const { emulate } = target;
  const pending = new Set(packages.lock.packages.map(({ name }) => name));
  const settings = await host.makeWorkFolder('install-settings', 0);
  const paths = { settings, ...NO_CACHE };
  await writeDnfSettings(host, installFiles({ plan, target, paths }));
  try {
    await host.run(
      {
        tool: 'dnf5',
        args: installArguments(plan, root, packages.folder, paths, emulate),
        // rpm stores it as the time of installation, which would otherwise be the time of the build.
        env: { ...dnfEnvironment(paths), ...env, SOURCE_DATE_EPOCH: String(epoch) },
        view: { installroot: root, read: [settings, packages.folder], ...(emulate === undefined ? {} : { emulate }) },
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
  await nameRepositories(host.inside(root));
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
