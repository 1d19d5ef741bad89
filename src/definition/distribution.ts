import type { z } from 'zod';
import { DefinitionError, type Place, type Problem } from '../errors.ts';
import { checksOff } from './deviations.ts';
import { checkShape } from './issues.ts';
import { distributionJsonSchema } from './json-schema.ts';
import { parseFile } from './parse.ts';
import { without } from './plain.ts';
import { byPlace } from './problems.ts';
import { repositoryProblems } from './rules/repositories.ts';
import { distributionSchema } from './schema/distribution.ts';
import type { RepositorySettings } from './schema/repository.ts';
import type { Architecture } from '../isa/rows.ts';
import { findSource, folderOf, readSource, resolvePath, shownPath, type SourceReader } from './source.ts';
import { nearestTree, plainOf, treeOf } from './tree.ts';
import type { Deviation, Distribution, LevelModel, Path, Repository } from './types.ts';

/** Loads a distribution by name or path. Throws one `DefinitionError` with every problem in it. */
export const loadDistribution = async (source: SourceReader, nameOrPath: string): Promise<Distribution> => {
  const read = await readDistribution(source, nameOrPath, source.cwd, undefined);
  if (read.distribution === undefined) throw new DefinitionError(byPlace(read.problems));
  return read.distribution;
};

export interface ReadDistribution {
  /** Undefined when there are problems. */
  readonly distribution?: Distribution;
  /** Signature checks that its repositories turn off. */
  readonly deviations?: readonly Deviation[];
  readonly problems: readonly Problem[];
}

/** The same, with problems as values. `folder` is the base of a relative path, `from` the place that names it. */
export const readDistribution = async (
  source: SourceReader, nameOrPath: string, folder: string, from: Place | undefined,
): Promise<ReadDistribution> => {
  const placed = (problem: Omit<Problem, 'place'>): ReadDistribution =>
    ({ problems: [from === undefined ? problem : { ...problem, place: from }] });
  const found = await findSource(source, 'distribution', nameOrPath, folder);
  if ('problem' in found) return placed(found.problem);
  const read = await readSource(source, found.file);
  if ('problem' in read) return placed(read.problem);
  const shown = shownPath(source, found.file);
  const parsed = parseFile(read.text, shown);
  if (parsed.value === undefined) return { problems: parsed.problems };
  const tree = treeOf(parsed.value, parsed.positions, shown);
  const shape = checkShape(distributionSchema, distributionJsonSchema, tree);
  const result = distributionSchema.safeParse(plainOf(shape.valid));
  if (!result.success) return { problems: shape.problems };
  const placeOf = (path: Path): Place => nearestTree(shape.valid, path).place;
  const problems = [
    ...shape.problems,
    ...repositoryProblems(result.data.repositories, ['repositories'], { placeOf }),
    ...modelProblems(result.data, placeOf),
  ];
  if (problems.length > 0) return { problems };
  const resolved = result.data.repositories.map((repository) => resolveRepository(repository, folderOf(found.file), result.data));
  return {
    distribution: {
      ...without(result.data, '$schema', 'repositories', 'package-arch-labels'),
      'level-model': levelModel(result.data), key: nameOrPath, file: found.file, repositories: resolved,
    },
    deviations: checksOff(result.data.repositories, placeOf),
    problems,
  };
};

type DistributionSettings = z.output<typeof distributionSchema>;

/** `package-arch-labels = true` is the older word for one of the models. */
const levelModel = ({ 'level-model': model, 'package-arch-labels': labels }: DistributionSettings): LevelModel =>
  model ?? (labels ? 'labelled' : 'repositories');

const modelProblems = (
  { 'level-model': model, 'package-arch-labels': labels }: DistributionSettings, placeOf: (path: Path) => Place,
): readonly Problem[] => (model === undefined || model === 'labelled' || !labels ? [] : [{
  code: 'level-model-twice',
  message: `\`package-arch-labels = true\` means \`level-model = "labelled"\`, and \`level-model\` is \`${model}\``,
  place: placeOf(['package-arch-labels']),
  hint: 'leave `package-arch-labels` out',
}]);

/** A repository with its keys found, which are relative to the file that names them, and with its level. */
export const resolveRepository = (
  repository: RepositorySettings, folder: string, { baseline }: Pick<Distribution, 'baseline'>,
): Repository => ({
  ...repository,
  level: repository.level ?? baseline,
  baseurl: typeof repository.baseurl === 'string' ? [repository.baseurl] : repository.baseurl ?? [],
  gpgkey: (repository.gpgkey ?? []).map((key) => (isElsewhere(key) ? key : resolvePath(folder, key))),
  ...Object.fromEntries(CERTIFICATES.flatMap((key) => {
    const path = repository[key];
    return path === undefined ? [] : [[key, isElsewhere(path) ? path : resolvePath(folder, path)]];
  })),
});

/** Files of this machine by which a server and its client know each other. */
const CERTIFICATES = ['sslcacert', 'sslclientcert', 'sslclientkey'] as const;

const isElsewhere = (key: string): boolean => key.startsWith('$cachedir/') || /^[a-z]+:\/\//.test(key);


/** The distribution's name for a package that images name; unchanged if it has no other name. */
export function mapPackageName({ 'package-names': names }: Pick<Distribution, 'package-names'>, name: string, arch: Architecture): string {
  const own = Object.hasOwn(names, name) ? names[name] : undefined;
  return (typeof own === 'object' ? own[arch] : own) ?? name;
}
