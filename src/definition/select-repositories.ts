import type { Place, Problem } from '../errors.ts';
import { didYouMean, listOf } from './nearest.ts';
import type { Definition, Distribution, Path, Repository } from './types.ts';

/** The repositories that an image may use, and why not the others of its distribution. */
export interface SelectedRepositories {
  readonly repositories: readonly Repository[];
  readonly unused: readonly { readonly id: string; readonly why: string }[];
  /** Name of the old state that they are of. */
  readonly snapshot?: string;
  readonly problems: readonly Problem[];
}

type Choice = Pick<Definition, 'channel' | 'enable-repositories' | 'snapshot'>;

/** Chooses a distribution's repositories by channel, by what a definition turns on, and by snapshot. Pure. */
export function selectRepositories(
  distribution: Distribution, choice: Choice, placeOf: (path: Path) => Place,
): SelectedRepositories {
  const problems = [...channelProblems(distribution, choice, placeOf), ...enableProblems(distribution, choice, placeOf)];
  const asked = choice.snapshot ?? distribution.snapshot;
  const snapshot = asked === undefined ? undefined : nameSnapshot(distribution, asked, placeOf(['snapshot']));
  if (snapshot !== undefined && 'code' in snapshot) return { repositories: [], unused: [], problems: [...problems, snapshot] };
  const judged = distribution.repositories.map((repository) => ({ repository, why: whyNot(repository, distribution, choice, snapshot?.name) }));
  return {
    repositories: judged.filter(({ why }) => why === undefined)
      .map(({ repository }) => withoutChoices(snapshot === undefined ? repository : atSnapshot(repository))),
    unused: judged.flatMap(({ repository: { id }, why }) => (why === undefined ? [] : [{ id, why }])),
    ...(snapshot === undefined ? {} : { snapshot: snapshot.name }),
    problems,
  };
}

function whyNot(repository: Repository, { channel: usual }: Distribution, choice: Choice, snapshot: string | undefined): string | undefined {
  const { id, channels, enabled } = repository;
  const channel = choice.channel ?? usual;
  if (channels !== undefined && channel !== undefined && !channels.includes(channel)) {
    return `It belongs to ${listOf(channels, 'and')}, and the channel is ${channel}.`;
  }
  if (enabled === false && !choice['enable-repositories'].includes(id)) return 'The distribution does not use it by itself; `enable-repositories` does.';
  if (snapshot !== undefined && !keepsStates(repository)) return `It keeps no old states, and ${snapshot} is asked for.`;
  return undefined;
}

const keepsStates = (repository: Repository): boolean =>
  repository['snapshot-baseurl'] !== undefined || repository['snapshot-mirrorlist'] !== undefined;

/** What only says whether it is chosen. */
const withoutChoices = ({
  enabled: _enabled, channels: _channels, 'snapshot-baseurl': _baseurl, 'snapshot-mirrorlist': _mirrorlist, ...repository
}: Repository): Repository => repository;

/** A metalink speaks of the newest state alone. */
const atSnapshot = ({ metalink: _metalink, mirrorlist: _mirrorlist, ...repository }: Repository): Repository => {
  const { 'snapshot-baseurl': baseurl, 'snapshot-mirrorlist': mirrorlist } = repository;
  return { ...repository, baseurl: baseurl === undefined ? [] : [baseurl], ...(mirrorlist === undefined ? {} : { mirrorlist }) };
};

/** The name of a state that was asked for by name or by day, or what is wrong with it. */
function nameSnapshot({ name, snapshots }: Distribution, asked: string, place: Place): { readonly name: string } | Problem {
  if (snapshots === undefined) {
    return { code: 'snapshot-not-offered', message: `${name} keeps no old states`, place, hint: 'leave `snapshot` out; a lock and `hew lock IMAGE --vendor DIR` keep a state too' };
  }
  const { pattern, example, 'from-date': fromDate } = snapshots;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(asked);
  const found = isDay && fromDate !== undefined ? fromDate.replaceAll('$date', asked.replaceAll('-', '')) : asked;
  if (new RegExp(`^(?:${pattern})$`).test(found)) return { name: found };
  const day = fromDate === undefined ? '' : ', or the day of one, such as "2026-10-01"';
  return { code: 'snapshot-name', message: `${name} has no state called \`${asked}\``, place, hint: `name one such as "${example}"${day}` };
}

function channelProblems(distribution: Distribution, { channel }: Choice, placeOf: (path: Path) => Place): readonly Problem[] {
  if (channel === undefined) return [];
  const known = [...new Set(distribution.repositories.flatMap(({ channels = [] }) => channels))];
  if (known.includes(channel)) return [];
  return [{
    code: 'channel-not-offered',
    message: `${distribution.name} has no channel \`${channel}\``,
    place: placeOf(['channel']),
    hint: known.length === 0 ? 'it has one alone: leave `channel` out' : `it has ${listOf(known, 'and')}`,
  }];
}

function enableProblems({ name, repositories }: Distribution, choice: Choice, placeOf: (path: Path) => Place): readonly Problem[] {
  const known = repositories.map(({ id }) => id);
  return choice['enable-repositories'].flatMap((id, index) => (known.includes(id) ? [] : [{
    code: 'repository-not-offered',
    message: `${name} has no repository \`${id}\``,
    place: placeOf(['enable-repositories', index]),
    hint: didYouMean(id, known) ?? `it has ${listOf(known, 'and')}`,
  }]));
}
