import { formatPath, loadDefinition, parsePath, sourcesOf, type LoadedDefinition, type LoadOptions } from '../definition/index.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { kickstartLayers } from './kickstart.ts';

/**
 * Does something with an image. What fails because of a key of its definition, or of a package that it asks for, is
 * told with the line that says so: of the definition, a profile or a kickstart file.
 */
export async function withPlaces<T>(host: Host, image: string, cwd: string, options: LoadOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Other kinds tell of programs, or have their places.
    if (!(error instanceof HewError) || error.problems.every((problem) => nameIn(problem) === undefined)) throw error;
    const loaded = await loadDefinition(sourcesOf(host, cwd), image, { ...options, ...kickstartLayers(host) }).catch(() => undefined);
    if (loaded === undefined) throw error;
    const problems = error.problems.map((problem) => placeProblem(problem, loaded));
    throw problems.some((problem, index) => problem !== error.problems[index])
      ? new HewError(problems, { exitCode: error.exitCode, cause: error }) : error;
  }
}

/** A problem with the line that set the key, or asked for the package, which it is about. Pure. */
export function placeProblem(problem: Problem, { definition, places }: Pick<LoadedDefinition, 'definition' | 'places'>): Problem {
  const name = nameIn(problem);
  if (name === undefined) return problem;
  const path = parsePath('key' in name ? name.key : 'packages.install') ?? [];
  const value = path.reduce<unknown>((inner, part) => (inner as Readonly<Record<string, unknown>> | undefined)?.[part], definition);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const isMeant = (item: unknown): boolean => ('key' in name ? mentions(problem.message, item) : item === name.package);
  const index = items.findIndex(isMeant);
  if (!('key' in name) && index === -1) return problem;
  const place = places[formatPath([...path, Math.max(index, 0)])] ?? places[formatPath(path)];
  return place?.line === undefined ? problem : { ...problem, place };
}

type Name = { readonly key: string } | { readonly package: string };

/** What a message without a line is about: the first key of a definition in it, or a package that dnf5 refuses. */
function nameIn({ code, message, place }: Problem): Name | undefined {
  if (place?.line !== undefined) return undefined;
  const [, key] = /`(system\.[a-z0-9-]+(?:\.[a-z0-9-]+)*)`/.exec(message) ?? [];
  if (key !== undefined) return { key };
  const [, spec] = /`([^`]+)`/.exec(message) ?? [];
  return spec !== undefined && PACKAGE_CODES.includes(code) ? { package: spec } : undefined;
}

const PACKAGE_CODES: readonly string[] = ['package-not-found', 'package-excluded'];

/** Units are named with their suffix, `sshd.service` for `sshd`. */
const mentions = (message: string, item: unknown): boolean =>
  typeof item === 'string' && message.split(/[\s,`]+/).some((word) => word === item || word === `${item}.service`);
