import type { InputFile } from '../definition/index.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';

/** Checks every file that a definition copies in; throws one `HewError` with all that cannot be copied. */
export async function checkInputs(host: Pick<Host, 'fs'>, inputs: readonly InputFile[]): Promise<void> {
  const problems = await inputProblems(host, inputs);
  if (problems.length > 0) throw new HewError(problems);
}

/** A problem for each file that cannot be copied. */
export async function inputProblems(host: Pick<Host, 'fs'>, inputs: readonly InputFile[]): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const input of inputs) {
    const problem = await problemOf(host, input);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Content of one of a plan's inputs, by its path. Throws `HewError` as `checkInputs` does. */
export async function readInput(host: Pick<Host, 'fs'>, { inputs }: Plan, path: string): Promise<Uint8Array> {
  const named = inputs.filter((input) => input.path === path);
  if (named.length === 0) throw new TypeError(`${path} is no input of the plan`);
  await checkInputs(host, named);
  return host.fs.readBytes(path);
}

/** Whether a path is inside one of these folders, with all symlinks resolved. */
export async function isInside(host: Pick<Host, 'fs'>, path: string, folders: readonly string[]): Promise<boolean> {
  const real = await host.fs.realPath(path);
  for (const folder of folders) {
    const base = await host.fs.realPath(folder);
    if (real === base || real.startsWith(base === '/' ? base : `${base}/`)) return true;
  }
  return false;
}

async function problemOf(host: Pick<Host, 'fs'>, { path, folder, place }: InputFile): Promise<Problem | undefined> {
  const real = await host.fs.realPath(path);
  const kind = (await host.fs.status(real))?.kind;
  if (kind === undefined || kind === 'symlink') {
    const hint = 'create it, or correct the path, which is relative to the file that names it';
    return { code: 'source-missing', message: `there is no file ${path}`, place, hint };
  }
  if (!(await isInside(host, path, [folder]))) {
    const message = `${path} is a link to ${real}, outside ${folder}`;
    return { code: 'source-outside', message, place, hint: 'copy the file itself beside the definition' };
  }
  if (kind === 'directory') {
    const hint = 'write a [[files]] entry for each file, or put the folder into a package';
    return { code: 'source-is-folder', message: `${path} is a folder`, place, hint };
  }
  if (kind === 'file') return undefined;
  const message = `${path} is a device, a pipe or a socket`;
  return { code: 'source-no-file', message, place, hint: 'only plain files can be copied' };
}
