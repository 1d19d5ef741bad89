import { findLag, type AvailablePackage, type LevelLag } from '../../isa/lag.ts';
import { isAboveBaseline } from '../../isa/repositories.ts';
import type { Target } from '../../plan/types.ts';
import { explainDnfFailure } from './errors.ts';
import { runDnf, type DnfSession } from './session.ts';

const FIELDS = ['name', 'evr', 'arch', 'repoid'] as const;

/** The command of dnf5 that lists every package of every repository. */
const AVAILABLE: readonly string[] = [
  'repoquery',
  '--available',
  // A real tab: of the escapes dnf5 knows `\n` alone.
  `--queryformat=${FIELDS.map((field) => `%{${field}}`).join('\t')}\\n`,
];

/**
 * Finds the packages whose builds for the target's level lag behind a baseline build, which libsolv by itself would
 * prefer in a repository of labelled packages. A baseline target has none.
 */
export async function findLags(session: DnfSession): Promise<LevelLag> {
  const { plan, target } = session;
  const hardware = { architecture: target.arch, level: target.level };
  if (!isAboveBaseline(hardware, plan.distribution)) return { lags: [], excludes: [] };
  return findLag(await listPackages(session), hardware);
}

/** The same as a call of its own. Throws `HewError` with dnf5's reason cut to what matters. */
export async function reportLags(session: DnfSession): Promise<LevelLag> {
  try {
    return await findLags(session);
  } catch (error) {
    throw await explainDnfFailure(session, error);
  }
}

/** Every package of every repository of a session. */
export const listPackages = async (session: DnfSession): Promise<readonly AvailablePackage[]> =>
  parseAvailable((await runDnf(session, AVAILABLE)).stdout, session.target);

/** Reads what that command prints. Pure. */
export function parseAvailable(output: string, target: Pick<Target, 'repositories'>): readonly AvailablePackage[] {
  const levels = new Map(target.repositories.map(({ settings }) => [settings.id, settings.level]));
  return output.split('\n').flatMap((line) => {
    const [name, evr, arch, repoid] = line.split('\t');
    if (name === undefined || evr === undefined || arch === undefined || repoid === undefined) return [];
    return [{ name, evr, arch, repoid, level: levels.get(repoid) }];
  });
}
