import { readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findMirror } from './archive.ts';
import { cacheFolder, digestOf, exists, removeAbandoned } from './paths.ts';
import { makeSample, type SetName } from './sample.ts';

const usage = 'usage: node test/distro/build.ts [--set container|vm] [--cache DIR] [--mirror URL] [--refresh]';

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      set: { type: 'string', default: 'container' }, cache: { type: 'string' }, mirror: { type: 'string' },
      refresh: { type: 'boolean', default: false },
    },
  });
  if (values.set !== 'container' && values.set !== 'vm') throw new Error(usage);
  const cache = values.cache ?? cacheFolder(process.env);
  const sample = join(cache, 'sample');
  const sources = await digestSources();
  for (const folder of [sample, join(sample, 'debs'), join(cache, 'sample-tools')]) await removeAbandoned(folder);
  // Who has the larger set keeps it: a smaller one in its place would take packages away.
  const larger = await findReady(sample, 'vm', sources) !== undefined;
  const set = larger ? 'vm' : values.set;
  const ready = values.refresh ? undefined : await findReady(sample, set, sources);
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  if (ready !== undefined) {
    await pointCurrent(sample, ready);
    return say(`${join(sample, 'current')} is ready (${ready})`);
  }
  const mirror = await findMirror(values.mirror ?? process.env['HEW_DEBIAN_MIRROR']);
  const workers = Math.max(2, availableParallelism());
  const name = await makeSample({ cache, sample, set, sources, mirror, workers, say });
  await writeFile(join(sample, readyName(set, sources)), `${name}\n`);
  await pointCurrent(sample, name);
  say(join(sample, 'current'));
}

/** Everything that decides what is made, besides the versions in the archive. */
async function digestSources(): Promise<string> {
  const folder = import.meta.dirname;
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(ts|c)$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return digestOf(...names, ...texts).slice(0, 16);
}

function readyName(set: SetName, sources: string): string {
  return `ready-${set}-${sources}`;
}

async function findReady(sample: string, set: SetName, sources: string): Promise<string | undefined> {
  const name = (await readFile(join(sample, readyName(set, sources)), 'utf8').catch(() => '')).trim();
  return name !== '' && (await exists(join(sample, name, 'manifest.json'))) ? name : undefined;
}

/** Swaps the link by rename: a reader sees the old folder or the new one. */
async function pointCurrent(sample: string, name: string): Promise<void> {
  const current = join(sample, 'current');
  if ((await readlink(current).catch(() => '')) === name) return;
  const fresh = `${current}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(name, fresh);
  await rename(fresh, current);
}
