import { formatPath, loadDefinition, parsePath, sourcesOf, type LoadedDefinition, type LoadOptions, type Path } from '../definition/index.ts';
import { HewError, type Problem, type Subject } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { kickstartLayers } from './kickstart.ts';

/**
 * Runs work on an image. A problem about a key of the definition, or about a package that it requests, gets the line of
 * the definition, profile or kickstart file that set it.
 */
export async function withPlaces<T>(host: Host, image: string, cwd: string, options: LoadOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Other kinds of failures are about programs, or already have a place.
    if (!(error instanceof HewError) || !error.problems.some(isPlaceable)) throw error;
    const loaded = await loadDefinition(sourcesOf(host, cwd), image, { ...options, ...kickstartLayers(host) }).catch(() => undefined);
    if (loaded === undefined) throw error;
    const problems = error.problems.map((problem) => placeProblem(problem, loaded));
    throw problems.some((problem, index) => problem !== error.problems[index])
      ? new HewError(problems, { exitCode: error.exitCode, cause: error }) : error;
  }
}

/** The problem with the line that set the key, or requested the package, file or repository, that it is about. */
export function placeProblem(problem: Problem, { definition, places }: Pick<LoadedDefinition, 'definition' | 'places'>): Problem {
  if (!isPlaceable(problem)) return problem;
  const candidates = pathsOf(problem.subject, definition).map((path) => places[formatPath(path)]);
  const place = candidates.find((candidate) => candidate?.line !== undefined);
  return place === undefined ? problem : { ...problem, place };
}

type Placeable = Problem & { readonly subject: Subject };

const isPlaceable = (problem: Problem): problem is Placeable => problem.subject !== undefined && problem.place?.line === undefined;

/** Paths in a definition that may give the line of a subject, the nearest first. */
function pathsOf({ kind, name, items = [] }: Subject, definition: LoadedDefinition['definition']): readonly Path[] {
  const at = (path: Path, index: number, ...rest: Path): readonly Path[] => (index === -1 ? [] : [[...path, index, ...rest], [...path, index]]);
  switch (kind) {
    case 'package': return at(['packages', 'install'], definition.packages.install.indexOf(name));
    case 'repository': return at(['repositories'], definition.repositories.findIndex(({ id }) => id === name), 'id');
    case 'file': return at(['files'], definition.files.findIndex(({ path }) => path === name), 'path');
    case 'key': {
      const path = parsePath(name) ?? [];
      return [...at(path, indexAt(definition, path, items)), [...path, 0], path];
    }
  }
}

/** Index of the first of these items in the list at a path; -1 if none is in it. Tables are known by their `name`. */
function indexAt(definition: unknown, path: Path, items: readonly string[]): number {
  const value = path.reduce<unknown>((inner, part) => (inner as Readonly<Record<string, unknown>> | undefined)?.[part], definition);
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.findIndex((item) => items.includes(typeof item === 'string' ? item : (item as { readonly name?: string }).name ?? ''));
}
