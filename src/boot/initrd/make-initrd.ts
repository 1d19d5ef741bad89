import { posix } from 'node:path';

import type { CacheRequest } from '../../cache/cache.ts';
import type { Host } from '../../host/port.ts';
import { composeInitrd } from './compose.ts';
import { runDracut } from './dracut.ts';
import { composedInputs, dracutInputs } from './initrd-inputs.ts';
import { initrdCompression, packInitrd } from './pack.ts';
import type { InitrdRequest } from './request.ts';

export interface MadeInitrd {
  readonly version: string;
  /** Absolute path. */
  readonly path: string;
  readonly fromCache: boolean;
}

/** Makes the initrd of a kernel, or takes the one that was made of the same content before. */
export async function makeInitrd(host: Host, request: InitrdRequest, folder: string): Promise<MadeInitrd> {
  const { version } = request.kernel;
  const path = posix.join(folder, `initrd-${version}`);
  const { inputs, make } = await GENERATORS[request.generator](host, request, path);
  const name = `${request.image}, ${version}, ${request.root.target.level}`;
  const { files, fromCache } = await request.cache.get({ kind: 'initrd', name, inputs }, async () => {
    await make();
    return { value: null, files: { initrd: path } };
  });
  return { version, path: files['initrd'] ?? path, fromCache };
}

/** How an initrd is made, and what its bytes depend on. */
interface Making extends Pick<CacheRequest, 'inputs'> {
  readonly make: () => Promise<void>;
}

const GENERATORS: Readonly<Record<InitrdRequest['generator'], (host: Host, request: InitrdRequest, path: string) => Promise<Making>>> = {
  // Composing is cheap against packing, and what was composed says all that there is to say.
  systemd: async (host, request, path) => {
    const entries = await composeInitrd(host, { ...request, root: request.root.path });
    const compression = initrdCompression(await kernelConfig(host, request.root.path, request));
    return {
      inputs: () => composedInputs(host, request, entries, compression),
      make: () => packInitrd(host, { root: request.root, entries, compression, target: path }),
    };
  },
  dracut: async (host, request, path) => ({
    inputs: () => dracutInputs(host, request),
    make: () => runDracut(host, request, path),
  }),
};

/** Empty where the package brings none. */
async function kernelConfig(
  host: Host,
  root: string,
  { index, kernel }: Pick<InitrdRequest, 'index' | 'kernel'>,
): Promise<string> {
  const locations = [posix.join(kernel.modules, 'config'), `/boot/config-${kernel.version}`];
  const found = locations.map((place) => index.resolve(place)).find((one) => one?.kind === 'file');
  return found === undefined ? '' : (await host.inside(root).readText(found.path)) ?? '';
}
