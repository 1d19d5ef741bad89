import { HewError, type Place } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { Plan, PlannedFile } from '../../plan/types.ts';
import { accountId, readAccounts, type Accounts } from '../accounts.ts';
import { readInput } from '../inputs.ts';
import type { System } from './context.ts';

/** Writes the definition's own files, replacing existing ones. */
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

/** Readers of a root do not know which definition made it. */
const withPlace = (error: unknown, place: Place): unknown =>
  error instanceof HewError && error.problems.every((problem) => problem.place === undefined)
    ? new HewError(error.problems.map((problem) => ({ ...problem, place })), { exitCode: error.exitCode, cause: error })
    : error;

async function placeFile(host: Host, plan: Plan, root: string, file: PlannedFile, accounts: Accounts): Promise<void> {
  await refuseFolder(host, plan, root, file.path);
  const files = host.inside(root);
  if (file.link !== undefined) return files.symlink(file.path, file.link);
  return files.write(file.path, file.source === undefined ? (file.content ?? '') : await readInput(host, plan, file.source), {
    mode: file.mode,
    uid: accountId(accounts.users, file.owner, 'user'),
    gid: accountId(accounts.groups, file.group, 'group'),
  });
}

async function refuseFolder(host: Host, plan: Plan, root: string, path: string): Promise<void> {
  if ((await host.inside(root).status(path))?.kind !== 'directory') return;
  throw new HewError({
    code: 'file-is-folder',
    message: `\`${path}\` is a folder of the image, so no file can be written there`,
    subject: { kind: 'file', name: path },
    place: { file: plan.image.file },
    hint: 'give the path of a file in it',
  });
}
