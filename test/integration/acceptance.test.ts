import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Row } from '../acceptance/outcome.ts';
import { CHECKOUT, NODE, sampleFolder } from '../support/checkout.ts';
import { fingerprintOf } from '../support/packages.ts';
import { definition, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { onCapableProcessor } from '../support/processor.ts';
import { answerLists, answerRepositories, metalink, replicaOf, type Replica } from '../support/replica.ts';
import { serve, type TestServer } from '../support/server.ts';

// `bin/acceptance` without its set-up, on the sample distribution behind a server laid out as mirrors of real ones are.
const folder = testFolder();
const repository = join(sampleFolder(), 'repos/base/x86_64');
let server: TestServer;
let fingerprint = '';
let image = '';
let cache = '';
/** Address of a server that is gone. Port 9, where nothing listens either, is one that fetch does not even try. */
let dead = '';

const FEDORA = ['fedora-44', 'updates-released-f44'].map((one) => `/mirrors.fedoraproject.org/metalink?repo=${one}&arch=x86_64`);

beforeAll(async () => {
  const lists = new Map(FEDORA.map((address) => [address, () => metalink(server.url, '/mirror/fedora', repository)]));
  server = await serve(answerLists(lists), answerRepositories((place) => (place.startsWith('/gone') ? folder : repository)));
  const gone = await serve();
  dead = gone.url;
  await gone.close();
  fingerprint = await fingerprintOf(sampleKey());
  cache = makeCache(folder);
  const own = ['[own]', 'name=own', `baseurl=${server.url}/mirror/own`, 'gpgcheck=1', 'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-sample', ''];
  const files = `[[files]]\npath = "/etc/yum.repos.d/own.repo"\ncontent = ${JSON.stringify(own.join('\n'))}\n`;
  image = writeFiles(join(folder, 'image'), {
    'probe.toml': definition(['bash', 'filesystem', 'dnf5', 'sample-release-container', 'sample-repos'], files),
  });
});

const distro = (name: string, file: string, replica: Partial<Replica> = {}): string =>
  writeFiles(join(folder, 'distros'), { [`${file}.toml`]: replicaOf(name, { server: server.url, fingerprint, ...replica }) });

/** Runs it; a container stands for the virtual machine too, so that nothing has to boot. */
const accept = async (distros: readonly string[], ...more: readonly string[]) => {
  const argv = ['test/acceptance/run.ts', '--container', image, '--machine', image, '--pause', '0', ...more, ...distros];
  const [file = '', ...rest] = [...onCapableProcessor(), NODE, ...argv];
  return execa(file, rest, { cwd: CHECKOUT, env: { HEW_CACHE: cache }, reject: false });
};

const kindsOf = ({ stages }: Row): readonly string[] => Object.values(stages).map(({ kind }) => kind);
const LEFT_OUT = Array<string>(5).fill('left-out');

describe('acceptance', () => {
  it('passes what builds from its mirrors, and tells a fault from a mirror or a certificate that is not there', async () => {
    const run = await accept([
      distro('fedora-44', 'metalink'),
      distro('azurelinux-4.0', 'dead', { host: dead }),
      distro('azurelinux-4.0', 'moved', { host: `${server.url}/gone` }),
      distro('rhel-10', 'unregistered', { certificates: join(folder, 'nowhere') }),
    ], '--json');
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    const rows = JSON.parse(run.stdout) as readonly Row[];
    expect(rows.map(kindsOf), run.stdout).toEqual([
      ['passed', 'passed', 'passed', 'passed', 'left-out', 'passed'],
      ['no-mirror', ...LEFT_OUT],
      ['fault', ...LEFT_OUT],
      ['passed', 'not-here', ...LEFT_OUT.slice(1)],
    ]);
    expect(rows[1]?.stages.mirrors.why).toContain('does not answer: ECONNREFUSED');
    expect(rows[2]?.stages.mirrors.why).toMatch(/\/gone\/.*repomd\.xml answers with status 404/);
    expect(rows[3]?.stages.container.why).toContain('certificate-missing');
    // The machine's own package manager asked the mirror.
    expect(server.requests).toContain('GET /mirror/own/repodata/repomd.xml');
  });

  it('does not call a run good in which no mirror was reached', async () => {
    const run = await accept([distro('azurelinux-4.0', 'dead', { host: dead })]);
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toMatch(/^distribution +mirrors +container +machine +verify +boot +upgrade +verdict\n.*dead\.toml +no mirror +- +- +- +- +- +no mirror\n\n/);
  });

  it.each([[['--pause', 'soon'], '--pause takes whole seconds'], [['fedora'], 'there is no distribution fedora; there are almalinux-10']])('refuses %j', async (args, words) => {
    const run = await execa(NODE, ['test/acceptance/run.ts', ...args], { cwd: CHECKOUT, reject: false });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(words);
  });
});
