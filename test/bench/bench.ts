import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Where a subject is measured. */
export interface Bench {
  readonly cache: string;
  /** The folder that hew's images and program lie in. */
  readonly data: string;
  /** An empty folder for everything that is made. */
  readonly folder: string;
  /** Another one, in memory. */
  readonly memory: string;
  /** How often each contender runs, the round that warms caches not counted. */
  readonly runs: number;
}

/** argv of hew as it is installed: bundled, not from its sources. */
export const hewOf = ({ data }: Bench): readonly string[] => [process.execPath, join(data, 'bin/run.js')];

/** Absolute path of the sample distribution. */
export const sampleOf = ({ cache }: Bench): string => realpathSync(join(cache, 'sample/current'));

/** Absolute path of the folder that hew's artifacts come into. */
export const outputOf = ({ folder }: Bench): string => join(folder, 'out');

/** argv that builds an image of the sample distribution and prints what it made. */
export const buildOf = (bench: Bench, definition: string, ...more: readonly string[]): readonly string[] => [
  ...hewOf(bench), 'build', definition, '--distro', 'sample', '--json', '--output', outputOf(bench), ...more,
];

/** The file that defines an image of hew's own. */
export const imageOf = ({ data }: Bench, image: string): string => join(data, `images/${image}.toml`);

/** The packages that an image asks for, for those who cannot read its definition. */
export function askedFor(bench: Bench, image: string): readonly string[] {
  const [program = '', ...args] = hewOf(bench);
  const asking = [...args, 'plan', imageOf(bench, image), '--distro', 'sample', '--json'];
  const plan = execFileSync(program, asking, { encoding: 'utf8' });
  return (JSON.parse(plan) as { packages: { install: readonly string[] } }).packages.install;
}
