import { DefinitionError, type Place, type Problem } from '../errors.ts';
import { assembleLayers } from './assemble.ts';
import { declaredDeviations } from './deviations.ts';
import { readDistribution, resolveRepository } from './distribution.ts';
import { applyFlags } from './flags.ts';
import { checkShape } from './issues.ts';
import { definitionJsonSchema } from './json-schema.ts';
import { settleKickstart } from './kickstart-parts.ts';
import { readLayers } from './layers.ts';
import { listOf } from './nearest.ts';
import { formatPath } from './paths.ts';
import { without } from './plain.ts';
import { byPlace } from './problems.ts';
import { ruleProblems } from './rules.ts';
import { inputsOf } from './rules/files.ts';
import type { Candidate } from './rules/rule.ts';
import { definitionSchema } from './schema/definition.ts';
import { selectRepositories } from './select-repositories.ts';
import { findSource, folderOf, resolvePath, type SourceReader } from './source.ts';
import { childOf, nearestTree, plainOf, type Tree } from './tree.ts';
import type { Definition, Distribution, LoadedDefinition, LoadOptions, Path } from './types.ts';

/**
 * Loads an image by its name in `images/` or by path, with all files that it extends, its distribution and the flags of
 * the command line. Throws one `DefinitionError` with every problem of every file, sorted by place.
 */
export const loadDefinition = async (
  source: SourceReader, entry: string, options: LoadOptions = {},
): Promise<LoadedDefinition> => {
  const { loaded, problems } = await tryLoading(source, entry, options);
  if (loaded === undefined) throw new DefinitionError(problems);
  return loaded;
};

/** The same, with problems as values: `loaded` is set when there are none. */
export const tryLoading = async (
  source: SourceReader, entry: string, options: LoadOptions = {},
): Promise<{ readonly loaded?: LoadedDefinition; readonly problems: readonly Problem[] }> => {
  const found = await findSource(source, 'image', entry, source.cwd);
  if ('problem' in found) return { problems: [found.problem] };
  const read = await readLayers(source, found.file, options);
  if (read.layers.at(-1)?.file !== found.file) return { problems: byPlace(read.problems) };

  const assembled = assembleLayers(read.layers);
  const flagged = applyFlags(assembled.tree, options);
  const settled = settleKickstart(flagged.tree, options);
  const shape = checkShape(definitionSchema, definitionJsonSchema, settled.tree);
  const tree = shape.valid;
  const definition = definitionSchema.parse(plainOf(tree));
  const isWhole = read.problems.length === 0 && shape.problems.length === 0;
  const placeOf = (path: Path): Place => nearestTree(tree, path).place;
  const distro = childOf(tree, 'distro');
  const distribution = distro === undefined ? { problems: [] }
    : await readDistribution(source, String(plainOf(distro)), baseFolder(source, distro.place), distro.place);

  const selected = distribution.distribution === undefined ? undefined
    : selectRepositories(distribution.distribution, { ...definition, snapshot: options.snapshot ?? definition.snapshot }, placeOf);
  const problems = byPlace([
    ...read.problems, ...assembled.problems, ...(isWhole ? assembled.doubtful : []), ...flagged.problems, ...shape.problems,
    ...ruleProblems(definition, placeOf, isWhole), ...distribution.problems, ...(selected?.problems ?? []),
    ...archProblems(definition, distribution.distribution, placeOf),
  ]);
  if (problems.length > 0 || distribution.distribution === undefined || selected === undefined) return { problems };
  const folder = (path: Path): string => baseFolder(source, placeOf(path));
  const offered = distribution.distribution;
  return {
    problems,
    loaded: {
      definition: complete(definition),
      distribution: offered,
      repositories: [
        ...selected.repositories,
        ...definition.repositories.map((repository, index) => resolveRepository(repository, folder(['repositories', index, 'gpgkey']), offered)),
      ],
      unusedRepositories: selected.unused,
      ...(selected.snapshot === undefined ? {} : { snapshot: selected.snapshot }),
      file: found.file,
      layers: read.layers.map(({ file }) => file),
      places: Object.fromEntries(placesOf(tree)),
      inputs: Object.fromEntries(inputsOf(definition).map(({ path, file }) =>
        [formatPath(path), { path: resolvePath(folder(path), file), folder: folder(path), place: placeOf(path) }])),
      deviations: [
        ...assembled.deviations, ...flagged.deviations, ...settled.deviations, ...(distribution.deviations ?? []),
        ...declaredDeviations(definition, placeOf),
      ],
    },
  };
};

const archProblems = (
  { hardware: { arch } }: Candidate, distribution: Distribution | undefined, placeOf: (path: Path) => Place,
): readonly Problem[] => (arch === undefined || distribution === undefined ? [] : [arch].flat())
  .filter((one) => distribution?.arches.includes(one) === false)
  .map((one): Problem => ({
    code: 'arch-not-offered',
    message: `${distribution?.name} has no packages for ${one}`,
    place: placeOf(['hardware', 'arch']),
    hint: `it has ${listOf(distribution?.arches ?? [], 'and')}`,
  }));

/** Absolute path of a file that the definition names, such as `['files', 0, 'source']`, relative to the file that names it. */
export const inputFile = ({ inputs }: Pick<LoadedDefinition, 'inputs'>, path: Path): string => {
  const found = inputs[formatPath(path)];
  if (found === undefined) throw new TypeError(`${formatPath(path)} names no input`);
  return found.path;
};

/** The base of a relative path written at a place; for a flag, the current folder. */
const baseFolder = (source: SourceReader, { file }: Place): string =>
  (file.startsWith('--') ? source.cwd : folderOf(resolvePath(source.cwd, file)));

/** The rules have checked that nothing is missing. */
const complete = (candidate: Candidate): Definition => {
  const definition = without(candidate, '$schema', 'extends');
  const { name, version, distro } = definition;
  if (name === undefined || version === undefined || distro === undefined) throw new TypeError('an incomplete definition passed the rules');
  return { ...definition, name, version, distro };
};

const placesOf = (tree: Tree, path: Path = []): readonly (readonly [string, Place])[] => {
  if (tree.kind === 'leaf') return [[formatPath(path), tree.place]];
  const own: readonly (readonly [string, Place])[] = path.length === 0 ? [] : [[formatPath(path), tree.place]];
  const inner: readonly (readonly [string | number, Tree])[] = tree.kind === 'table' ? [...tree.entries] : [...tree.items.entries()];
  return [...own, ...inner.flatMap(([part, value]) => placesOf(value, [...path, part]))];
};
