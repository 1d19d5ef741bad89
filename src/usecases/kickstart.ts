import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { LoadOptions } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import { createKickstartReader, decodeText, loadKickstart, type KickstartFile } from '../kickstart/index.ts';

/** What lets the definition stage take kickstart files as layers. */
export const kickstartLayers = (host: Host): Pick<LoadOptions, 'readKickstart'> => ({
  readKickstart: createKickstartReader((path) => host.fs.readTextIfThere(path)),
});

/**
 * Reads a kickstart file with all that it includes. `includes` are substitutes, NAME=FILE, relative to `cwd`.
 * Throws `HewError` when the file is not there or a substitute is not one.
 */
export async function readKickstart(
  host: Host,
  path: string,
  includes: readonly string[],
  cwd: string,
): Promise<KickstartFile> {
  const absolute = posix.resolve(cwd, path);
  if ((await host.fs.status(absolute)) === undefined) {
    throw new HewError({ code: 'file-not-found', message: `there is no file ${path}`, hint: 'check the path' }, { exitCode: 2 });
  }
  const read = async (file: string): Promise<string | undefined> =>
    (await host.fs.status(file)) === undefined ? undefined : decodeText(await host.fs.readBytes(file)).text;
  const text = await read(absolute);
  return loadKickstart(absolute, text ?? '', { read, substitutes: substitutesOf(includes, cwd) });
}

function substitutesOf(includes: readonly string[], cwd: string): ReadonlyMap<string, string> {
  return new Map(includes.map((include): [string, string] => {
    const at = include.indexOf('=');
    if (at <= 0) {
      throw new HewError(
        { code: 'usage', message: `--include ${include} has no file`, hint: 'write --include NAME=FILE, NAME as it stands behind %include' },
        { exitCode: 2 },
      );
    }
    return [include.slice(0, at), posix.resolve(cwd, include.slice(at + 1))];
  }));
}
