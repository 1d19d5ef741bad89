import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { sampleFolder } from '../support/checkout.ts';
import { failBuild, type Failure } from '../support/failures.ts';
import { build } from '../support/hew.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { files, serve, type TestServer } from '../support/server.ts';

const folder = testFolder();
const base = join(sampleFolder(), 'repos/base/x86_64');

/** An image from a repository at an address. */
const image = (name: string, url: string, releasever?: string): string =>
  writeFiles(join(folder, name), {
    'image.toml': definition(['filesystem'], '', './distro.toml'),
    'distro.toml': distribution([{ id: 'remote', url, keys: [sampleKey()] }], releasever),
  });

const buildFrom = (name: string, url: string, releasever?: string) =>
  build(image(name, url, releasever), join(folder, `${name}-out`), [], { env: { HEW_CACHE: makeCache(folder, `${name}-cache`) } });

const fail = (name: string, url: string): Promise<Failure> => failBuild(folder, image(name, url));

describe('the address of a repository', () => {
  const PLACE = '/azurelinux/4.0/prod/base/x86_64';
  let server: TestServer;

  beforeAll(async () => {
    server = await serve(
      files(PLACE, base),
      files('/azurelinux/43/prod/base/x86_64', base),
      (path, response) => {
        if (!path.startsWith('/moved/')) return false;
        response.writeHead(302, { location: `${PLACE}${path.slice('/moved'.length)}` }).end();
        return true;
      },
      (path, response) => {
        if (path !== '/metalink') return false;
        response.setHeader('content-type', 'application/metalink+xml');
        response.end(`<?xml version="1.0"?><metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml">
<resources><url protocol="http" type="http" preference="100">${server.url}${PLACE}/repodata/repomd.xml</url></resources></file></files></metalink>`);
        return true;
      },
    );
  });

  it('has $releasever and $basearch filled in, laid out as packages.microsoft.com is', async () => {
    server.requests.length = 0;
    const result = await buildFrom('layout', `${server.url}/azurelinux/$releasever/prod/base/$basearch`);
    expect(result.packages.map(({ name }) => name)).toEqual(['filesystem', 'setup']);
    expect(server.requests).toContain(`GET ${PLACE}/repodata/repomd.xml`);
    expect(server.requests).toContain(`GET ${PLACE}/repodata/repomd.xml.asc`);
    expect(server.requests.filter((line) => line.endsWith('.rpm')).sort()).toEqual([
      expect.stringMatching(/^GET \/azurelinux\/4\.0\/prod\/base\/x86_64\/filesystem-[^/]+\.rpm$/) as string,
      expect.stringMatching(/^GET \/azurelinux\/4\.0\/prod\/base\/x86_64\/setup-[^/]+\.rpm$/) as string,
    ]);
    expect(server.requests.filter((line) => line.includes('$') || !line.startsWith(`GET ${PLACE}/`))).toEqual([]);
  });

  it('follows the release of the distribution', async () => {
    server.requests.length = 0;
    await buildFrom('release', `${server.url}/azurelinux/\${releasever}/prod/base/\${basearch}/`, '43');
    expect(server.requests.every((line) => line.startsWith('GET /azurelinux/43/prod/base/x86_64/'))).toBe(true);
    expect(server.requests.length).toBeGreaterThan(3);
  });

  it('is asked for each package once: later builds find it in the cache', async () => {
    const cache = makeCache(folder, 'warm-cache');
    const once = async (name: string): Promise<number> => {
      server.requests.length = 0;
      await build(image('warm', `${server.url}${PLACE}`), join(folder, name), ['--no-cache'], { env: { HEW_CACHE: cache } });
      return server.requests.filter((line) => line.endsWith('.rpm')).length;
    };
    expect([await once('warm-first'), await once('warm-second')]).toEqual([2, 0]);
  });

  it('may redirect', async () => {
    server.requests.length = 0;
    const result = await buildFrom('redirect', `${server.url}/moved`);
    expect(result.packages).toHaveLength(2);
    expect(server.requests).toContain('GET /moved/repodata/repomd.xml');
    expect(server.requests).toContain(`GET ${PLACE}/repodata/repomd.xml`);
  });

  it('may come from a metalink', async () => {
    server.requests.length = 0;
    const result = await buildFrom('metalink', `metalink:${server.url}/metalink?repo=base-$releasever&arch=$basearch`);
    expect(result.packages).toHaveLength(2);
    expect(server.requests[0]).toBe('GET /metalink?repo=base-4.0&arch=x86_64');
    expect(server.requests).toContain(`GET ${PLACE}/repodata/repomd.xml`);
  });
});

// All at once: most of them only wait.
describe.concurrent('a repository that fails', () => {
  it('nothing listens at its address', async () => {
    const closed = await serve();
    await closed.close();
    const { error, status, seconds } = await fail('closed', `${closed.url}/repo`);
    expect([error.code, status]).toEqual(['repository-unreachable', 1]);
    expect(error.message).toContain('repository remote');
    expect(JSON.stringify(error.problems)).toMatch(/Could not connect to server|Connection refused/);
    expect(seconds).toBeLessThan(30);
  });

  it('nothing is at its address (404)', async () => {
    const { url } = await serve();
    const { error, seconds } = await fail('absent', `${url}/repo`);
    expect(error.code).toBe('repository-unreachable');
    expect(JSON.stringify(error.problems)).toMatch(/\b404\b/);
    expect(seconds).toBeLessThan(30);
  });

  it('a server that breaks down (500)', async () => {
    const { url } = await serve((_path, response) => {
      response.writeHead(500).end('oh dear');
      return true;
    });
    const { error } = await fail('broken', `${url}/repo`);
    expect(error.code).toBe('repository-unreachable');
    expect(JSON.stringify(error.problems)).toMatch(/\b500\b/);
  });

  it('a server that answers with something else', async () => {
    const { url } = await serve((_path, response) => {
      response.end('<html>Log in to this network</html>');
      return true;
    });
    const { error } = await fail('portal', `${url}/repo`);
    expect(['repository-unreachable', 'signature']).toContain(error.code);
  });

  it('its name cannot be resolved', async () => {
    const { error } = await fail('nameless', 'http://no-such-host.invalid/repo');
    expect(error.code).toBe('repository-unreachable');
    expect(JSON.stringify(error.problems)).toMatch(/resolve/i);
  });

  it('a server that takes the connection and says nothing: the build ends in sensible time', async () => {
    const { url } = await serve(() => true);
    const { error, seconds } = await fail('stalled', `${url}/repo`);
    expect(error.code).toBe('repository-unreachable');
    expect(JSON.stringify(error.problems)).toMatch(/timeout|timed out|too slow/i);
    expect(seconds).toBeLessThan(90);
  });

  it('a package stops coming halfway', async () => {
    const { url } = await serve((path, response) => {
      if (!path.includes('/filesystem-')) return false;
      response.writeHead(200, { 'content-length': 100_000 });
      response.write('the beginning');
      setTimeout(() => response.destroy(), 50);
      return true;
    }, files('/repo', base));
    const { error } = await fail('halfway', `${url}/repo`);
    expect(error.code).toBe('package-not-fetched');
    expect(error.message).toContain('filesystem-');
  });
});
