import { HewError, type Problem } from '../errors.ts';
import type { Emit } from '../events.ts';
import { choosePackages, openDnfSession, pinChosen, type DnfSession } from '../packages/dnf5/index.ts';
import { checkOne } from '../packages/lock-check.ts';
import { checksumKind, type PinnedPackage } from '../packages/lock.ts';
import type { ResolvedTarget } from '../packages/lock-file.ts';
import { NO_MORE_OFFERED } from '../packages/locked.ts';
import { formatNevra, type Nevra } from '../packages/nevra.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import { parseDnf5Manifest } from './foreign/dnf5-manifest.ts';
import type { ForeignPackage } from './foreign/foreign-lock.ts';
import { parseKonflux } from './foreign/konflux.ts';

/** Reads a lock of another program, whatever its format. Throws `HewError` with the lines of what is wrong. */
export const readForeignLock = (text: string, file: string): readonly ForeignPackage[] =>
  /^lockfileVersion:/m.test(text) ? parseKonflux(text, file) : parseDnf5Manifest(text, file);

/**
 * Resolves a target from those builds alone that a lock of another program names, and takes its checksums: why a package
 * is there, and for which level, that program did not say. Throws `HewError` where they are not all that the plan needs.
 */
export async function importTarget(
  host: Host, plan: Plan, target: Target, foreign: readonly ForeignPackage[], detail: (text: string) => void,
): Promise<ResolvedTarget> {
  const session = await openDnfSession(host, plan, target);
  const named = packagesFor(foreign, target);
  const chosen = await choosePackages(session, { only: visibleBuilds(session, named) }, detail).catch((error: unknown) => {
    throw explainImport(error);
  });
  const rows = new Map(visibleBuilds(session, named).map((entry) => [keyOf(entry), entry]));
  const packages = (await pinChosen(session, chosen)).map((entry) => ({ entry, row: rows.get(keyOf(entry)) }));
  const problems = packages.flatMap(({ entry, row }): readonly Problem[] => (row === undefined ? [notNamed(entry)] : checkOne(formatNevra(entry), row, comparable(entry, row))));
  if (problems.length > 0) throw new HewError(problems);
  const { fingerprints } = session;
  return { target, fingerprints, packages: packages.map(({ entry, row }) => ({ ...entry, ...(row === undefined ? {} : { checksum: row.checksum, size: row.size }) })) };
}

const keyOf = (entry: Nevra & { readonly repository: string }): string => `${formatNevra(entry)} ${entry.repository}`;

/** The repository may name packages by another kind of digest: a build compares with that of the lock. */
const comparable = (entry: PinnedPackage, { checksum }: ForeignPackage): Pick<PinnedPackage, 'checksum' | 'size'> =>
  (checksumKind(entry.checksum) === checksumKind(checksum) ? entry : { checksum, size: entry.size });

const packagesFor = (foreign: readonly ForeignPackage[], { arch }: Pick<Target, 'arch'>): readonly ForeignPackage[] =>
  foreign.filter(({ installedOn }) => installedOn === undefined || installedOn === arch);

/** Another program may call a repository by another id: then any repository may have the build. */
function visibleBuilds({ target }: DnfSession, named: readonly ForeignPackage[]): readonly ForeignPackage[] {
  const ids = target.repositories.map(({ settings }) => settings.id);
  return named.flatMap((entry) => (ids.includes(entry.repository) ? [entry] : ids.map((repository) => ({ ...entry, repository }))));
}

/** What a lock of another program holds that no target takes: the definition asks for less. */
export function refuseUnused(foreign: readonly ForeignPackage[], resolved: readonly ResolvedTarget[], plan: Plan, emit: Emit): void {
  const used = new Set(resolved.flatMap(({ packages }) => packages.map(formatNevra)));
  const arches = new Set<string>(plan.targets.map(({ arch }) => arch));
  const others = new Set(foreign.flatMap(({ installedOn }) => (installedOn === undefined || arches.has(installedOn) ? [] : [installedOn])));
  for (const arch of others) emit({ kind: 'notice', message: `the definition is not for ${arch}: what the file holds for it is passed over` });
  const unused = foreign.filter((entry) => !others.has(entry.installedOn ?? '') && !used.has(formatNevra(entry)));
  if (unused.length === 0) return;
  throw new HewError(unused.slice(0, 20).map((entry): Problem => ({
    code: 'lock-unexpected',
    message: `the file holds ${formatNevra(entry)}, which ${plan.image.name} does not need`,
    hint: 'ask for it in `packages.install`, or take it out of the file',
  })));
}

const notNamed = (entry: PinnedPackage): Problem => ({
  code: 'lock-unexpected',
  message: `${formatNevra(entry)} would be installed, and the file does not hold it`,
  hint: 'the file was made for another definition',
});

function explainImport(error: unknown): unknown {
  if (!(error instanceof HewError) || !NO_MORE_OFFERED.includes(error.code)) return error;
  return new HewError(error.problems.map(({ message }) => ({
    code: 'lock-missing',
    message: `the packages that the file holds are not enough: ${message}`,
    hint: 'the file was made for another definition, or a repository dropped a package',
  })), { cause: error });
}
