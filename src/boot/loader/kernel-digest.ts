import { createHmac } from 'node:crypto';

import type { RootFiles } from '../../host/port.ts';

/** The key of sha512hmac(1) (apps/kcapi-hasher.c of libkcapi). It is public: the digest is against damage, not people. */
const KEY = 'FIPS-FTW-RHT2009';

/**
 * Writes the digest by which dracut's module fips checks a kernel of /boot before it mounts the root: `.NAME.hmac`
 * beside it (modules.d/11fips/fips.sh of dracut), as kernel packages of Fedora bring it for their own place.
 */
export async function writeKernelDigest(files: RootFiles, name: string): Promise<void> {
  const digest = createHmac('sha512', KEY);
  for await (const piece of files.pieces(`/boot/${name}`)) digest.update(piece);
  await files.write(`/boot/.${name}.hmac`, `${digest.digest('hex')}  /boot/${name}\n`);
}
