import type { Cache } from '../../cache/cache.ts';
import type { Host } from '../../host/port.ts';
import type { Fingerprints, SourceKey } from '../keys.ts';
import type { DnfSettings } from './settings.ts';

/** All that dnf5 calls for one target of a plan have in common. */
export interface DnfSession extends DnfSettings {
  readonly host: Host;
  /** Of results about keys and signatures. */
  readonly cache: Cache;
  /** Of the keys that may be used. */
  readonly fingerprints: Fingerprints;
  /** Every key that the key files hold. */
  readonly found: readonly SourceKey[];
}
