import { posix } from 'node:path';

import { z } from 'zod';

import { describeFile } from '../formats/describe-file.ts';
import { LAYOUT_FILE } from '../formats/oci/documents.ts';
import type { Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';

const descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.number() });
/** An index names manifests by digest; a manifest names a configuration and layers by digest. */
const blobFile = z.object({
  manifests: z.array(descriptor).optional(), config: descriptor.optional(), layers: z.array(descriptor).optional(),
});

type Descriptor = z.infer<typeof descriptor>;

/** Deeper nesting than any tool makes. */
const MAX_DEPTH = 4;

/**
 * Checks that an OCI layout follows from its `index.json`: every blob matches its digest, `oci-layout` is the file that
 * hew writes, folders are not symlinks, and there are no other files. With a known digest of the index, no byte of the
 * layout can differ.
 */
export async function checkLayout(host: Host, layout: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const tell = (message: string): void => void problems.push(altered(layout, message));

  const readNames = async (path: string, depth: number): Promise<void> => {
    const { manifests = [], config, layers = [] } = await readBlob(host, path);
    for (const entry of manifests) await visit(entry, depth + 1);
    for (const entry of [...(config === undefined ? [] : [config]), ...layers]) await visit(entry, MAX_DEPTH);
  };

  const visit = async (entry: Descriptor, depth: number): Promise<void> => {
    const hex = entry.digest.slice('sha256:'.length);
    if (seen.has(hex)) return;
    seen.add(hex);
    const path = posix.join(layout, 'blobs/sha256', hex);
    if ((await host.fs.status(path))?.kind !== 'file') return tell(`${entry.digest} is not there`);
    const { sha256, size } = await describeFile(host, 'blob', path);
    if (sha256 !== hex || size !== entry.size) return tell(`${entry.digest} has other content`);
    if (depth < MAX_DEPTH) await readNames(path, depth);
  };

  for (const folder of ['blobs', 'blobs/sha256']) {
    if ((await host.fs.status(posix.join(layout, folder)))?.kind !== 'directory') return [...problems, altered(layout, `${folder} is not a folder`)];
  }
  if (!(await isMarker(host, posix.join(layout, 'oci-layout')))) tell('oci-layout is not the file that was built');
  await readNames(posix.join(layout, 'index.json'), 0);
  for (const name of await strangers(host, layout, seen)) tell(`${name} is in it and belongs to no image`);
  return problems;
}

const altered = (layout: string, message: string): Problem =>
  ({ code: 'artifact-altered', message: `${posix.basename(layout)}: ${message}`, hint: 'it was changed after it was built' });

/** The index does not cover `oci-layout`, which has only one valid content. */
async function isMarker(host: Host, path: string): Promise<boolean> {
  const status = await host.fs.status(path);
  return status?.kind === 'file' && status.size === LAYOUT_FILE.length && (await host.fs.readText(path)) === LAYOUT_FILE;
}

async function readBlob(host: Host, path: string): Promise<z.infer<typeof blobFile>> {
  try {
    return blobFile.safeParse(JSON.parse(await host.fs.readText(path))).data ?? {};
  } catch {
    return {};
  }
}

async function strangers(host: Host, layout: string, seen: ReadonlySet<string>): Promise<readonly string[]> {
  const inside = async (folder: string, known: (name: string) => boolean): Promise<readonly string[]> =>
    (await host.fs.list(posix.join(layout, folder))).filter((name) => !known(name)).map((name) => posix.join(folder, name));
  return [
    ...(await inside('.', (name) => ['oci-layout', 'index.json', 'blobs'].includes(name))),
    ...(await inside('blobs', (name) => name === 'sha256')),
    ...(await inside('blobs/sha256', (name) => seen.has(name))),
  ];
}
