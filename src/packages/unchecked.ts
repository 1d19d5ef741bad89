import type { Target } from '../plan/types.ts';

/** A signature check that a repository turned off. */
export interface UncheckedRepository {
  readonly repository: string;
  /** `gpgcheck`: of its packages. `repo_gpgcheck`: of its metadata. */
  readonly check: 'gpgcheck' | 'repo_gpgcheck';
  readonly reason: string;
}

/** What is not checked of the repositories that targets take packages from, each once. */
export function uncheckedRepositories(targets: readonly Pick<Target, 'repositories'>[]): readonly UncheckedRepository[] {
  const settings = new Map(targets.flatMap(({ repositories }) => repositories.map((row) => [row.settings.id, row.settings])));
  return [...settings.values()].flatMap(({ id, reason = 'no reason given', ...row }) =>
    (['gpgcheck', 'repo_gpgcheck'] as const).filter((check) => !row[check]).map((check) => ({ repository: id, check, reason })));
}

const SUBJECTS = { gpgcheck: 'signatures of packages are', repo_gpgcheck: 'the signature of the metadata is' } as const;

/** As every build reports it. */
export const describeUnchecked = ({ repository, check, reason }: UncheckedRepository): string =>
  `repository ${repository}: ${SUBJECTS[check]} not checked (${check} = false): ${reason}`;
