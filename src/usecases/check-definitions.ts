import { unknownRules } from '../build/check-outputs.ts';
import { checkFiles, formatPath, sourcesOf, type LoadedDefinition, type LoadOptions, type Path } from '../definition/index.ts';
import type { Place, Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { inputProblems } from '../rootfs/inputs.ts';
import { kickstartLayers } from './kickstart.ts';

/**
 * Every problem of definitions, by name or path: of the files themselves, and of what images name besides: files, keys,
 * local RPMs, rules. Without any name, of all definitions at hand. Reads files, runs no program.
 */
export const checkDefinitions = (host: Host, cwd: string, files: readonly string[], options: Pick<LoadOptions, 'includes' | 'set'>): Promise<readonly Problem[]> =>
  checkFiles(sourcesOf(host, cwd), files, { ...kickstartLayers(host), ...options, judge: (loaded) => problemsBeside(host, loaded) });

async function problemsBeside(host: Pick<Host, 'fs'>, loaded: LoadedDefinition): Promise<readonly Problem[]> {
  const placeOf = (path: Path): Place | undefined => loaded.places[formatPath(path)];
  return [
    ...await inputProblems(host, Object.values(loaded.inputs)),
    ...await missingKeys(host, loaded, placeOf),
    ...await unknownRules(loaded.definition.outputs, placeOf),
  ];
}

/** Key files of the definition's own repositories; a distribution's may be made later, as those of `sample` are. */
async function missingKeys(host: Pick<Host, 'fs'>, loaded: LoadedDefinition, placeOf: (path: Path) => Place | undefined): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [index, { id }] of loaded.definition.repositories.entries()) {
    const keys = loaded.repositories.find((repository) => repository.id === id)?.gpgkey ?? [];
    for (const [at, key] of keys.entries()) {
      const file = key.replace(/^file:\/\//, '');
      if (!file.startsWith('/') || (await host.fs.status(await host.fs.realPath(file)))?.kind === 'file') continue;
      const place = placeOf(['repositories', index, 'gpgkey', at]) ?? placeOf(['repositories', index]);
      problems.push({
        code: 'key-missing', message: `the key of repository ${id} is not there: ${file}`, ...(place === undefined ? {} : { place }),
        hint: 'check `gpgkey`, which is relative to the file that names it',
      });
    }
  }
  return problems;
}
