import type { Problem } from '../../errors.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import type { RepositorySettings } from '../schema/repository.ts';
import type { Path } from '../types.ts';
import { repeatsOf } from './repeats.ts';
import type { DefinitionFault, PlaceLookup } from './rule.ts';

/** Problems of a list of repositories, of a definition or of a distribution. */
export const repositoryProblems = (
  repositories: readonly RepositorySettings[], at: Path, { placeOf }: PlaceLookup,
): readonly Problem[] => {
  const repeats = repeatsOf(repositories, ({ id }) => id);
  return CHECKS.flatMap(([code, check]) =>
    repositories.flatMap((repository, index) => check(repository, repeats.has(index)).map((finding) => ({
      code, message: finding.message, hint: finding.hint, place: placeOf([...at, index, ...finding.path]),
    }))));
};

/** `isRepeat`: whether an earlier repository has the same id. */
type Check = (repository: RepositorySettings, isRepeat: boolean) => readonly DefinitionFault[];

const SOURCES = ['baseurl', 'metalink', 'mirrorlist'] as const;

const CHECKS: readonly (readonly [ErrorCode, Check])[] = [
  ['repository-source', (repository) => {
    const given = SOURCES.filter((key) => repository[key] !== undefined);
    if (given.length === 1) return [];
    const message = given.length === 0 ? 'has no URL' : `has ${given.map((key) => `\`${key}\``).join(' and ')}`;
    return [{ path: given.length === 0 ? [] : [given[1] ?? ''],
      message: `repository \`${repository.id}\` ${message}`,
      hint: 'give one of `baseurl`, `metalink` or `mirrorlist`' }];
  }],

  ['repository-url', (repository) => SOURCES.flatMap((key) => [repository[key] ?? []].flat()
    .filter((url) => !/^(?:https?|file|ftp):\/\/\S+$/.test(url) && !/^\$\w+/.test(url))
    .map((url) => ({ path: [key],
      message: `\`${url}\` is not a URL`,
      hint: 'write it with https://, http:// or file:///' })))],

  ['client-certificate', (repository) => (['sslclientcert', 'sslclientkey'] as const)
    .filter((key) => repository[key] === undefined && (repository.sslclientcert ?? repository.sslclientkey) !== undefined)
    .map((key) => ({ path: [],
      message: `repository \`${repository.id}\` has no \`${key}\``,
      hint: 'a client certificate needs its key: give both `sslclientcert` and `sslclientkey`' }))],

  ['repository-id', ({ id }) => (id !== 'main' ? [] : [{
    path: ['id'],
    message: 'a repository cannot be called `main`: dnf5 reads that section as its own settings',
    hint: 'give it another id',
  }])],

  ['repository-twice', ({ id }, isRepeat) => (!isRepeat ? []
    : [{ path: ['id'], message: `there are two repositories \`${id}\``, hint: 'give each its own id' }])],

  ['signature-check-off', (repository) => (['gpgcheck', 'repo_gpgcheck'] as const)
    .filter((key) => !repository[key] && repository.reason === undefined)
    .map((key) => ({
      path: [key],
      message: `repository \`${repository.id}\` turns \`${key}\` off without a reason`,
      hint: `add \`reason = "…"\`: every build prints it; or leave \`${key}\` out and name the key in \`gpgkey\``,
    }))],

  ['key-missing', (repository) => {
    const isChecked = repository.gpgcheck || repository.repo_gpgcheck;
    if (!isChecked || (repository.gpgkey ?? []).length > 0) return [];
    return [{ path: [],
      message: `repository \`${repository.id}\` is checked against no key`,
      hint: 'name its public key in `gpgkey`' }];
  }],

  ['key-insecure', (repository) => (repository.gpgkey ?? []).flatMap((key, index) =>
    (/^(?:http|ftp):\/\//.test(key) && repository.fingerprints === undefined
      ? [{ path: ['gpgkey', index],
        message: `key \`${key}\` is fetched without encryption`,
        hint: 'use https, or pin it with `fingerprints`' }] : []))],
];
