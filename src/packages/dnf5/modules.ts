import type { RepositoryExcludes } from '../../isa/lag.ts';
import type { Plan } from '../../plan/types.ts';
import { BadBytes } from '../../readers/bytes.ts';
import { chooseModules, hiddenByModules, parseModules, type Modules } from '../module-streams.ts';
import { formatNevra } from '../nevra.ts';
import { listPackages } from './available.ts';
import { metadataFile, readMetadata } from './repodata.ts';
import { runDnf } from './session.ts';
import type { DnfSession } from './types.ts';

/** What module streams mean for a resolve. */
export interface ModularView {
  /** With the packages of the requested profiles. */
  readonly plan: Plan;
  readonly hidden: readonly RepositoryExcludes[];
}

/** Fetches metadata where nothing is at hand by which the streams that a plan asks for could be found. */
export async function fetchModules(session: DnfSession): Promise<void> {
  if (session.plan.packages.modules.length > 0) await runDnf(session, ['makecache']);
}

/** The module metadata of a target's repositories that lies in the cache: absolute paths. */
export async function moduleFiles(session: DnfSession): Promise<readonly string[]> {
  const files = await Promise.all(session.target.repositories.map(({ settings }) => metadataFile(session, settings, 'modules')));
  return files.filter((file) => file !== undefined);
}

/**
 * Which packages module streams hide. dnf5 cannot tell in a root that is empty: every stream needs the module `platform`,
 * which the release package of an installed system stands for. So hew goes by the streams, and dnf5 by packages alone.
 */
export async function viewModules(session: DnfSession, files: readonly string[]): Promise<ModularView> {
  const { host, plan } = session;
  const asked = plan.packages.modules;
  if (files.length === 0 && asked.length === 0) return { plan, hidden: [] };
  const read = await Promise.all(files.map((file) => readMetadata(host, file, readModules)));
  const modules: Modules = { streams: read.flatMap(({ streams }) => streams), defaults: new Map(read.flatMap(({ defaults }) => [...defaults])) };
  const { active, install } = chooseModules(modules, asked);
  const hidden = hiddenByModules(modules, active, await listPackages(session));
  return {
    plan: install.length === 0 ? plan : { ...plan, packages: { ...plan.packages, install: [...new Set([...plan.packages.install, ...install])] } },
    hidden: [...Map.groupBy(hidden, ({ repoid }) => repoid)].map(([repoid, builds]) => ({ repoid, packages: builds.map(formatNevra) })),
  };
}

/** Bytes; the module metadata of RHEL 8 has some 15 MB. */
const MOST = 256 * 1024 * 1024;

async function readModules(pieces: AsyncIterable<Uint8Array>): Promise<Modules> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > MOST) throw new BadBytes('it is larger than 256 MiB');
    read.push(piece);
  }
  return parseModules(Buffer.concat(read).toString('utf8'));
}
