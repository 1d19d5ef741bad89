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
  const named = asked || readSetting(process.env, 'HEW_DEBIAN_MIRROR');
  if (named) return named;
  const argv = ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'];
  try {
    const { stdout } = await runProcess({ argv, env: CLEAN_ENVIRONMENT, signal });
    const mirror = mirrorAmong(stdout);
    if (mirror !== undefined) return mirror;
  } catch (error) {
    if (signal.aborted) throw error;
  }
  throw MISSING;
}

/** The first archive that holds a whole Debian suite; security and updates archives do not. */
export function mirrorAmong(indexTargets: string): string | undefined {
  for (const line of indexTargets.split('\n')) {
    const [uri = '', release = ''] = line.trim().split(' ');
    if (DEBIAN_SUITES.has(release) && !uri.includes('security')) return uri.replace(/\/$/, '');
  }
  return undefined;
}
