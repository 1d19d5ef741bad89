import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import { formatNevra } from '../../packages/nevra.ts';
import { composeInitrd } from './compose.ts';
import { runDracut } from './dracut.ts';
import { CONFIGURATION, initrdKey } from './initrd-key.ts';
import { initrdCompression, packInitrd } from './pack.ts';
import type { InitrdRequest } from './request.ts';

export interface MadeInitrd {
  readonly version: string;
  /** Absolute path. */
  readonly path: string;
  readonly fromCache: boolean;
}

/** Makes the initrd of a kernel, or takes the one that was made of the same packages and configuration before. */
export async function makeInitrd(host: Host, request: InitrdRequest, folder: string): Promise<MadeInitrd> {
  const { kernel, cache } = request;
  const kept = posix.join(host.paths.cache, 'initrds', (await keyOf(host, request)).slice('sha256:'.length));
  const isKept = cache && (await host.fs.status(kept)) !== undefined;
  if (isKept) return { version: kernel.version, path: kept, fromCache: true };
  const path = posix.join(folder, `initrd-${kernel.version}`);
  await GENERATORS[request.generator](host, request, path);
  if (cache) await keep(host, path, kept);
  return { version: kernel.version, path, fromCache: false };
}

const GENERATORS = {
  systemd: async (host: Host, { root, ...request }: InitrdRequest, path: string): Promise<void> => {
    const entries = await composeInitrd(host, { ...request, root: root.path });
    const config = await kernelConfig(host, root.path, request);
    await packInitrd(host, root.path, entries, root.epoch, initrdCompression(config), path);
  },
  dracut: runDracut,
};

/** Empty where the package brings none. */
async function kernelConfig(
  host: Host,
  root: string,
  { index, kernel }: Pick<InitrdRequest, 'index' | 'kernel'>,
): Promise<string> {
  const places = [posix.join(kernel.modules, 'config'), `/boot/config-${kernel.version}`];
  const found = places.map((place) => index.resolve(place)).find((one) => one?.kind === 'file');
  return found === undefined ? '' : (await host.inside(root).readText(found.path)) ?? '';
}

/** Appears by rename: another build finds all of it or nothing. */
async function keep(host: Host, path: string, kept: string): Promise<void> {
  await host.fs.makeFolder(posix.dirname(kept));
  const unfinished = await host.fs.temporaryFolder(posix.join(posix.dirname(kept), '.new-'));
  try {
    await host.fs.copy(path, posix.join(unfinished, 'initrd'));
    await host.fs.rename(posix.join(unfinished, 'initrd'), kept);
  } finally {
    await host.fs.remove(unfinished);
  }
}

async function keyOf(host: Host, { root, index, kernel, generator, drivers, fips }: InitrdRequest) {
  const files: Record<string, Uint8Array> = {};
  const inside = host.inside(root.path);
  const read = async (path: string): Promise<void> => {
    const found = index.resolve(path);
    if (found?.kind === 'file') files[path] = (await inside.read(found.path)) ?? Buffer.alloc(0);
    if (found?.kind === 'directory') for (const name of index.list(path)) await read(posix.join(path, name));
  };
  for (const path of CONFIGURATION) await read(path);
  const { root: tools } = await host.tools();
  return initrdKey({
    generator, kernel: kernel.version, drivers, fips, files, epoch: root.epoch, tools: posix.basename(tools),
    packages: root.packages.map((one) => `${formatNevra(one)} ${one.buildTime}`),
  });
}
