import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { build, failureOf, runHew, type HewRun } from '../support/hew.ts';
import { fingerprintOf, makePackages, publish } from '../support/packages.ts';
import { makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { answerLists, answerRepositories, metalink, mirrorlist, replicaOf } from '../support/replica.ts';
import { files, serve, serveSecurely, type Answer, type TestServer } from '../support/server.ts';
import { runTestTool } from '../support/test-tools.ts';

// Each distribution that comes with hew, from a server laid out as its mirrors are. Of its file only host names, keys
// and places of certificates are other ones; what is asked for is held against addresses as the distributions publish
// them, which stand here a second time.
const folder = testFolder();
const repository = join(folder, 'repo');
const labelled = join(folder, 'repo-v2');
let server: TestServer;
let fingerprint = '';
let cache = '';

const lists = new Map<string, () => string>();

const moved: Answer = (path, response) => {
  const [, rest] = /^\/download\.opensuse\.org\/(.*)$/.exec(path) ?? [];
  if (rest === undefined || rest.endsWith('.key')) return false;
  response.writeHead(302, { location: `/mirror.example/${rest}` }).end();
  return true;
};

beforeAll(async () => {
  await makePackages(repository, [{ name: 'probe', files: { '/usr/share/probe': 'here' }, signer: 'sample' }]);
  await publish(repository);
  await makePackages(labelled, [{ name: 'probe', arch: 'x86_64_v2', files: { '/usr/share/probe': 'here' }, signer: 'sample' }]);
  await publish(labelled);
  fingerprint = await fingerprintOf(sampleKey());
  cache = makeCache(folder);
  server = await serve(answerLists(lists), moved, answerRepositories((place) => (`${place}/`.includes('/x86_64_v2/') ? labelled : repository)));
});

const IMAGE = 'name = "probe"\nversion = "1"\ndistro = "./distro.toml"\n[packages]\ninstall = ["probe"]\n[hardware]\narch = "x86_64"\n[[outputs]]\nformat = "oci"\n';

const imageOf = (name: string, options: { readonly host?: string; readonly certificates?: string; readonly head?: string } = {}): string =>
  writeFiles(join(folder, `${name}-${String(Math.random()).slice(2)}`), { 'image.toml': `${options.head ?? ''}${IMAGE}`, 'distro.toml': replicaOf(name, { server: server.url, fingerprint, ...options }) });

const lock = (image: string, ...args: readonly string[]): Promise<HewRun> => runHew(['lock', image, '--json', ...args], { env: { HEW_CACHE: cache } });

/** Where the metadata of each repository came from, without the host. */
const metadataAsked = (requests: readonly string[]): readonly string[] =>
  [...new Set(requests.flatMap((line) => /^GET (\/.*)\/repodata\/repomd\.xml$/.exec(line)?.[1] ?? []))].sort();

interface Layout {
  readonly distro: string;
  readonly head?: string;
  readonly args?: readonly string[];
  /** Lists of mirrors by address, with the place on the mirror that they name. */
  readonly lists?: Readonly<Record<string, string>>;
  readonly kind?: typeof metalink;
  /** Folders that metadata is taken from. */
  readonly places: readonly string[];
}

const fedora = (release: string): Layout => ({
  distro: `fedora-${release}`, kind: metalink,
  lists: {
    [`/mirrors.fedoraproject.org/metalink?repo=fedora-${release}&arch=x86_64`]: `/mirror/fedora/linux/releases/${release}/Everything/x86_64/os`,
    [`/mirrors.fedoraproject.org/metalink?repo=updates-released-f${release}&arch=x86_64`]: `/mirror/fedora/linux/updates/${release}/Everything/x86_64`,
  },
  places: [`/mirror/fedora/linux/releases/${release}/Everything/x86_64/os`, `/mirror/fedora/linux/updates/${release}/Everything/x86_64`],
});

const LAYOUTS: readonly Layout[] = [
  { distro: 'azurelinux-4.0', places: ['/packages.microsoft.com/azurelinux/4/prod/base/x86_64'] },
  {
    distro: 'azurelinux-4.0', args: ['--set', 'channel=preview'],
    places: ['/packages.microsoft.com/azurelinux/4/preview/base/x86_64', '/packages.microsoft.com/azurelinux/4/prod/base/x86_64'],
  },
  { distro: 'azurelinux-4.0', args: ['--set', 'channel=beta'], places: ['/packages.microsoft.com/azurelinux/4.0/beta/base/x86_64'] },
  {
    distro: 'azurelinux-3.0',
    places: ['/packages.microsoft.com/azurelinux/3.0/prod/base/x86_64', '/packages.microsoft.com/azurelinux/3.0/prod/extended/x86_64'],
  },
  fedora('43'),
  fedora('44'),
  {
    distro: 'centos-stream-10', kind: metalink,
    lists: {
      '/mirrors.centos.org/metalink?repo=centos-baseos-10-stream&arch=x86_64&protocol=https,http': '/mirror/10-stream/BaseOS/x86_64/os',
      '/mirrors.centos.org/metalink?repo=centos-appstream-10-stream&arch=x86_64&protocol=https,http': '/mirror/10-stream/AppStream/x86_64/os',
    },
    places: ['/mirror/10-stream/AppStream/x86_64/os', '/mirror/10-stream/BaseOS/x86_64/os'],
  },
  {
    distro: 'centos-stream-10', args: ['--snapshot', '2026-10-01'],
    places: ['AppStream', 'BaseOS'].map((one) => `/composes.stream.centos.org/stream-10/production/CentOS-Stream-10-20261001.0/compose/${one}/x86_64/os`),
  },
  {
    distro: 'almalinux-10',
    lists: {
      '/mirrors.almalinux.org/mirrorlist/10/baseos': '/mirror/almalinux/10/BaseOS/x86_64/os',
      '/mirrors.almalinux.org/mirrorlist/10/appstream': '/mirror/almalinux/10/AppStream/x86_64/os',
    },
    places: ['/mirror/almalinux/10/AppStream/x86_64/os', '/mirror/almalinux/10/BaseOS/x86_64/os'],
  },
  {
    distro: 'almalinux-10-v2',
    lists: {
      '/mirrors.almalinux.org/mirrorlist/10/baseos?arch=x86_64_v2': '/mirror/almalinux/10/BaseOS/x86_64_v2/os',
      '/mirrors.almalinux.org/mirrorlist/10/appstream?arch=x86_64_v2': '/mirror/almalinux/10/AppStream/x86_64_v2/os',
    },
    places: ['/mirror/almalinux/10/AppStream/x86_64_v2/os', '/mirror/almalinux/10/BaseOS/x86_64_v2/os'],
  },
  {
    distro: 'almalinux-10-v2', args: ['--snapshot', '10.0'],
    places: ['/vault.almalinux.org/10.0/AppStream/x86_64_v2/os', '/vault.almalinux.org/10.0/BaseOS/x86_64_v2/os'],
  },
  {
    distro: 'rocky-10',
    lists: {
      '/mirrors.rockylinux.org/mirrorlist?arch=x86_64&repo=BaseOS-10': '/mirror/rocky/10/BaseOS/x86_64/os',
      '/mirrors.rockylinux.org/mirrorlist?arch=x86_64&repo=AppStream-10': '/mirror/rocky/10/AppStream/x86_64/os',
    },
    places: ['/mirror/rocky/10/AppStream/x86_64/os', '/mirror/rocky/10/BaseOS/x86_64/os'],
  },
  {
    distro: 'ubi-10',
    places: ['appstream', 'baseos'].map((one) => `/cdn-ubi.redhat.com/content/public/ubi/dist/ubi10/10/x86_64/${one}/os`),
  },
  {
    distro: 'oraclelinux-10', head: 'enable-repositories = ["ol10_UEKR8"]\n',
    places: ['UEKR8', 'appstream', 'baseos/latest'].map((one) => `/yum.oracle.com/repo/OracleLinux/OL10/${one}/x86_64`),
  },
  {
    distro: 'amazonlinux-2023',
    lists: { '/cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list': '/mirror/al2023/core/guids/0a1b/x86_64' },
    places: ['/mirror/al2023/core/guids/0a1b/x86_64'],
  },
  {
    distro: 'amazonlinux-2023', args: ['--snapshot', '2023.12.20260831'],
    lists: { '/cdn.amazonlinux.com/al2023/core/mirrors/2023.12.20260831/x86_64/mirror.list': '/mirror/al2023/core/guids/2c3d/x86_64' },
    places: ['/mirror/al2023/core/guids/2c3d/x86_64'],
  },
  // Redirected to a mirror, file by file.
  {
    distro: 'opensuse-tumbleweed',
    places: ['/download.opensuse.org/tumbleweed/repo/oss', '/mirror.example/tumbleweed/repo/oss'],
  },
  {
    distro: 'opensuse-tumbleweed', args: ['--snapshot', '2026-10-01'],
    places: ['/download.opensuse.org/history/20261001/tumbleweed/repo/oss', '/mirror.example/history/20261001/tumbleweed/repo/oss'],
  },
];

describe('a server laid out as the mirrors of', () => {
  it.each(LAYOUTS.map((layout) => [[layout.distro, ...(layout.args ?? [])].join(' '), layout] as const))('%s', async (_title, layout) => {
    const { distro, head = '', args = [], lists: named = {}, kind = mirrorlist, places } = layout;
    lists.clear();
    for (const [address, place] of Object.entries(named)) lists.set(address, () => kind(server.url, place, repository));
    server.requests.length = 0;
    const image = imageOf(distro, { head });
    const run = await lock(image, ...args);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(metadataAsked(server.requests)).toEqual(places);
    for (const address of Object.keys(named)) expect(server.requests).toContain(`GET ${address}`);
    const text = readFileSync(image.replace('.toml', '.lock.yaml'), 'utf8');
    expect(text).toContain('- name: probe');
    expect(text).toContain(fingerprint.toLowerCase());
  });
});

describe('an old state', () => {
  it('is kept by the lock: plan and build of it take the same, and the evidence says so', async () => {
    const image = imageOf('opensuse-tumbleweed');
    expect((await lock(image, '--snapshot', '2026-10-01')).status).toBe(0);
    const plan = await runHew(['plan', image, '--json'], { env: { HEW_CACHE: cache } });
    expect((JSON.parse(plan.stdout) as { distribution: { snapshot?: string } }).distribution.snapshot).toBe('20261001');
    server.requests.length = 0;
    const output = `${image}-out`;
    const result: BuildResult = await build(image, output, ['--locked'], { env: { HEW_CACHE: cache } });
    expect(result.packages.map(({ name }) => name)).toEqual(['probe']);
    const manifest = result.evidence.find((path) => path.endsWith('manifest.json')) ?? '';
    expect(JSON.parse(readFileSync(manifest.startsWith('/') ? manifest : join(output, manifest), 'utf8'))).toMatchObject({ distribution: { snapshot: '20261001' } });
    // It moves when it is told to.
    expect((await lock(image, '--update', '--snapshot', 'newest')).status).toBe(0);
    expect(readFileSync(image.replace('.toml', '.lock.yaml'), 'utf8')).not.toContain('20261001');
  });
});

describe('entitlement certificates, as rhel-10 wants them', () => {
  const certificates = join(folder, 'entitlement');
  const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY-----\n([\s\S]{40})/;
  let secure: TestServer;

  beforeAll(async () => {
    mkdirSync(certificates);
    const at = (name: string): string => join(certificates, name);
    const make = (argv: readonly string[]): Promise<string> => runTestTool(['openssl', ...argv], { write: [certificates] });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await make(['req', '-x509', ...key, '-subj', '/CN=Test CA', '-keyout', at('ca.key'), '-out', at('redhat-uep.pem')]);
    for (const [name, more] of [['server', ['-addext', 'subjectAltName=IP:127.0.0.1']], ['6021734', []]] as const) {
      await make(['req', '-x509', ...key, '-CA', at('redhat-uep.pem'), '-CAkey', at('ca.key'), '-subj', `/CN=${name}`, ...more,
        '-keyout', at(`${name}-key.pem`), '-out', at(`${name}.pem`)]);
    }
    const read = (name: string): Buffer => readFileSync(at(name));
    secure = await serveSecurely(
      { key: read('server-key.pem'), cert: read('server.pem'), ca: read('redhat-uep.pem'), requestCert: true, rejectUnauthorized: true },
      ...['baseos', 'appstream'].map((one) => files(`/cdn.redhat.com/content/dist/rhel10/10/x86_64/${one}/os`, repository)),
    );
    for (const name of ['server-key.pem', 'server.pem', 'ca.key']) rmSync(at(name));
  });

  it('are shown to the server, and are in no image, lock, log or evidence', async () => {
    const image = imageOf('rhel-10', { host: secure.url, certificates });
    const locked = await lock(image);
    expect(locked.status, locked.stdout + locked.stderr).toBe(0);
    expect(metadataAsked(secure.requests)).toEqual(['appstream', 'baseos'].map((one) => `/cdn.redhat.com/content/dist/rhel10/10/x86_64/${one}/os`));
    const output = `${image}-out`;
    const run = await runHew(['build', image, '--output', output, '--json', '--keep-root', '--no-cache'], { env: { HEW_CACHE: cache } });
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const [, secret = 'none'] = SECRET.exec(readFileSync(join(certificates, '6021734-key.pem'), 'utf8')) ?? [];
    const written = (place: string): readonly string[] => readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'));
    const texts = [...written(output), readFileSync(image.replace('.toml', '.lock.yaml'), 'utf8'), run.stdout, run.stderr, locked.stdout, locked.stderr,
      ...written(join(cache, 'packages'))];
    expect(texts.length).toBeGreaterThan(10);
    for (const word of [secret, '6021734', 'sslclientkey', certificates]) expect(texts.filter((text) => text.includes(word))).toEqual([]);
  });

  it('that are not there are asked for by name', async () => {
    const run = await lock(imageOf('rhel-10', { host: secure.url, certificates: join(folder, 'nowhere') }));
    const error = failureOf(run);
    expect(error.code).toBe('certificate-missing');
    expect(error.message).toContain('rhel-10-baseos wants a certificate that is not there: sslcacert');
  });
});
