import { posix } from 'node:path';

import { z } from 'zod';

import { describeFile } from '../formats/describe-file.ts';
import { LAYOUT_FILE } from '../formats/oci/documents.ts';
import type { Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';

const descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.number() });
/** An index names manifests, a manifest a configuration and layers; each by digest. */
const blobFile = z.object({
  manifests: z.array(descriptor).optional(), config: descriptor.optional(), layers: z.array(descriptor).optional(),
});

type Descriptor = z.infer<typeof descriptor>;

/** Deeper nesting than any tool makes. */
const MAX_DEPTH = 4;

/**
 * Checks that an OCI layout follows from its `index.json`: every blob has the digest that names it, `oci-layout` is as hew
 * writes it, folders are folders and not links to others, and nothing else lies there. With the digest of the index known,
 * no byte of the layout can be another.
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
    if (sha256 !== hex || size !== entry.size) return tell(`${entry.digest} holds other bytes`);
    if (depth < MAX_DEPTH) await readNames(path, depth);
  };

  for (const folder of ['blobs', 'blobs/sha256']) {
    if ((await host.fs.status(posix.join(layout, folder)))?.kind !== 'directory') return [...problems, altered(layout, `${folder} is no folder`)];
  }
  if (!(await isMarker(host, posix.join(layout, 'oci-layout')))) tell('oci-layout is not the file that was built');
  await readNames(posix.join(layout, 'index.json'), 0);
  for (const name of await strangers(host, layout, seen)) tell(`${name} lies in it and no image of it`);
  return problems;
}

const altered = (layout: string, message: string): Problem =>
  ({ code: 'artifact-altered', message: `${posix.basename(layout)}: ${message}`, hint: 'it was altered after it was built' });

/** Nothing in the index speaks of `oci-layout`; there is one content that it can have. */
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
