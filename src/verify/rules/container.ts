import { INTERESTS, type Interest } from '../gather/interest.ts';
import { filesOf } from '../read/files.ts';
import { judge, of, type Rule } from './rule.ts';

const CONTAINERS = 'https://github.com/microsoft/azurelinux (image definitions of Azure Linux 4.0)';

const without = (
  id: string,
  title: string,
  matches: readonly (Interest & { readonly only?: RegExp })[],
  remedy: string,
): Rule => ({
  id, severity: 'error', title, remedy, source: CONTAINERS,
  check: of('root', (root) => judge(matches.flatMap((row) => filesOf(root, row).filter(({ kind, path }) => kind !== 'directory' && row.only?.test(path) !== false))
    .map(({ path }) => path), 'none')),
});

/** A root that does not boot by itself must not have a kernel. */
export const NO_KERNEL_RULE = without('container.no-kernel', 'There is no kernel and no initrd',
  [INTERESTS.bootFiles, { ...INTERESTS.moduleFolders, only: /\/(?:vmlinu[xz]|initrd)$/ }],
  'Exclude the kernel\'s packages: the platform brings the kernel');

/** Rules against what only a machine needs. */
export const CONTAINER_RULES: readonly Rule[] = [
  {
    id: 'container.no-modules',
    severity: 'error',
    title: 'There are no kernel modules',
    check: of('root', ({ kernels }) => judge(kernels.filter(({ modules }) => modules.length > 0)
      .map(({ version, modules }) => `${modules.length} modules of ${version}`), 'none')),
    remedy: 'Exclude the packages of kernel modules',
    source: CONTAINERS,
  },
  without('container.no-package-cache', 'No cache of the package manager is left',
    [INTERESTS.packageCaches],
    'Run `dnf5 clean all` in the image; hew keeps the cache outside of it'),
  without('container.no-package-log', 'No log of the package manager is left',
    [{ ...INTERESTS.logs, only: /^\/var\/log\/(?:dnf|dnf5|hawkey|yum|tdnf)[^/]*\.log/ }],
    'Remove /var/log/dnf*.log and /var/log/hawkey.log'),
];
