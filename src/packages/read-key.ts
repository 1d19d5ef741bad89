import { posix } from 'node:path';

import { digestOf } from '../digest.ts';
import { HewError, ToolError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { redactText } from '../redact.ts';

/** A key file of a repository, or of the RPM files beside a definition. */
export interface KeySource {
  readonly repository: string;
  /** URL or absolute path, every variable in its place. */
  readonly source: string;
  /** Its copy in a vendored set, which is read instead of a URL. */
  readonly vendored: string | undefined;
  /** Whether the fingerprints are known: another key in its place would not pass. */
  readonly isPinned: boolean;
}

/** The bytes of a key file, armored or not. Throws `HewError` that names repository and place where it is not there or cannot be fetched. */
export async function readKey(host: Host, key: KeySource): Promise<Uint8Array> {
  const location = key.source.replace(/^file:\/\//, '');
  if (!location.startsWith('/') && key.vendored === undefined) return fetchKey(host, key);
  const file = location.startsWith('/') ? location : key.vendored ?? location;
  if ((await host.fs.status(await host.fs.realPath(file)))?.kind === 'file') return host.fs.readBytes(file);
  throw new HewError({
    code: 'key-missing',
    message: `the key of ${whoseKey(key)} is not there: ${file}`,
    ...subjectOf(key),
    hint: file.includes('/sample/') ? SAMPLE_HINT : 'check `gpgkey` of the repository',
  });
}

/** RPM files beside a definition are of no repository. */
const subjectOf = ({ repository }: KeySource): Pick<Problem, 'subject'> =>
  repository.startsWith('@') ? {} : { subject: { kind: 'repository', name: repository } };

/** Whose key it is, as messages say it. */
export const whoseKey = ({ repository }: Pick<KeySource, 'repository'>): string =>
  repository.startsWith('@') ? 'local RPMs' : `repository ${repository}`;

const SAMPLE_HINT = 'the sample distribution is made by `./bin/quickstart` in a checkout of hew';

/**
 * Fetches a key. One whose fingerprint is pinned may come over http, and without a network from a copy that an earlier
 * build left. Such copies are no entries of `src/cache`: an address does not decide what it gives, so each build asks
 * again and replaces the copy. What was stored is checked by the pinned fingerprint.
 */
async function fetchKey(host: Host, key: KeySource): Promise<Uint8Array> {
  const { source, isPinned } = key;
  const name = `${digestOf(source).slice('sha256:'.length)}.asc`;
  const kept = posix.join(host.paths.cache, 'keys', name);
  const folder = await host.makeWorkFolder('fetched-keys', 0);
  const fetched = posix.join(folder, name);
  try {
    await host.run({
      tool: 'curl',
      args: [
        '--fail', '--silent', '--show-error', '--location', '--proto', isPinned ? '=https,http' : '=https', '--max-time', '60',
        '--output', fetched, '--', source,
      ],
      view: { network: true, write: [folder] },
    });
    const content = await host.fs.readBytes(fetched);
    // What cannot be kept, on a full disk say, is fetched the next time.
    await host.fs.replace(kept, content).catch(() => {});
    return content;
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'tool-failed') throw error;
    if (!isPinned || (await host.fs.status(kept)) === undefined) throw notFetched(key, error);
    return host.fs.readBytes(kept);
  }
}

/** curl(1) begins what it says with its number: `curl: (22) The requested URL returned error: 404`. */
const notFetched = (key: KeySource, cause: ToolError): HewError =>
  new HewError({
    code: 'key-unreachable',
    message: `the key of ${whoseKey(key)} could not be fetched from ${redactText(key.source)}: ` +
      redactText(/^curl: \(\d+\) (.*)$/m.exec(cause.stderr)?.[1] ?? (cause.stderr.trim() || cause.message)),
    ...subjectOf(key),
    hint: 'check `gpgkey` of the repository and the network; a key that is pinned by `fingerprints` is kept for later builds',
  }, { cause });
