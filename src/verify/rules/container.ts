import type { FileFact } from '../facts.ts';
import { judge, of, type Platform, type Rule } from './rule.ts';

const ROOTS: readonly Platform[] = ['oci', 'wsl'];
const CONTAINERS = 'https://github.com/microsoft/azurelinux (image definitions of Azure Linux 4.0)';

const without = (
  id: string,
  platforms: readonly Platform[],
  title: string,
  matches: (file: FileFact) => boolean,
  remedy: string,
): Rule => ({
  id, platforms, severity: 'error', title, remedy, source: CONTAINERS,
  check: of('root', ({ files }) => judge(files.filter((file) => file.kind !== 'directory' && matches(file)).map(({ path }) => path), 'none')),
});

/** What a root that does not boot by itself must not carry. */
export const CONTAINER_RULES: readonly Rule[] = [
  without('container.no-kernel', ROOTS, 'There is no kernel and no initrd',
    ({ path }) => /^\/boot\/(?:vmlinu[xz]|initr|initramfs)/.test(path) || /\/lib\/modules\/[^/]+\/(?:vmlinu[xz]|initrd)$/.test(path),
    'Exclude the kernel\'s packages: the platform brings the kernel'),
  {
    id: 'container.no-modules',
    platforms: ['oci'],
    severity: 'error',
    title: 'There are no kernel modules',
    check: of('root', ({ kernels }) => judge(kernels.filter(({ modules }) => modules.length > 0)
      .map(({ version, modules }) => `${modules.length} modules of ${version}`), 'none')),
    remedy: 'Exclude the packages of kernel modules',
    source: CONTAINERS,
  },
  without('container.no-package-cache', ['oci'], 'No cache of the package manager is left',
    ({ path }) => /^\/var\/cache\/(?:dnf|libdnf5|yum|tdnf|PackageKit)\//.test(path),
    'Run `dnf5 clean all` in the image; hew keeps the cache outside of it'),
  without('container.no-package-log', ['oci'], 'No log of the package manager is left',
    ({ path }) => /^\/var\/log\/(?:dnf|dnf5|hawkey|yum|tdnf)[^/]*\.log/.test(path),
    'Remove /var/log/dnf*.log and /var/log/hawkey.log'),
];
