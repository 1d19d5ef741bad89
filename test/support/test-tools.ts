import { execa } from 'execa';

import { hostPaths } from '../../src/host/paths.ts';
import { isTreeMade, treePackages, treePath } from '../../src/host/tools-tree.ts';

/** Debian packages of the programs that tests look at images with, and make packages with. */
export const TEST_TOOLS = treePackages([
  // What others use to read and unpack images.
  'skopeo', 'umoci', 'jq', 'tar', 'zstd', 'gzip',
  // What is in a root: packages, capabilities, extended attributes, certificates.
  'rpm', 'libcap2-bin', 'attr', 'openssl',
  // Packages and repositories made in a test.
  'createrepo-c', 'gpg', 'gpg-agent',
  // The SPDX project's own validator.
  'python3-spdx-tools',
]);

const treeOf = (packages: readonly string[]): string => {
  const path = treePath(hostPaths().cache, packages);
  if (!isTreeMade(path)) throw new Error('the tools that tests need are not there: run bin/test, or `node test/support/tools.ts`');
  return path;
};

export interface TestToolOptions {
  /** Folders that the program sees at the same place. */
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  /** Folders at another place: source by place. */
  readonly place?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Debian packages of the tree that it comes from. */
  readonly packages?: readonly string[];
}

/** Runs a program of the test tools tree, apart from the host and without network. Returns what it prints; throws when it fails. */
export async function runTestTool(argv: readonly string[], options: TestToolOptions = {}): Promise<string> {
  const { read = [], write = [], place = {}, env = {}, input = '', packages = TEST_TOOLS } = options;
  const root = treeOf(packages);
  const { stdout } = await execa('bwrap', [
    '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--die-with-parent', '--new-session', '--clearenv',
    '--ro-bind', `${root}/usr`, '/usr',
    ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    '--ro-bind', `${root}/etc`, '/etc',
    '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/var', '--dir', '/var/tmp', '--tmpfs', '/run',
    ...read.flatMap((path) => ['--ro-bind', path, path]),
    ...write.flatMap((path) => ['--bind', path, path]),
    ...Object.entries(place).flatMap(([at, from]) => ['--bind', from, at]),
    ...Object.entries({ PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C.UTF-8', HOME: '/tmp', ...env })
      .flatMap(([name, value]) => ['--setenv', name, value]),
    '--', ...argv,
  ], { input, maxBuffer: 512 * 1024 * 1024 });
  return stdout;
}
