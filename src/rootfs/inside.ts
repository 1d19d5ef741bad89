import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';

/** As many links as Linux itself follows in one path: path_resolution(7). */
const MAX_LINKS = 40;

/**
 * Where a path of an image lies on this machine, every link on the way read as the image would read it: an absolute
 * link starts at the root, `..` never leaves it (what openat2(2) calls RESOLVE_IN_ROOT). The last part itself is not
 * followed unless `follow` says so, so that a link can be replaced. What is not there yet resolves to where it would
 * be. Nothing else writes into a root while hew does, so there is no race to win.
 * Throws `HewError` when links go round in circles.
 */
export async function insideRoot(
  host: Pick<Host, 'fs'>,
  root: string,
  path: string,
  { follow = false }: { readonly follow?: boolean } = {},
): Promise<string> {
  let pending = path.split('/').filter((part) => part !== '' && part !== '.');
  let reached: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const [part = '', ...rest] = pending;
    pending = rest;
    if (part === '..') {
      reached = reached.slice(0, -1);
      continue;
    }
    const candidate = posix.join(root, ...reached, part);
    const isLast = pending.length === 0;
    if ((isLast && !follow) || (await host.fs.status(candidate))?.kind !== 'symlink') {
      reached.push(part);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw loop(path);
    const target = await host.fs.readLink(candidate);
    if (target.startsWith('/')) reached = [];
    pending = [...target.split('/').filter((name) => name !== '' && name !== '.'), ...pending];
  }
  return posix.join(root, ...reached);
}

const loop = (path: string): HewError =>
  new HewError({
    code: 'link-loop',
    message: `${path} leads round in circles of symbolic links inside the image`,
    hint: 'a package or a script made those links; look at them with --keep-root',
  });
