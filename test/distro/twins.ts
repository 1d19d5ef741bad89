import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { handMadeEpoch, release } from './data/release.ts';
import { type Twin, twins } from './data/twins.ts';
import type { Job } from './rpms.ts';
import type { Tree } from './tree.ts';
import { distTag } from './version.ts';

export type Level = 'v1' | 'v3';

const flags: Readonly<Record<Level, readonly string[]>> = {
  // Without a note, as Debian builds: the linker of this suite aborts on `-z x86-64-baseline`.
  v1: ['-march=x86-64'],
  v3: ['-march=x86-64-v3', '-Wl,-z,x86-64-v3'],
};

/** Where the builds of the twins go; each RPM is made once per label. */
export interface TwinFolders {
  readonly base: string;
  readonly v3: string;
  readonly labelled: string;
  readonly updates: string;
  readonly updatesV3: string;
  readonly labelledUpdates: string;
}

/** Compiles the twins and returns the jobs that package them. */
export async function prepareTwins(tree: Tree, work: string, folders: TwinFolders): Promise<Job[]> {
  const sources = join(work, 'twins');
  await mkdir(sources, { recursive: true });
  for (const name of new Set(twins.map(({ code }) => code))) {
    await copyFile(join(import.meta.dirname, 'data/twins', name), join(sources, name));
  }
  const jobs: Job[] = [];
  for (const twin of twins) {
    const builds: [string, Level, string, string][] = [
      [twin.baseline, 'v1', 'x86_64', folders.base],
      [twin.v3, 'v3', 'x86_64', folders.v3],
      [twin.v3, 'v3', 'x86_64_v3', folders.labelled],
      ...(twin.update === undefined ? [] : [
        [twin.update, 'v1', 'x86_64', folders.updates], [twin.update, 'v3', 'x86_64', folders.updatesV3],
        [twin.update, 'v3', 'x86_64_v3', folders.labelledUpdates],
      ] satisfies [string, Level, string, string][]),
    ];
    for (const [evr, level, arch, output] of builds) jobs.push(describe(twin, evr, level, arch, output, sources));
  }
  await compile(tree, jobs, sources);
  return jobs;
}

type Compiled = Job & { readonly argv: readonly string[] };

function describe(twin: Twin, evr: string, level: Level, arch: string, output: string, sources: string): Compiled {
  const [version = '', number = ''] = evr.split('-');
  const id = `${twin.name}-${evr}-${level}-${arch}`;
  const root = join(sources, id);
  const library = twin.code === 'libsample.c';
  const path = library ? '/usr/lib/x86_64-linux-gnu/libsample.so.1' : `/usr/bin/${twin.name}`;
  const define = (name: string, value: string) => `-D${name}="${value}"`;
  const argv = [
    'gcc', '-O2', '-ftree-vectorize', ...flags[level], '-Wl,--build-id=sha1', '-ffile-prefix-map=/=',
    define('NAME', twin.name), define('VERSION', version), define('LEVEL', level === 'v1' ? 'x86-64' : 'x86-64-v3'),
    ...(library ? ['-shared', '-fPIC', '-Wl,-soname,libsample.so.1'] : []),
    join(sources, twin.code), '-o', join(root, path), ...(twin.code === 'hello.c' ? [libraryOf(sources)] : []),
  ];
  return {
    id, root, output, argv, epoch: handMadeEpoch,
    rpm: {
      name: twin.name, version, release: `${number}${distTag}`, arch,
      source: { name: twin.name, version, release: `${number}${distTag}` },
      summary: twin.summary,
      description: `${twin.summary}. Built for ${level === 'v1' ? 'every x86-64 processor' : 'x86-64-v3'}.`,
      license: 'MIT', url: release.home,
      relations: ['glibc', ...twin.requires].map((value) => ({ tag: 'Requires', value })),
      files: [{ path, mode: 0o755, owner: 'root', group: 'root' }],
    },
  };
}

/** Any build of the library will do for linking: they have one interface. */
const libraryOf = (sources: string): string => join(sources, 'link/libsample.so.1');

async function compile(tree: Tree, jobs: readonly Job[], sources: string): Promise<void> {
  const builds = jobs.filter((job): job is Compiled => 'argv' in job);
  for (const { root } of builds) {
    await mkdir(join(root, 'usr/bin'), { recursive: true });
    await mkdir(join(root, 'usr/lib/x86_64-linux-gnu'), { recursive: true });
  }
  await mkdir(join(sources, 'link'), { recursive: true });
  const quoted = (argv: readonly string[]) => argv.map((word) => `'${word}'`).join(' ');
  const first = builds.find(({ rpm }) => rpm.name === 'libsample');
  const lines = [
    ...builds.filter(({ rpm }) => rpm.name === 'libsample').map(({ argv }) => quoted(argv)),
    `cp '${join(first?.root ?? '', 'usr/lib/x86_64-linux-gnu/libsample.so.1')}' '${libraryOf(sources)}'`,
    ...builds.filter(({ rpm }) => rpm.name !== 'libsample').map(({ argv }) => quoted(argv)),
  ];
  await tree.run(['sh', '-euc', lines.join('\n')], { write: [sources] });
}
