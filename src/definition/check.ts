import type { Problem } from '../errors.ts';
import { assembleLayers } from './assemble.ts';
import { readDistribution } from './distribution.ts';
import { readLayers } from './layers.ts';
import { tryLoading } from './load.ts';
import { parseFile } from './parse.ts';
import { isTable } from './plain.ts';
import { byPlace } from './problems.ts';
import { definitionsIn, findSource, isKickstart, namesOf, readSource, type SourceReader } from './source.ts';
import type { LoadedDefinition, LoadOptions } from './types.ts';

/** `judge` finds what only more than the files themselves can tell of an image without problems. */
type CheckOptions = Pick<LoadOptions, 'readKickstart' | 'includes' | 'set'> & { readonly judge?: (loaded: LoadedDefinition) => Promise<readonly Problem[]> };

/**
 * Every problem of the given files (names of images, or paths of images, profiles and distributions), or of all files
 * in `images/` and `profiles/` and of the definitions in the current folder. A problem that affects several images is
 * listed once.
 */
export const checkFiles = async (
  source: SourceReader, files: readonly string[], options: CheckOptions = {},
): Promise<readonly Problem[]> => {
  const problems: Problem[] = [];
  for (const file of files.length > 0 ? files : await everyFile(source)) problems.push(...await checkFile(source, file, options));
  return byPlace(problems);
};

const everyFile = async (source: SourceReader): Promise<readonly string[]> => [
  ...(await namesOf(source, 'distribution')).values(),
  ...(await namesOf(source, 'profile')).values(),
  ...(await namesOf(source, 'image')).values(),
  ...await looseDefinitions(source),
];

/** Keys that hardly anything but a definition has at its top. */
const OWN_KEY = /^(?:distro|releasever|outputs)\s*[=:]|^\[\[outputs\]\]|^extends\s*=/m;

/** Definitions in the current folder itself. A TOML file with a mistake of syntax may be one; YAML has too many other uses. */
const looseDefinitions = async (source: SourceReader): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const file of await definitionsIn(source, source.cwd)) {
    const read = await readSource(source, file);
    if (!('text' in read)) continue;
    if (OWN_KEY.test(read.text) || (file.endsWith('.toml') && parseFile(read.text, file).value === undefined)) found.push(file);
  }
  return found;
};

const checkFile = async (
  source: SourceReader, reference: string, options: CheckOptions,
): Promise<readonly Problem[]> => {
  const found = await findSource(source, 'image', reference, source.cwd);
  if ('problem' in found) return [found.problem];
  const kind = await kindOf(source, found.file);
  if (kind === 'distribution') return (await readDistribution(source, found.file, source.cwd, undefined)).problems;
  if (kind === 'image') {
    const { loaded, problems } = await tryLoading(source, found.file, options);
    return [...problems, ...(loaded === undefined ? [] : await options.judge?.(loaded) ?? [])];
  }
  const { layers, problems } = await readLayers(source, found.file, options);
  const assembled = assembleLayers(layers);
  return [...problems, ...assembled.problems, ...(problems.length === 0 ? assembled.doubtful : [])];
};

/**
 * Detects the kind by keys that only one kind has: a distribution has `releasever`; an image has `distro`, `version` or
 * outputs.
 */
const kindOf = async (source: SourceReader, file: string): Promise<'distribution' | 'image' | 'profile'> => {
  const inProfiles = [source.cwd, source.data].some((root) => file.startsWith(`${root.replace(/\/$/, '')}/profiles/`));
  if (inProfiles) return file.includes('/profiles/distros/') ? 'distribution' : 'profile';
  if (isKickstart(file)) return 'image';
  const read = await readSource(source, file);
  const value = 'text' in read ? parseFile(read.text, file).value : undefined;
  if (isTable(value) && 'releasever' in value) return 'distribution';
  return isTable(value) && !['name', 'version', 'distro', 'outputs'].some((key) => key in value) ? 'profile' : 'image';
};
