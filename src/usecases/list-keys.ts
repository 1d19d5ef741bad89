import type { Host } from '../host/port.ts';
import { openDnfSession } from '../packages/dnf5/index.ts';
import type { SourceKey } from '../packages/keys.ts';
import type { Plan } from '../plan/types.ts';
import { withoutCredentials } from '../redact.ts';

/** A key of a definition: what it may vouch for, and until when. */
export interface TrustedKey extends Omit<SourceKey, 'expires'> {
  /** Day of expiry, `2030-12-31`; absent where it never expires, and where that is unknown. */
  readonly expires?: string;
  /** What signatures of it count for in that repository: nothing where it is not used. */
  readonly checks: readonly ('packages' | 'metadata')[];
}

/**
 * Every key in the key files that a definition names, whether it is used or not, each once. Fetches what lies elsewhere,
 * and throws `HewError` as a build does where a repository is left without a key.
 */
export async function listKeys(host: Host, plan: Plan): Promise<readonly TrustedKey[]> {
  const keys = new Map<string, TrustedKey>();
  for (const target of plan.targets) {
    const { found } = await openDnfSession(host, plan, target);
    for (const key of found) {
      const settings = target.repositories.find((row) => row.settings.id === key.repository)?.settings;
      const { expires, ...rest } = key;
      const row: TrustedKey = {
        ...rest,
        source: withoutCredentials(key.source),
        ...(expires === undefined ? {} : { expires: new Date(expires * 1000).toISOString().slice(0, 10) }),
        checks: key.trust === 'no' ? [] : [...(settings?.gpgcheck === false ? [] : ['packages' as const]), ...(settings?.repo_gpgcheck === true ? ['metadata' as const] : [])],
      };
      keys.set([row.repository, row.source, row.fingerprint, row.reason ?? ''].join('\n'), row);
    }
  }
  return [...keys.values()];
}
