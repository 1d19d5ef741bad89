import { lstat, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, makeOnce } from './paths.ts';
import { run } from './run.ts';

/** What the sample distribution is made with; Debian testing, as the packages themselves. */
const packages = [
  'rpm', 'createrepo-c', 'gpg', 'gpg-agent', 'gcc', 'libc6-dev', 'libc-bin', 'binutils', 'zstd', 'dpkg', 'tar', 'xz-utils', 'bash',
  'dash', 'coreutils', 'findutils', 'sed', 'grep', 'gzip', 'file',
] as const;

/** A folder of programs and a way to run them that shows them nothing else of this machine. */
export interface Tree {
  run(argv: readonly string[], view: View): Promise<string>;
}

export interface View {
  /** Folders that the program sees at the same place: read-only and writable. */
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  /** Folders that it sees, writable, at another place. */
  readonly place?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Makes the tree when it is not there yet. Needs mmdebstrap and bubblewrap on the machine. */
export async function openTree(cache: string, mirror: string): Promise<Tree> {
  const folder = join(cache, 'sample-tools', digestOf(packages.join(' ')).slice(0, 16));
  await makeOnce(folder, async (partial) => {
    await run('mmdebstrap', [
      `--mode=${process.getuid?.() === 0 ? 'root' : 'unshare'}`,
      '--variant=extract',
      '--quiet',
      // A mirror may hold a testing suite whose Release file is past its date; its signature is still checked.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      `--include=${packages.join(',')}`,
      'forky',
      partial,
      mirror,
    ]);
  });
  // Programs ask for the name of the machine that they run on: it is `localhost`, and answered without a network.
  const hosts = `${folder}.hosts`;
  await writeFile(hosts, '127.0.0.1 localhost\n');
  const binds = [...(await bindRoot(folder)), '--ro-bind', hosts, '/etc/hosts'];
  return {
    run: (argv, view) => run('bwrap', [...binds, ...sandbox(view), '--', ...argv], { input: view.input ?? '' }),
  };
}

/** The tree's programs on an empty root: its `/etc` holds names and resolvers of this machine, which stay out. */
async function bindRoot(folder: string): Promise<string[]> {
  const binds: string[] = ['--tmpfs', '/'];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if ((await lstat(path)).isSymbolicLink()) binds.push('--symlink', await readlink(path), `/${name}`);
    else if (name === 'usr') binds.push('--ro-bind', path, `/${name}`);
  }
  return binds;
}

const sandbox = ({ read = [], write = [], place = {}, env = {}, cwd = '/' }: View): string[] => [
  '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--dir', '/var/tmp', '--dir', '/run',
  '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--hostname', 'localhost',
  '--die-with-parent', '--new-session', '--clearenv',
  ...read.flatMap((path) => ['--ro-bind', path, path]),
  ...write.flatMap((path) => ['--bind', path, path]),
  ...Object.entries(place).flatMap(([from, to]) => ['--bind', from, to]),
  ...Object.entries({ PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C.UTF-8', HOME: '/tmp', ...env })
    .flatMap(([name, value]) => ['--setenv', name, value]),
  '--chdir', cwd,
];
