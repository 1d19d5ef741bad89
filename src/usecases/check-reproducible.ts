import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { buildImage, type BuildOptions, type BuildResult } from '../build/build-image.ts';
import { explainDifference, type Explanation } from '../artifact/explain-difference.ts';
import { openPublication } from '../build/publish.ts';

/** A build whose artifacts were the same twice. */
export interface ReproducedBuild extends BuildResult {
  readonly reproducible: {
    /** Names of the compared artifacts. */
    readonly artifacts: readonly string[];
    /** Seconds that the second build and the comparison took. */
    readonly seconds: number;
  };
}

/**
 * Builds a plan twice. The second build has another empty workspace, another time, and nothing from the cache. Throws
 * `HewError` with the first path that differs. The artifacts of the first build stay published; those of the second are
 * removed.
 */
export async function buildTwice(host: Host, plan: Plan, options: BuildOptions, emit: Emit): Promise<ReproducedBuild> {
  const began = host.clock.seconds();
  const first = await host.inFreshWorkspace(() => buildImage(host, plan, options, emit));
  const between = host.clock.seconds();
  await nextMoment(host, began);
  // Only the folder is needed: the second build is never published.
  const again = await openPublication(host, options.output);
  try {
    const { signing: _once, ...unsigned } = options;
    const request = { ...unsigned, output: again.folder, cache: false, keepRoots: false };
    const second = await host.inFreshWorkspace(() => buildImage(host, plan, request, onceMore(emit)));
    await compare(host, first, second);
  } finally {
    again.abandon();
  }
  return { ...first, reproducible: { artifacts: first.artifacts.map(({ name }) => name), seconds: host.clock.seconds() - between } };
}

/** Many times in files are whole seconds. */
const MOMENT = 2;

async function nextMoment(host: Host, began: number): Promise<void> {
  const wait = MOMENT - (host.clock.seconds() - began);
  if (wait > 0) await host.clock.wait(wait);
}

/** The second build does not repeat the messages of the first. */
const onceMore = (emit: Emit): Emit => (event) => {
  if (event.kind === 'planned') emit({ ...event, title: `${event.title}, once more` });
  else if (event.kind !== 'notice') emit(event);
};

async function compare(host: Host, first: BuildResult, second: BuildResult): Promise<void> {
  const different = first.artifacts.filter(({ name, sha256 }) => second.artifacts.find((other) => other.name === name)?.sha256 !== sha256);
  const [one] = different;
  if (one === undefined && first.artifacts.length === second.artifacts.length) return;
  const twin = second.artifacts.find(({ name }) => name === one?.name);
  const found = one === undefined || twin === undefined ? undefined : await explainDifference(host, one.path, twin.path);
  const names = different.map(({ name }) => name);
  throw new HewError({
    code: 'not-reproducible',
    message: `${first.image} is not reproducible: built twice, ${listed(names)} ${names.length === 1 ? 'differs' : 'differ'}${found === undefined ? '' : `; ${found.first}`}`,
    hint: hintOf(found, posix.dirname(one?.path ?? '')),
  });
}

const SHOWN = 10;

const hintOf = (found: Explanation | undefined, output: string): string => [
  ...(found === undefined || found.others.length === 0 ? [] : [`also different: ${listed(found.others)}`]),
  'scripts and scriptlets must not write the time, random bytes or facts about the machine',
  `the artifacts of the first build are in ${output}`,
].join('\n');

const listed = (names: readonly string[]): string =>
  [...names.slice(0, SHOWN), ...(names.length > SHOWN ? [`${names.length - SHOWN} more`] : [])].join(', ');
