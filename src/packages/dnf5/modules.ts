import { posix } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { RepositoryExcludes } from '../../isa/lag.ts';
import type { Plan } from '../../plan/types.ts';
import { chooseModules, hiddenByModules, parseModules, type Modules } from '../module-streams.ts';
import { formatNevra } from '../nevra.ts';
import { listPackages } from './available.ts';
import { cacheFolderOf } from './metadata-keys.ts';
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
  const { host, target, paths } = session;
  const files: string[] = [];
  for (const { settings } of target.repositories) {
    const folder = posix.join(paths.cache, cacheFolderOf(session, settings), 'repodata');
    const repomd = (await host.fs.readTextIfThere(posix.join(folder, 'repomd.xml'))) ?? '';
    const names = (await host.fs.list(folder)).filter((name) => /\bmodules\.yaml\b/.test(name) && repomd.includes(`/${name}"`));
    files.push(...names.map((name) => posix.join(folder, name)));
  }
  return files;
}

/**
 * Which packages module streams hide. dnf5 cannot tell in a root that is empty: every stream needs the module `platform`,
 * which the release package of an installed system stands for. So hew goes by the streams, and dnf5 by packages alone.
 */
export async function viewModules(session: DnfSession, files: readonly string[]): Promise<ModularView> {
  const { host, plan } = session;
  const asked = plan.packages.modules;
  if (files.length === 0 && asked.length === 0) return { plan, hidden: [] };
  const read = await Promise.all(files.map(async (file) => parseModules(await readCompressed(host, file))));
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

async function readCompressed(host: Host, file: string): Promise<string> {
  const kind = posix.extname(file);
  if (kind === '.xz') return (await host.run({ tool: 'xz', args: ['--decompress', '--stdout', '--', file], view: { read: [file] } })).stdout;
  const bytes = await host.fs.readBytes(file);
  const options = { maxOutputLength: MOST };
  if (kind === '.gz') return gunzipSync(bytes, options).toString('utf8');
  if (kind === '.zst') return zstdDecompressSync(bytes, options).toString('utf8');
  if (kind === '.yaml') return Buffer.from(bytes).toString('utf8');
  throw new HewError({
    code: 'modules-unreadable', message: `module metadata of a compression that hew does not read: ${posix.basename(file)}`,
    hint: 'ask the owner of the repository for gzip, xz or zstd',
  });
}
