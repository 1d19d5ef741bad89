import type { Problem } from '../errors.ts';
import { assembleLayers } from './assemble.ts';
import { readDistribution } from './distribution.ts';
import { readLayers } from './layers.ts';
import { tryLoading } from './load.ts';
import { parseFile } from './parse.ts';
import { isTable } from './plain.ts';
import { byPlace } from './problems.ts';
import { findSource, isKickstart, namesOf, readSource, type SourceReader } from './source.ts';
import type { LoadOptions } from './types.ts';

/**
 * Every problem of the given files (names of images, or paths of images, profiles and distributions), or of all files
 * in `images/` and `profiles/`. A problem that affects several images is listed once.
 */
export const checkFiles = async (
  source: SourceReader, files: readonly string[], options: Pick<LoadOptions, 'readKickstart' | 'includes' | 'set'> = {},
): Promise<readonly Problem[]> => {
  const problems: Problem[] = [];
  for (const file of files.length > 0 ? files : await everyFile(source)) problems.push(...await checkFile(source, file, options));
  return byPlace(problems);
};

const everyFile = async (source: SourceReader): Promise<readonly string[]> => [
  ...(await namesOf(source, 'distribution')).values(),
  ...(await namesOf(source, 'profile')).values(),
  ...(await namesOf(source, 'image')).values(),
];

const checkFile = async (
  source: SourceReader, reference: string, options: Pick<LoadOptions, 'readKickstart' | 'includes' | 'set'>,
): Promise<readonly Problem[]> => {
  const found = await findSource(source, 'image', reference, source.cwd);
  if ('problem' in found) return [found.problem];
  const kind = await kindOf(source, found.file);
  if (kind === 'distribution') return (await readDistribution(source, found.file, source.cwd, undefined)).problems;
  if (kind === 'image') return (await tryLoading(source, found.file, options)).problems;
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
