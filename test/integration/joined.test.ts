import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { runHew, type HewOptions } from '../support/hew.ts';
import {
  buildsOf, contentOf, contentsOf, nameOf, OWN_FILES, repositories, SCRIPT_FILE, SECRET, writeImages, type Build, type Kind,
} from '../support/joined-images.ts';
import { readLayout } from '../support/oci.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';
import { makeCache, testFolder } from '../support/places.ts';
import { files, serve, type TestServer } from '../support/server.ts';
import { readTar } from '../support/tar.ts';

// Features that touch one another: every two of them meet in one of these builds.
const user = makeOrdinaryUser('hew-test-joined', 800_000);
const folder = join(user.home, 'definitions');
const cache = makeCache(testFolder());
const images = (['container', 'vm'] as const).flatMap((kind) => contentsOf(kind).map((_, content) => nameOf({ kind, content })));
const references = new Map<string, readonly string[]>();
const lockOf = (image: string): string => join(folder, 'images', `${image}.lock.yaml`);
let server: TestServer;

beforeAll(async () => {
  server = await serve(files('/base', join(repositories(), 'base')));
  writeImages(folder, server);
  const run = await runHew(['lock', ...images, '--vendor', join(folder, 'vendor')], { cwd: folder, env: { HEW_CACHE: cache } });
  expect(run.status, run.stderr).toBe(0);
});
afterAll(() => server.close());

const argumentsOf = ({ source, cache: kept }: Build): readonly string[] => [
  ...(source === 'resolved' ? [] : ['--locked']),
  ...(source === 'vendored' ? ['--vendor', join(folder, 'vendor')] : []),
  ...(kept === 'none' ? ['--no-cache', '--keep-root'] : []),
];

function optionsOf({ source, user: who }: Build): HewOptions {
  const before = source === 'vendored' ? ['unshare', '--net'] : [];
  return { cwd: folder, ...(who === 'root' ? { before, env: { HEW_CACHE: cache } } : user.options(before)) };
}

const sums = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ name, sha256 }) => `${name} ${sha256}`);

/** Content of the plain files of an image by absolute path. */
function readFiles(kind: Kind, name: string, output: string): (path: string) => string | undefined {
  if (kind === 'vm') {
    const root = join(output, `${name}-1.root`);
    return (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);
  }
  const layout = ['', '-v2'].map((level) => join(output, `${name}-1${level}.oci`)).find((path) => existsSync(path)) ?? '';
  const entries = readLayout(layout).images.flatMap(({ layers }) => layers.flatMap((layer) => readTar(layer)));
  return (path) => entries.find((entry) => `/${entry.path}` === path)?.content.toString('utf8');
}

/** Files of an image that hold a text in the clear. */
const holding = (text: string, kind: Kind, name: string, output: string): readonly string[] => {
  if (kind === 'vm') {
    const { stdout } = spawnSync('grep', ['--recursive', '--files-with-matches', '--fixed-strings', text, `${name}-1.root`], { cwd: output, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  }
  const layout = ['', '-v2'].map((level) => join(output, `${name}-1${level}.oci`)).find((path) => existsSync(path)) ?? '';
  return readLayout(layout).images.flatMap(({ layers }) => layers.flatMap((layer) => readTar(layer)))
    .filter(({ content }) => content.includes(text)).map(({ path }) => path);
};

const titleOf = ({ kind, content, files: own, script, level, loader, source, cache: kept, call, user: who }: Build): string =>
  `${kind} ${content}: files ${own}, script ${script}, level ${level}${loader === undefined ? '' : `, ${loader}`}; ${source}, cache ${kept}, ${call}, ${who}`;

describe.each((['container', 'vm'] as const).flatMap(buildsOf).map((one) => [titleOf(one), one] as const))('%s', (title, one) => {
  const name = nameOf(one);
  const output = join(user.home, 'out', title.replaceAll(/[^a-z\d]+/g, '-'));

  it('has the bytes, the files and the evidence that its definition asks for, whatever the way', async () => {
    if (one.user === 'ordinary') user.makeFolder(output);
    const lock = readFileSync(lockOf(name), 'utf8');
    const together = one.call === 'together' ? [name, nameOf({ kind: 'container', content: (one.content + 1) % contentsOf('container').length })] : [name];
    const run = await runHew(['build', ...together, '--output', output, '--json', ...argumentsOf(one)], optionsOf(one));
    expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
    const results = [JSON.parse(run.stdout) as BuildResult | readonly BuildResult[]].flat();
    const [result = { artifacts: [], evidence: [] } as never] = results;
    expect(results).toHaveLength(together.length);
    for (const [index, image] of together.entries()) {
      const made = sums(results[index] ?? result);
      const reference = references.get(image) ?? made;
      references.set(image, reference);
      expect([image, made]).toEqual([image, reference]);
    }
    expect(readFileSync(lockOf(name), 'utf8')).toBe(lock);

    // A disk is taken apart where it was made anew alone: that takes seconds.
    const read = one.kind === 'container' || one.cache === 'none' ? readFiles(one.kind, name, output) : undefined;
    expect(read && OWN_FILES.map((path) => read(path) === contentOf(path))).toEqual(read && OWN_FILES.map(() => one.files === 'own'));
    expect(read?.(SCRIPT_FILE)).toBe(read !== undefined && one.script === 'runs' ? '# made\n' : undefined);
    expect(read && holding(SECRET, one.kind, name, output)).toEqual(read && []);

    const [artifact] = result.artifacts;
    const verified = await runHew(['verify', artifact?.path ?? '', '--evidence', dirname(result.evidence[0] ?? '')], { env: { HEW_CACHE: cache } });
    expect(verified.status, `${verified.stdout}\n${verified.stderr}`).toBe(0);
    rmSync(output, { recursive: true, force: true });
  });
});

describe('beside all those locks', () => {
  it('`hew check` finds nothing wrong, and `hew list` no image that is a lock', async () => {
    const options = { cwd: folder, env: { HEW_CACHE: cache } };
    const check = await runHew(['check'], options);
    expect(check.status, `${check.stdout}\n${check.stderr}`).toBe(0);
    const list = await runHew(['list', '--json'], options);
    const { images: listed } = JSON.parse(list.stdout) as { readonly images: readonly { readonly name: string }[] };
    expect(listed.map(({ name }) => name).filter((name) => /^(?:container|vm)-\d/.test(name))).toEqual(images.toSorted());
  });
});
