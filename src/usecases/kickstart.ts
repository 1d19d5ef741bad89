import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { LoadOptions } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import { isInside } from '../rootfs/inputs.ts';
import { createKickstartReader, decodeText, loadKickstart, type KickstartFile } from '../kickstart/index.ts';

/** Lets the definition stage read kickstart files as layers. */
export const kickstartLayers = (host: Host): Pick<LoadOptions, 'readKickstart'> => ({
  readKickstart: createKickstartReader(readerOf(host), insideOf(host)),
});

/** Text of a file, in either of the two encodings; undefined if it does not exist. */
const readerOf = (host: Host) => async (file: string): Promise<string | undefined> =>
  (await host.fs.status(file)) === undefined ? undefined : decodeText(await host.fs.readBytes(file)).text;

const insideOf = (host: Host) => (path: string, folders: readonly string[]): Promise<boolean> => isInside(host, path, folders);

/** Reads a kickstart file and its includes; paths are relative to `cwd`. Throws `HewError` if the file does not exist. */
export async function readKickstart(
  host: Host,
  path: string,
  includes: LoadOptions['includes'],
  cwd: string,
): Promise<KickstartFile> {
  const absolute = posix.resolve(cwd, path);
  const read = readerOf(host);
  const text = await read(absolute);
  if (text === undefined) {
    throw new HewError({ code: 'file-not-found', message: `there is no file ${path}`, hint: 'check the path' }, { exitCode: 2 });
  }
  const given = new Map((includes ?? []).map(({ name, file }) => [name, posix.resolve(cwd, file)] as const));
  return loadKickstart(absolute, text, { read, given, isInside: insideOf(host) });
}
