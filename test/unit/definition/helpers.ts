import { loadDefinition, type LoadedDefinition, type LoadOptions, type SourceReader } from '../../../src/definition/index.ts';
import { DefinitionError, formatPlace, type Problem } from '../../../src/errors.ts';
import { memory } from './memory.ts';

/** Loads `images/web.toml` of the files given. */
export const load = (files: Readonly<Record<string, string>>, options: LoadOptions = {}): Promise<LoadedDefinition> =>
  loadDefinition(memory(files), 'web', options);

/** The problems of `images/web.toml`; fails when there are none. */
export const problemsOf = async (files: Readonly<Record<string, string>>, options: LoadOptions = {}): Promise<readonly Problem[]> =>
  problemsFrom(memory(files), 'web', options);

export const problemsFrom = async (source: SourceReader, entry: string, options: LoadOptions = {}): Promise<readonly Problem[]> => {
  try {
    await loadDefinition(source, entry, options);
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems;
    throw error;
  }
  throw new Error('expected problems, and it loaded');
};

/** One problem as text: place, code, message, hint. */
export const print = ({ place, code, message, hint }: Problem): string =>
  `${place === undefined ? '' : `${formatPlace(place)}: `}${code}: ${message}${hint === undefined ? '' : `\n    ${hint}`}`;
