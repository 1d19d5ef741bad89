import { posix } from 'node:path';

import { HewError, type Place, type Problem } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { Plan, PlannedFile } from '../../plan/types.ts';
import { idOf, readAccounts, type Accounts } from '../accounts.ts';
import { insideRoot } from '../inside.ts';
import { linkInRoot, writeInRoot } from '../write-file.ts';
import type { System } from './context.ts';

/** Writes the definition's own files, over whatever stood there. */
export async function placeFiles({ host, plan, root }: System): Promise<void> {
  const accounts = await readAccounts(host, root);
  for (const file of plan.configuration.files) {
    try {
      await placeFile(host, plan, root, file, accounts);
    } catch (error) {
      throw withPlace(error, { file: plan.image.file });
    }
  }
}

/** Whoever looks into a root does not know which definition asked for it. */
const withPlace = (error: unknown, place: Place): unknown =>
  error instanceof HewError && error.problems.every((problem) => problem.place === undefined)
    ? new HewError(error.problems.map((problem) => ({ ...problem, place })), { exitCode: error.exitCode, cause: error })
    : error;

async function placeFile(host: Host, plan: Plan, root: string, file: PlannedFile, accounts: Accounts): Promise<void> {
  await refuseFolder(host, plan, root, file.path);
  if (file.link !== undefined) return linkInRoot(host, root, file.path, file.link);
  return writeInRoot(host, root, {
    path: file.path,
    content: file.source === undefined ? (file.content ?? '') : await readSource(host, plan, file.source),
    mode: file.mode,
    uid: idOf(accounts.users, file.owner, 'user'),
    gid: idOf(accounts.groups, file.group, 'group'),
  });
}

async function refuseFolder(host: Host, plan: Plan, root: string, path: string): Promise<void> {
  if ((await host.fs.status(await insideRoot(host, root, path)))?.kind !== 'directory') return;
  throw new HewError({
    code: 'file-is-folder',
    message: `\`${path}\` is a folder of the image, so no file can stand there`,
    place: { file: plan.image.file },
    hint: 'name the file in it: a path of [[files]] is that of the file itself',
  });
}

/** Content of a file beside the definition. Throws `HewError` as `checkInputs` says. */
export async function readSource(host: Host, plan: Plan, source: string): Promise<Uint8Array> {
  const problem = await problemOf(host, plan, source);
  if (problem !== undefined) throw new HewError(problem);
  return host.fs.readBytes(source);
}

/** Looks at every file that a definition copies in; throws one `HewError` with all that cannot be. */
export async function checkInputs(host: Host, plan: Plan): Promise<void> {
  const { files, scripts } = plan.configuration;
  const problems: Problem[] = [];
  for (const { source } of [...files, ...scripts]) {
    const problem = source === undefined ? undefined : await problemOf(host, plan, source);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new HewError(problems);
}

async function problemOf(host: Host, plan: Plan, source: string): Promise<Problem | undefined> {
  const place = { file: plan.image.file };
  const real = await realPath(host, source);
  const kind = (await host.fs.status(real))?.kind;
  if (kind === undefined) {
    const hint = 'make it, or mend the path: it is relative to the file that names it';
    return { code: 'source-missing', message: `there is no file ${source}`, place, hint };
  }
  const base = await realPath(host, baseOf(host, plan, source));
  if (real !== base && !real.startsWith(`${base}/`)) {
    const message = `${source} is a link that leads to ${real}, outside ${base}`;
    return { code: 'source-outside', message, place, hint: 'copy the file itself beside the definition' };
  }
  if (kind === 'directory') {
    const hint = 'name each file of it in a [[files]] of its own, or put the folder into a package';
    return { code: 'source-is-folder', message: `${source} is a folder`, place, hint };
  }
  if (kind === 'file') return undefined;
  const message = `${source} is a device, a pipe or a socket`;
  return { code: 'source-no-file', message, place, hint: 'only plain files can be copied' };
}

/** What a source may not leave: the definition's folder, that of what hew ships, else the folder that it stands in. */
function baseOf(host: Host, plan: Plan, source: string): string {
  const folders = [posix.dirname(plan.image.file), host.paths.data];
  return folders.find((folder) => source.startsWith(`${folder}/`)) ?? posix.dirname(source);
}

/** realpath(3) of this machine. */
const realPath = (host: Host, path: string): Promise<string> => insideRoot(host, '/', path, { follow: true });
