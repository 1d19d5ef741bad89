import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import { matchesGlob, type Repository } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import type { Target } from '../plan/types.ts';

/** Keys of dnf5's repository sections: https://dnf5.readthedocs.io/en/latest/dnf5.conf.5.html */
export const CERTIFICATE_KEYS = ['sslcacert', 'sslclientkey', 'sslclientcert'] as const;
type CertificateKey = (typeof CERTIFICATE_KEYS)[number];

/**
 * A target whose repositories name their certificates by the paths that they have on this machine: an entitlement is
 * called by a number that only the machine knows. The files are shown to dnf5 where they lie, and nothing of them is
 * copied. Throws `HewError` that names each repository whose certificate is not there.
 */
export async function findCertificates(host: Host, target: Target): Promise<Target> {
  if (target.repositories.every(({ settings }) => CERTIFICATE_KEYS.every((key) => settings[key] === undefined))) return target;
  const repositories = [];
  for (const row of target.repositories) repositories.push({ ...row, settings: await withCertificates(host, row.settings) });
  return { ...target, repositories };
}

async function withCertificates(host: Host, settings: Repository): Promise<Repository> {
  const found: Partial<Record<CertificateKey, string>> = {};
  for (const key of CERTIFICATE_KEYS) {
    const pattern = settings[key];
    if (pattern === undefined) continue;
    const names = (await host.fs.list(posix.dirname(pattern))).filter((name) => matchesGlob(posix.basename(pattern), name));
    // `ID.pem` belongs to `ID-key.pem`, and other certificates may lie beside them.
    const own = key === 'sslclientcert' ? posix.basename(found.sslclientkey ?? '').replace(/-key(?=\.[^.]*$)/, '') : '';
    const name = names.includes(own) ? own : names.toSorted().at(-1);
    if (name === undefined) throw missing(settings.id, key, pattern);
    found[key] = posix.join(posix.dirname(pattern), name);
  }
  return { ...settings, ...found };
}

const missing = (repository: string, key: string, pattern: string): HewError =>
  new HewError({
    code: 'certificate-missing',
    message: `repository ${repository} wants a certificate that is not there: ${key} is ${pattern}`,
    subject: { kind: 'repository', name: repository },
    hint: 'register this machine, for Red Hat with `subscription-manager register`, or name the file of your entitlement in the repository',
  });

/** Where the sandbox shows a certificate: the folders that they have on this machine need not exist in it. Pure. */
export const certificatePlace = (repository: string, key: CertificateKey): string => posix.join('/run/certificates', repository, `${key}.pem`);

/** The certificates of a target's repositories, by the place where the sandbox shows them. Pure. */
export const placedCertificates = ({ repositories }: Pick<Target, 'repositories'>): Readonly<Record<string, string>> =>
  Object.fromEntries(repositories.flatMap(({ settings }) => CERTIFICATE_KEYS.flatMap((key) => {
    const file = settings[key];
    return file === undefined ? [] : [[certificatePlace(settings.id, key), file]];
  })));
