import type { Repository } from '../../definition/types.ts';
import { URL_ID } from '../apply/sources.ts';
import { command, section, type Exporting } from './writer.ts';

/** `url` for the first repository that has nothing which `url` cannot say, `repo` for the others. */
export const exportRepositories = ({ definition, options, omit }: Exporting): readonly string[] => {
  const repositories = options.repositories ?? definition.repositories.map(asRepository);
  const usable = repositories.filter(({ id, level }) => {
    if (level !== 'v1') omit(`repositories."${id}"`, `Anaconda does not choose by level, and this one is for ${level}`);
    return level === 'v1';
  });
  if (usable.length === 0) omit('repositories', 'there is none, and Anaconda needs an installation source');
  const plain = usable.filter(({ cost, includepkgs, excludepkgs }) => cost === 1000 && !includepkgs && !excludepkgs);
  // The name that `url` is given when it is read: no other repository may have it then.
  const main = plain.find(({ id }) => id === URL_ID) ?? plain[0];
  return usable.flatMap((repository) => {
    const { id, baseurl, mirrorlist, metalink, cost, includepkgs, excludepkgs } = repository;
    if (baseurl.length > 1) omit(`repositories."${id}".baseurl`, 'kickstart takes one URL; the first is written');
    if (repository.gpgkey.length > 0) omit(`repositories."${id}".gpgkey`, 'kickstart names no keys');
    const urls = { '--mirrorlist': mirrorlist, '--metalink': metalink };
    if (repository === main) return [command('url', [], { '--url': baseurl[0], ...urls })];
    const filters = {
      '--cost': cost === 1000 ? undefined : cost,
      '--includepkgs': includepkgs,
      '--excludepkgs': excludepkgs,
    };
    return [command('repo', [], { '--name': id, '--baseurl': baseurl[0], ...urls, ...filters })];
  });
};

type OwnRepository = Exporting['definition']['repositories'][number];

const asRepository = (own: OwnRepository): Repository => ({
  ...own,
  level: own.level ?? 'v1',
  baseurl: own.baseurl === undefined ? [] : [own.baseurl].flat(),
  gpgkey: own.gpgkey ?? [],
});

/** Module streams stand before %packages; a stream with a profile stands in it. */
export const exportModules = ({ definition: { packages } }: Exporting): readonly string[] =>
  packages.modules
    .filter((module) => !module.includes('/'))
    .map((module) => {
      const [name, stream] = module.split(':');
      return command('module', [], { '--name': name, '--stream': stream });
    });

export const exportPackages = ({ definition: { packages }, omit }: Exporting): string => {
  if (packages.local.length > 0) omit('packages.local', 'Anaconda installs from repositories only');
  if (packages.database !== 'rpmdb') omit('packages.database', 'Anaconda always leaves the RPM database');
  const header = command('%packages', [], {
    '--excludedocs': !packages.docs,
    '--inst-langs': packages.languages.includes('all') ? undefined : packages.languages.join(':'),
    '--exclude-weakdeps': !packages['weak-deps'],
    '--nocore': !packages.install.includes('@core'),
    '--ignoremissing': packages['ignore-missing'],
    '--multilib': packages.multilib,
  });
  const lines = [
    ...packages.install,
    ...packages.modules.filter((module) => module.includes('/')).map((module) => `@${module}`),
    ...packages.exclude.map((name) => `-${name}`),
  ];
  const usable = lines.filter((line) => {
    const isOneLine = !/[\r\n#]/.test(line);
    if (!isOneLine) omit('packages', `${JSON.stringify(line)} cannot stand in %packages`);
    return isOneLine;
  });
  return section(header, usable.map((line) => `${line}\n`).join(''));
};
