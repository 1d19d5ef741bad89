import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, parseListing } from './listing.ts';
import type { Tree } from './tree.ts';

export interface Unpacked {
  readonly name: string;
  /** Holds the files, and `DEBIAN/` with the control files. */
  readonly folder: string;
  readonly entries: readonly Entry[];
  /** Absolute paths. */
  readonly configuration: ReadonlySet<string>;
  /** When the Debian package was made, in seconds since 1970: the clock of the RPM that comes from it. */
  readonly epoch: number;
}

const script = `
set -eu
one() {
  dpkg-deb --contents "$1" > "$2.list"
  dpkg-deb --raw-extract "$1" "$2"
}
if [ "$#" -eq 2 ]; then one "$1" "$2"; exit; fi
xargs -P "$WORKERS" -n 2 sh "$0"
`;

/** Unpacks Debian packages, several at once, without running anything of theirs. */
export async function unpack(
  tree: Tree, debs: ReadonlyMap<string, string>, folder: string, workers: number,
): Promise<Map<string, Unpacked>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'unpack.sh');
  await writeFile(file, script);
  const input = [...debs].map(([name, path]) => `${path}\n${join(folder, name)}\n`).join('');
  const read = [...new Set([...debs.values()].map((path) => join(path, '..')))];
  await tree.run(['sh', file], { read, write: [folder], env: { WORKERS: String(workers) }, input });
  const unpacked = await Promise.all([...debs].map(([name, path]) => describe(name, path, join(folder, name))));
  return new Map(unpacked.map((one) => [one.name, one]));
}

async function describe(name: string, path: string, folder: string): Promise<Unpacked> {
  const conffiles = await readFile(join(folder, 'DEBIAN/conffiles'), 'utf8').catch(() => '');
  return {
    name,
    folder,
    entries: parseListing(await readFile(`${folder}.list`, 'utf8')),
    configuration: new Set(conffiles.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('/'))),
    epoch: await archiveTime(path),
  };
}

/** The time in the first header of an ar archive: 16 bytes of name, then 12 of decimal seconds (deb(5)). */
async function archiveTime(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(60), 0, 60, 8);
    return Number.parseInt(buffer.toString('latin1', 16, 28), 10);
  } finally {
    await file.close();
  }
}
