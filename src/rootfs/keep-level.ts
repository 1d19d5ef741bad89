import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { hasLevelAbove } from '../isa/repositories.ts';
import type { DnfSession } from '../packages/dnf5/index.ts';
import { usedKeys } from '../packages/keys.ts';
import { expandVariables, repositoryVariables } from '../packages/repository-variables.ts';
import type { PlannedRepository } from '../plan/types.ts';
import { withoutCredentials } from '../redact.ts';
import type { InstalledRoot } from './install.ts';

const PACKAGE_MANAGERS = new Set(['dnf5', 'dnf', 'microdnf', 'tdnf']);

/** Whether an image with these packages can upgrade itself. */
export const upgradesItself = (packages: readonly { readonly name: string }[]): boolean =>
  packages.some(({ name }) => PACKAGE_MANAGERS.has(name));

/**
 * Lets an image that can upgrade itself stay at its level. Without this its own dnf5 finds "Nothing to do" and silently
 * installs no security fix: labelled packages and an own base architecture need the dnf variables, packages of a
 * repository of their own need that repository. A baseline image of labelled packages needs the variables as well: a
 * dnf5 that detects the level of its machine would make it an image of that level, package by package.
 */
export async function keepLevel(session: DnfSession, { path: root, packages }: InstalledRoot): Promise<void> {
  const { host, target } = session;
  if (!upgradesItself(packages.lock.packages)) return;
  const files = host.inside(root);
  for (const [name, value] of Object.entries(target.vars)) await files.write(`/etc/dnf/vars/${name}`, `${value}\n`);
  for (const repository of carriedRepositories(session, packages.lock.packages)) await carryRepository(session, root, repository);
}

/** The repositories that an image with these packages gets, with their addresses as this machine has them. */
export const carriedRepositories = (
  { plan, target }: Pick<DnfSession, 'plan' | 'target'>, packages: readonly { readonly name: string }[],
): readonly PlannedRepository[] =>
  upgradesItself(packages) ? target.repositories.filter(({ settings }) => hasLevelAbove(settings, plan.distribution.baseline)) : [];

/** Variables that the image's own dnf5 sets: they stay, so that an upgrade to another release finds its repositories. */
const KNOWN_IN_IMAGE = ['arch', 'basearch', 'releasever', 'releasever_major', 'releasever_minor'];

async function carryRepository({ host, plan, target, paths, keys }: DnfSession, root: string, repository: PlannedRepository): Promise<void> {
  const { settings, cost } = repository;
  if (await isKnown(host, root, settings.id)) return;
  const files = [];
  for (const [index, source] of usedKeys(keys, settings.id).entries()) {
    const path = `/etc/pki/rpm-gpg/RPM-GPG-KEY-${settings.id}${index === 0 ? '' : `-${index + 1}`}`;
    await host.inside(root).write(path, await host.fs.readBytes(source));
    files.push(`file://${path}`);
  }
  const variables = Object.fromEntries(
    Object.entries(repositoryVariables(plan, target, paths.hewCache)).filter(([name]) => !KNOWN_IN_IMAGE.includes(name)));
  // Everybody can read an image, so URLs have no passwords; the operator of the image adds them.
  const expand = (url: string): string => withoutCredentials(expandVariables(url, variables));
  const lines = [
    `# ${plan.distribution.name}: packages for x86-64-${settings.level}, which this image was built with.`,
    `[${settings.id}]`,
    `name=${settings.name ?? settings.id}`,
    ...(settings.baseurl.length === 0 ? [] : [`baseurl=${settings.baseurl.map(expand).join(' ')}`]),
    ...(settings.metalink === undefined ? [] : [`metalink=${expand(settings.metalink)}`]),
    ...(settings.mirrorlist === undefined ? [] : [`mirrorlist=${expand(settings.mirrorlist)}`]),
    'enabled=1',
    `gpgcheck=${settings.gpgcheck ? 1 : 0}`,
    `repo_gpgcheck=${settings.repo_gpgcheck ? 1 : 0}`,
    ...(files.length === 0 ? [] : [`gpgkey=${files.join(' ')}`]),
    // Lower than the default of 1000 of the image's other repositories, so that these win between equal versions.
    `cost=${Math.min(cost, 900)}`,
    '',
  ];
  await host.inside(root).write(`/etc/yum.repos.d/${settings.id}.repo`, lines.join('\n'));
}

const REPOSITORIES = '/etc/yum.repos.d';

/** Whether a repository file of the image's own packages already has that repository. */
async function isKnown(host: Host, root: string, id: string): Promise<boolean> {
  const files = host.inside(root);
  for (const name of await files.list(REPOSITORIES)) {
    const text = name.endsWith('.repo') ? await files.readText(posix.join(REPOSITORIES, name)) : undefined;
    if (text?.split('\n').includes(`[${id}]`)) return true;
  }
  return false;
}
