import { posix } from 'node:path';

import { digestOf } from '../digest.ts';
import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Target } from '../plan/types.ts';
import type { DnfPaths } from './dnf5-settings.ts';

/** The public keys of each repository, as files below hew's settings: the same bytes for dnf5 and for hew's own check. */
export type RepositoryKeys = ReadonlyMap<string, readonly string[]>;

/**
 * Copies or fetches every key that the target's repositories name. Throws `HewError` when one is missing, since
 * without it nothing could be verified.
 */
export async function gatherKeys(host: Host, target: Target, paths: DnfPaths): Promise<RepositoryKeys> {
  const keys = new Map<string, readonly string[]>();
  for (const { settings } of target.repositories) {
    const files = [];
    for (const source of settings.gpgkey) files.push(await gatherKey(host, settings.id, source, paths));
    if (files.length === 0 && (settings.gpgcheck || settings.repo_gpgcheck)) throw keyMissing(settings.id);
    keys.set(settings.id, files);
  }
  return keys;
}

async function gatherKey(host: Host, repository: string, source: string, paths: DnfPaths): Promise<string> {
  const location = source.replace('$cachedir', paths.hewCache).replace(/^file:\/\//, '');
  const file = posix.join(paths.settings, 'keys', `${digestOf(location).slice(7, 23)}.asc`);
  if ((await host.fs.status(file)) !== undefined) return file;
  const content = location.startsWith('/') ? await host.fs.readTextIfThere(location) : await fetchKey(host, location);
  if (content === undefined) {
    throw new HewError({
      code: 'key-missing',
      message: `the key of repository ${repository} is not there: ${location}`,
      hint: location.includes('/sample/') ? SAMPLE_HINT : 'check `gpgkey` of the repository',
    });
  }
  await host.fs.write(file, content);
  return file;
}

const SAMPLE_HINT = 'the sample distribution is made by `./bin/quickstart` in a checkout of hew';

async function fetchKey(host: Host, url: string): Promise<string> {
  const { stdout } = await host.run({
    tool: 'curl',
    args: ['--fail', '--silent', '--show-error', '--location', '--proto', '=https', '--max-time', '60', '--', url],
    view: { network: true },
  });
  return stdout;
}

const keyMissing = (repository: string): HewError =>
  new HewError(
    {
      code: 'key-missing',
      message: `repository ${repository} names no key, so nothing from it can be verified`,
      hint: 'add `gpgkey`, or turn the check off by `gpgcheck = false`, `repo_gpgcheck = false` and a `reason`',
    },
    { exitCode: 2 },
  );
