import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { HewError } from '../errors.ts';
import { readSetting } from '../settings.ts';
import { CLEAN_ENVIRONMENT, runProcess } from './process.ts';

/** Suites of Debian that a machine may be configured for; a mirror that has one of them has testing too. */
const DEBIAN_SUITES = new Set([
  'oldstable', 'stable', 'testing', 'unstable', 'sid',
  'bullseye', 'bookworm', 'trixie', 'forky', 'duke',
]);

const MISSING = new HewError({
  code: 'no-debian-mirror',
  message: "this machine's apt names no Debian mirror for the tools tree",
  hint: 'name one: `hew tools install --mirror URL`, or set HEW_DEBIAN_MIRROR',
});

/**
 * The Debian mirror: the given one, otherwise HEW_DEBIAN_MIRROR, otherwise that of this machine's apt. Throws
 * `HewError` if there is none.
 */
export async function findDebianMirror(asked: string | undefined, signal: AbortSignal): Promise<string> {
  const given = asked || readSetting(process.env, 'HEW_DEBIAN_MIRROR');
  if (given) return given;
  const argv = ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'];
  try {
    const { stdout } = await runProcess({ argv, env: CLEAN_ENVIRONMENT, signal });
    const mirror = mirrorAmong(stdout);
    if (mirror !== undefined) return mirror;
  } catch (error) {
    if (signal.aborted) throw error;
  }
  const named = sourceFiles().flatMap((text) => mirrorAmong(asTargets(text)) ?? [])[0];
  if (named !== undefined) return named;
  throw MISSING;
}

/** What apt is configured with. Images of containers have no lists, without which `indextargets` names nothing. */
const sourceFiles = (folder = '/etc/apt'): readonly string[] =>
  [join(folder, 'sources.list'), ...namesIn(join(folder, 'sources.list.d')).map((name) => join(folder, 'sources.list.d', name))]
    .filter((path) => /\.(?:list|sources)$/.test(path) && existsSync(path)).map((path) => readFileSync(path, 'utf8'));

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).toSorted() : []);

/** Sources of either form of sources.list(5), as a line `URI SUITE` each. */
export function asTargets(text: string): string {
  const lines = [...text.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gm)].map(([, uri, suite]) => `${uri} ${suite}`);
  const stanzas = text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): readonly string[] => new RegExp(`^${name}:[ \\t]*(.*)$`, 'mi').exec(stanza)?.[1]?.split(/\s+/).filter((word) => word !== '') ?? [];
    return field('URIs').flatMap((uri) => field('Suites').map((suite) => `${uri} ${suite}`));
  });
  return [...lines, ...stanzas].join('\n');
}

/** The first archive that holds a whole Debian suite; security and updates archives do not. */
export function mirrorAmong(indexTargets: string): string | undefined {
  for (const line of indexTargets.split('\n')) {
    const [uri = '', release = ''] = line.trim().split(' ');
    if (DEBIAN_SUITES.has(release) && !uri.includes('security')) return uri.replace(/\/$/, '');
  }
  return undefined;
}
