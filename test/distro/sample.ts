import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Archive, openArchive, suite } from './archive.ts';
import { compose } from './compose.ts';
import type { Stanza } from './control.ts';
import { parseRelations } from './dependency.ts';
import { containerRows } from './data/container.ts';
import { handMadeRows } from './data/handmade.ts';
import { vmRows } from './data/vm.ts';
import { kernelRows } from './data/vm/kernel.ts';
import { openKeys } from './keys.ts';
import { localeDebs, prepareLocale } from './locale.ts';
import { digestOf, exists, makeOnce } from './paths.ts';
import { publish, repositories } from './publish.ts';
import { debsOf, type Row } from './row.ts';
import { buildRpms, type Job, rpmFileName } from './rpms.ts';
import { openTree } from './tree.ts';
import { prepareTwins } from './twins.ts';
import { unpack } from './unpack.ts';
import { formatEvr } from './version.ts';

export type SetName = 'container' | 'vm';

export interface Request {
  readonly cache: string;
  /** The folder of all sample distributions below the cache. */
  readonly sample: string;
  readonly set: SetName;
  /** Digest of this program and its tables. */
  readonly sources: string;
  readonly mirror: string;
  readonly workers: number;
  readonly say: (text: string) => void;
}

/** Makes the sample distribution unless the very same one is there. Returns its folder's name below `sample`. */
export async function makeSample(request: Request): Promise<string> {
  const { cache, sample, set, workers } = request;
  const seconds = stopwatch(request.say);
  await mkdir(sample, { recursive: true });
  const archive = await openArchive(sample, request.mirror);
  const [tree] = await Promise.all([openTree(cache, request.mirror), archive.update()]);
  seconds('tools tree and package index');
  const keys = await openKeys(tree, join(sample, 'keyring'));
  const publicKey = await readFile(join(keys, 'RPM-GPG-KEY-sample'), 'utf8');
  const containerSet = [...handMadeRows(publicKey), ...containerRows];
  const allRows = [...containerSet, ...vmRows, ...(set === 'vm' ? kernelRows(await kernelOf(archive)) : [])];
  const rows = set === 'vm' ? allRows : containerSet;
  const stanzas = await archive.lookUp([...new Set([...rows.flatMap(debsOf), ...(set === 'vm' ? localeDebs : [])])].sort());
  const contents = [...stanzas.values()].map((one) => one.get('SHA256') ?? '');
  const digest = digestOf(request.sources, set, publicKey, ...contents);
  const name = digest.slice(0, 24);
  if (await exists(join(sample, name))) return name;
  const debs = await archive.fetch(stanzas.values());
  seconds(`${debs.size} Debian packages`);
  await makeOnce(join(sample, name), async (output) => {
    const work = `${output}.work`;
    try {
      await mkdir(work, { recursive: true });
      const unpacked = await unpack(tree, debs, join(work, 'debs'), workers);
      seconds('unpacked');
      const folder = (path: string) => join(output, path);
      const jobs = [
        ...(await compose(rows, allRows, stanzas, unpacked, work, folder(repositories.base))),
        ...(await prepareTwins(tree, work, {
          base: folder(repositories.base), v3: folder(repositories.v3), labelled: folder(repositories.labelled),
          updates: folder(repositories.updates), updatesV3: folder(repositories.updatesV3),
          labelledUpdates: folder(repositories.labelledUpdates),
        })),
      ];
      if (set === 'vm') jobs.push(await prepareLocale(tree, work, unpacked, stanzas, folder(repositories.base)));
      seconds('build roots and headers');
      await buildRpms(tree, jobs, work, workers);
      seconds(`${jobs.length} RPMs`);
      await publish(tree, output, keys, work, workers);
      seconds('signatures and metadata');
      await writeManifest(output, { digest, set, rows, stanzas, jobs, timings: seconds.all });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return name;
}

/** What `uname -r` says of the suite's kernel: the metapackage depends on the package that ends in it. */
async function kernelOf(archive: Archive): Promise<string> {
  const meta = 'linux-image-amd64';
  const depends = (await archive.lookUp([meta])).get(meta)?.get('Depends') ?? '';
  const names = parseRelations(depends).flat().map(({ name }) => /^linux-image-(.+)$/.exec(name)?.[1]);
  const uname = names.find((name) => name !== undefined);
  if (uname === undefined) throw new Error(`${meta} names no kernel: ${depends}`);
  return uname;
}

interface Made {
  readonly digest: string;
  readonly set: SetName;
  readonly rows: readonly Row[];
  readonly stanzas: ReadonlyMap<string, Stanza>;
  readonly jobs: readonly Job[];
  readonly timings: Readonly<Record<string, number>>;
}

/** `manifest.json`: what the tests need to know of the packages. */
async function writeManifest(output: string, { digest, set, rows, stanzas, jobs, timings }: Made): Promise<void> {
  const packages = await Promise.all(jobs.map(async ({ rpm, output: folder }) => {
    const path = join(folder, rpmFileName(rpm));
    const row = rows.find(({ name }) => name === rpm.name);
    return {
      name: rpm.name,
      evr: formatEvr(rpm),
      arch: rpm.arch,
      path: path.slice(output.length + 1),
      size: (await stat(path)).size,
      sha256: await sha256(path),
      license: rpm.license,
      files: rpm.files.length,
      debs: (row === undefined ? [] : debsOf(row)).map((name) => ({ name, version: stanzas.get(name)?.get('Version') })),
    };
  }));
  const bytes = packages.reduce((sum, { size }) => sum + size, 0);
  const manifest = { digest, set, suite, repositories, bytes, seconds: timings, packages };
  await writeFile(join(output, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Says how long each step took, and remembers it. */
function stopwatch(say: (text: string) => void): ((step: string) => void) & { readonly all: Record<string, number> } {
  let last = performance.now();
  const all: Record<string, number> = {};
  const lap = (step: string) => {
    const now = performance.now();
    all[step] = Math.round(now - last) / 1000;
    last = now;
    say(`${all[step]?.toFixed(1).padStart(6)} s  ${step}`);
  };
  return Object.assign(lap, { all });
}
