import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { sampleFolder } from '../support/checkout.ts';
import { failBuild } from '../support/failures.ts';
import { build } from '../support/hew.ts';
import { fingerprintOf } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { serve, type TestServer } from '../support/server.ts';

const folder = testFolder();
let server: TestServer;

const image = async (name: string, key: string): Promise<string> => writeFiles(join(folder, name), {
  'image.toml': definition(['filesystem'], '', './distro.toml'),
  'distro.toml': distribution([{
    id: 'base', url: `file://${sampleFolder()}/repos/base/$basearch`, keys: [key], more: `fingerprints = ["${await fingerprintOf(sampleKey())}"]\n`,
  }]),
});

beforeAll(async () => {
  server = await serve((path, response) => {
    if (path === '/KEY-4.0-4-x86_64') response.end(readFileSync(sampleKey()));
    return path === '/KEY-4.0-4-x86_64';
  });
});

describe('the address of a key', () => {
  it('has variables filled in, as the address of its repository has', async () => {
    const file = await image('variables', `${server.url}/KEY-$releasever-\${releasever_major}-$basearch`);
    const { packages } = await build(file, join(folder, 'out'), [], { env: { HEW_CACHE: makeCache(folder) } });
    expect(packages.map(({ name }) => name)).toEqual(['filesystem', 'setup']);
  });

  it.each([
    ['is not there', '/missing-$basearch', /^the key of repository base could not be fetched from http:\/\/127\.0\.0\.1:\d+\/missing-x86_64: .*\b404\b/],
    ['cannot be reached', undefined, /^the key of repository base could not be fetched from http:\/\/no-such-host\.invalid\/k: .*resolve/i],
  ])('that %s is named with its repository', async (_title, path, message) => {
    const { error, stderr } = await failBuild(folder, await image('absent', path === undefined ? 'http://no-such-host.invalid/k' : server.url + path));
    expect(error.code).toBe('key-unreachable');
    expect(error.message).toMatch(message);
    expect(`${JSON.stringify(error)}${stderr}`).not.toMatch(/bwrap|--ro-bind/);
  });

  it('is found by its line where the definition has the repository', async () => {
    const file = await image('line', sampleKey());
    const more = '\n[[repositories]]\nid = "own"\nbaseurl = "file:///nowhere"\ngpgkey = ["https://no-such-host.invalid/k"]\n';
    writeFiles(join(folder, 'line'), { 'image.toml': definition(['filesystem'], more, './distro.toml') });
    const { error } = await failBuild(folder, file, { cwd: join(folder, 'line') });
    const line = readFileSync(file, 'utf8').split('\n').indexOf('id = "own"') + 1;
    expect(error.problems[0]).toMatchObject({ code: 'key-unreachable', place: { file: 'image.toml', line } });
  });
});
