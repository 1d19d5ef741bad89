import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { BuildResult } from '../../../src/build/build-image.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { build } from '../../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../../support/places.ts';
import { ownTools } from '../../support/upgraded-tools.ts';

const folder = testFolder();

/** The same definition, with a file beside it, in a folder of its own. */
const definitionIn = (name: string): string => writeFiles(join(folder, name), {
  'test.toml': definition(['filesystem', 'bash'], '[[files]]\npath = "/etc/motd"\nsource = "motd"\n'), motd: 'hello\n',
});

/** A copy of hew as it is installed, in another folder. */
function copyOfHew(name: string): string {
  const place = join(folder, name);
  for (const part of ['bin/run.js', 'dist', 'images', 'profiles', 'kickstarts', 'package.json']) {
    cpSync(join(CHECKOUT, part), join(place, part), { recursive: true });
  }
  symlinkSync(join(CHECKOUT, 'node_modules'), join(place, 'node_modules'));
  return join(place, 'bin/run.js');
}

const told = ({ cache = [] }: BuildResult): readonly string[] => cache.map(({ stage, outcome, reason }) => `${stage} ${outcome}: ${reason}`);
const sums = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ sha256 }) => sha256);

it('another checkout in another folder, with another home, finds all that the first one kept', async () => {
  const cache = makeCache(folder, 'shared');
  mkdirSync(join(folder, 'home'));
  const first = await build(definitionIn('one'), join(folder, 'one-out'), [], { env: { HEW_CACHE: cache } });
  const second = await build(definitionIn('deeper/two'), join(folder, 'two-out'), ['--explain-cache'], {
    env: { HEW_CACHE: cache, HOME: join(folder, 'home') }, program: copyOfHew('elsewhere'),
  });
  expect(told(second)).toEqual(['keys', 'signatures', 'artifacts'].map((kind) => `${kind} hit: the inputs are the same`));
  expect(sums(second)).toEqual(sums(first));
});

describe('what a tool made is not taken after that tool', () => {
  it('was rebuilt or upgraded, which is said by its name', async () => {
    const cache = makeCache(folder, 'upgraded');
    const tools = ownTools(cache);
    const image = definitionIn('upgraded-image');
    const run = (): Promise<BuildResult> => build(image, join(folder, 'upgraded-out'), ['--explain-cache'], { env: { HEW_CACHE: cache, HEW_TOOLS: 'tree' } });
    const first = await run();
    tools.rebuild('tar');
    const rebuilt = await run();
    // tar has no part in what is known of keys and signatures.
    expect(told(rebuilt)).toEqual([
      'keys hit: the inputs are the same', 'signatures hit: the inputs are the same', 'artifacts miss: tools tar changed', 'layers miss: tools tar changed',
    ]);
    tools.upgrade('rpmkeys', 'rpm', '99.1-1');
    const upgraded = told(await run());
    expect(upgraded).toEqual(['keys', 'signatures', 'artifacts', 'layers'].map((kind) => expect.stringContaining(`${kind} miss: tools`) as string));
    for (const line of upgraded) expect(line).toMatch(/tools (?:rpm|rpmkeys) changed \(\S+ → 99\.1-1\)/);
    expect(upgraded[1]).toMatch(/tools tree changed \(forky-\w+ → forky-\w+\)/);
    expect(sums(rebuilt)).toEqual(sums(first));
  });
});
