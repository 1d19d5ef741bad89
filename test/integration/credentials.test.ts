import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { sampleFolder } from '../support/checkout.ts';
import { failBuild } from '../support/failures.ts';
import { runHew } from '../support/hew.ts';
import { fingerprintOf } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { files, serve, type Answer, type TestServer } from '../support/server.ts';

const folder = testFolder();
const env = { HEW_CACHE: makeCache(folder) };
// A quote needs no encoding: RFC 3986, section 2.2.
const SECRET = "S3CRET-it's";
const TRACE = /S3CRET|it's/;
let server: TestServer;

/** Lets nobody through without the password. */
const guard: Answer = (_path, response, request) => {
  if (request.headers.authorization === `Basic ${Buffer.from(`alice:${SECRET}`).toString('base64')}`) return false;
  response.writeHead(401).end();
  return true;
};

const addressed = (path: string): string => server.url.replace('http://', `http://alice:${SECRET}@`) + path;

/** An image with packages of a guarded repository of its level, and with dnf5, so that it keeps that repository. */
const image = async (name: string, place = '/v2'): Promise<string> => writeFiles(join(folder, name), {
  'image.toml': definition(['bash', 'filesystem', 'dnf5', 'sample-hello'], '[hardware]\nlevel = "v2"\n[[outputs]]\nformat = "oci"\ncompression = "none"\n', './distro.toml'),
  'distro.toml': `${distribution([{ id: 'base', url: `file://${sampleFolder()}/repos/base/x86_64`, keys: [sampleKey()] }])}
[[repositories]]
id = "guarded-v2"
baseurl = "${addressed(place)}"
gpgkey = ["${addressed('/key')}"]
fingerprints = ["${await fingerprintOf(sampleKey())}"]
level = "v2"
`,
});

beforeAll(async () => {
  server = await serve(guard, files('/v2', join(sampleFolder(), 'repos/base/x86_64')), (path, response) => {
    if (path === '/key') response.end(readFileSync(sampleKey()));
    return path === '/key';
  });
});

/** Files below a folder that hold the password. */
const holding = (place: string): string => execFileSync('sh', ['-c', 'grep -ral S3CRET "$0" || true', place], { encoding: 'utf8' });

describe('user name and password in the address of a repository', () => {
  it('are in no file of the image, the evidence and the lock, and in nothing that hew says', async () => {
    const file = await image('kept');
    const output = join(folder, 'out');
    const lock = await runHew(['lock', file, '--json', '--verbose'], { env });
    expect(lock.status, lock.stdout).toBe(0);
    const run = await runHew(['build', file, '--output', output, '--keep-root', '--json', '--verbose'], { env });
    expect(run.status, run.stdout).toBe(0);
    expect(readFileSync(join(output, 'test-1.root/etc/yum.repos.d/guarded-v2.repo'), 'utf8')).toContain(`baseurl=${server.url}/v2\n`);
    expect(readFileSync(join(folder, 'kept/image.lock.yaml'), 'utf8')).toContain(`baseurl: ${server.url}/v2\n`);
    expect([holding(output), holding(join(folder, 'kept/image.lock.yaml'))]).toEqual(['', '']);
    expect(`${run.stdout}${run.stderr}${lock.stdout}${lock.stderr}`).not.toMatch(TRACE);
  });

  it('are not told when something fails', async () => {
    const absent = await failBuild(folder, await image('absent', '/nowhere'), { args: ['--verbose'] });
    expect(absent.error.code).toBe('repository-unreachable');
    const keyless = await image('keyless');
    writeFiles(join(folder, 'keyless'), { 'distro.toml': readFileSync(join(folder, 'keyless/distro.toml'), 'utf8').replace('/key"', '/no-key"') });
    const unfetched = await failBuild(folder, keyless, { args: ['--verbose'] });
    expect(unfetched.error.code).toBe('key-unreachable');
    for (const { stdout, stderr } of [absent, unfetched]) expect(`${stdout}${stderr}`).not.toMatch(TRACE);
  });
});
