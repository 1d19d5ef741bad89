import { describeFileChange, ownerOf } from '../diff/describe-change.ts';
import { diffSides } from '../diff/diff-sides.ts';
import type { FileChange } from '../diff/diff-files.ts';
import type { Host } from '../host/port.ts';
import { examineArtifact } from './open-artifact.ts';
import { readSide } from './read-side.ts';

/** Why two artifacts that should be identical are not. */
export interface Explanation {
  /** A sentence without a full stop: `/etc/uptime differs: content from byte 0`. */
  readonly first: string;
  /** Further paths and settings that differ. */
  readonly others: readonly string[];
}

/** Finds the first difference between two artifacts of one image; absolute paths. Undefined if none can be named. */
export async function explainDifference(host: Host, from: string, to: string): Promise<Explanation | undefined> {
  const [a, b] = [await readSide(host, { path: from, name: 'the first' }, true), await readSide(host, { path: to, name: 'the second' }, true)];
  for (const [index, { diff }] of diffSides(a, b).images.entries()) {
    const onEsp = new Set([...(a.images[index]?.esp ?? []), ...(b.images[index]?.esp ?? [])].map(({ path }) => path));
    // The ESP is made from the root, so differences in the root come first.
    const files = (diff.files ?? []).toSorted((one, other) => Number(onEsp.has(one.path)) - Number(onEsp.has(other.path)));
    const [first, ...rest] = [
      ...files.map((change) => ({ name: change.path, text: () => describeFile(host, change, index, [from, to]) })),
      ...diff.configuration.map((row) => ({
        name: row.key,
        text: () => Promise.resolve(`${row.key} differs: ${row.from ?? 'nothing'} → ${row.to ?? 'nothing'}`),
      })),
    ];
    if (first !== undefined) return { first: await first.text(), others: rest.map(({ name }) => name) };
  }
  const offset = await firstDifference(host, from, to);
  return offset === undefined ? undefined : { first: `no file in it differs, but the bytes differ from offset ${offset}`, others: [] };
}

async function describeFile(host: Host, change: FileChange, index: number, artifacts: readonly [string, string]): Promise<string> {
  const path = change.path;
  const owner = ownerOf(change) === '' ? 'belongs to no package' : `belongs to the package ${ownerOf(change)}`;
  if (change.kind === 'added') return `${path}, which ${owner}, is only in the second`;
  if (change.kind === 'removed') return `${path}, which ${owner}, is only in the first`;
  const offset = change.aspects.includes('content') ? await contentOffset(host, change.path, index, artifacts) : undefined;
  return `${path}, which ${owner}, differs: ${describeFileChange(change)}${offset === undefined ? '' : `, from byte ${offset} on`}`;
}

/** Larger files are not compared byte by byte. */
const MAX_COMPARED = 512 * 2 ** 20;

async function contentOffset(host: Host, path: string, index: number, [from, to]: readonly [string, string]): Promise<number | undefined> {
  const [a, b] = [await readFileOf(host, from, path, index), await readFileOf(host, to, path, index)];
  return a === undefined || b === undefined ? undefined : offsetIn(a, b);
}

/** The content of a file in an image of an artifact; undefined if it is outside the root. */
const readFileOf = async (host: Host, artifact: string, path: string, index: number): Promise<Uint8Array | undefined> =>
  host.inFreshWorkspace(async () => {
    const root = (await examineArtifact(host, artifact))[index]?.root;
    return root === undefined ? undefined : host.inside(root).readIfPlain(path, MAX_COMPARED);
  });

/** The first offset at which two byte sequences differ; if one is a prefix of the other, its length. */
export function offsetIn(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) if (a[at] !== b[at]) return at;
  return length;
}

const PIECE = 4 * 2 ** 20;

/** The first offset at which two files differ; undefined for folders. */
async function firstDifference(host: Host, from: string, to: string): Promise<number | undefined> {
  for (const path of [from, to]) if ((await host.fs.status(path))?.kind !== 'file') return undefined;
  const sources = [];
  try {
    for (const path of [from, to]) sources.push(host.fs.openBytes(path));
    const [a, b] = sources;
    if (a === undefined || b === undefined) return undefined;
    for (let at = 0; at < Math.max(a.size, b.size); at += PIECE) {
      const [one, other] = [a.read(at, PIECE), b.read(at, PIECE)];
      if (Buffer.compare(one, other) !== 0) return at + offsetIn(one, other);
    }
    return undefined;
  } finally {
    for (const source of sources) source.close();
  }
}
