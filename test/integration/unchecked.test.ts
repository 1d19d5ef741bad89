import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { builtProgram, NODE } from '../support/checkout.ts';
import { build, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const SMALL = /^(bash-5|setup|filesystem|glibc-2|glibc-common|glibc-minimal|ncurses-libs|ncurses-base|libgcc|readline)/;
const PACKAGES = '! repository signed: signatures of packages are not checked (gpgcheck = false): our builds are not signed yet';
const METADATA = '! repository own: the signature of the metadata is not checked (repo_gpgcheck = false): the mirror has none';
let env: { HEW_CACHE: string };
let image: string;
const output = join(folder, 'out');

beforeAll(async () => {
  env = { HEW_CACHE: makeCache(folder) };
  const [signed, own] = [join(folder, 'signed'), join(folder, 'own')];
  copyRepository(signed, (name) => SMALL.test(name));
  await makePackages(signed, [{ name: 'test-unsigned', files: { '/usr/share/test/unsigned': 'unsigned' } }]);
  await publish(signed);
  await makePackages(own, [{ name: 'test-signed', files: { '/usr/share/test/signed': 'signed' }, signer: 'sample' }]);
  await publish(own, 'none');
  const repository = `[[repositories]]\nid = "own"\nbaseurl = "file://${own}"\ngpgkey = ["${sampleKey()}"]\nrepo_gpgcheck = false\nreason = "the mirror has none"\n`;
  image = writeFiles(folder, {
    'image.toml': definition(['filesystem', 'test-unsigned', 'test-signed'], repository, './distro.toml'),
    'distro.toml': distribution([
      { id: 'signed', url: `file://${signed}`, keys: [sampleKey()], more: 'gpgcheck = false\nreason = "our builds are not signed yet"\n' },
    ]),
  });
});

describe('a signature check that is off', () => {
  it('is told at every build, also where nothing is made anew, and to programs too', async () => {
    for (let run = 0; run < 2; run += 1) {
      const { stderr, status } = await runHew(['build', image, '-o', output], { env });
      expect(status, stderr).toBe(0);
      expect(stderr.split('\n')).toEqual(expect.arrayContaining([PACKAGES, METADATA]));
    }
    expect((await build(image, output, [], { env })).unchecked).toEqual([
      { repository: 'signed', check: 'gpgcheck', reason: 'our builds are not signed yet' },
      { repository: 'own', check: 'repo_gpgcheck', reason: 'the mirror has none' },
    ]);
  });

  it('is told on a terminal', () => {
    const screen = execFileSync('script', ['-qec', `stty cols 200 rows 40; ${NODE} ${builtProgram()} build ${image} -o ${output}`, '/dev/null'], {
      encoding: 'utf8', env: { ...process.env, ...env, TERM: 'xterm-256color', CI: undefined },
    });
    expect(screen).toContain(PACKAGES);
    expect(screen).toContain(METADATA);
  });

  it('is in the evidence, as a deviation with its reason and at its repository', async () => {
    const { evidence } = await build(image, output, [], { env });
    const manifest = JSON.parse(readFileSync(evidence.find((path) => path.endsWith('/manifest.json')) ?? '', 'utf8')) as {
      deviations: unknown; targets: readonly { repositories: unknown }[];
    };
    expect(manifest.deviations).toEqual([
      { kind: 'check-off', subject: 'repository signed: gpgcheck', reason: 'our builds are not signed yet', place: expect.stringMatching(/^distro\.toml:\d+:\d+$/) as string },
      { kind: 'check-off', subject: 'repository own: repo_gpgcheck', reason: 'the mirror has none', place: expect.stringMatching(/^image\.toml:\d+:\d+$/) as string },
    ]);
    expect(manifest.targets[0]?.repositories).toMatchObject([
      { id: 'signed', gpgcheck: false, repoGpgcheck: true, reason: 'our builds are not signed yet' },
      { id: 'own', gpgcheck: true, repoGpgcheck: false, reason: 'the mirror has none' },
    ]);
  });

  it('is shown before anything is built', async () => {
    const { stdout } = await runHew(['show', image, '--deviations'], { env });
    expect(stdout).toContain('check-off repository signed: gpgcheck (our builds are not signed yet)');
  });
});

describe('where every check is on', () => {
  it('nothing is told', async () => {
    const plain = writeFiles(folder, { 'plain.toml': definition(['filesystem']) });
    expect((await build(plain, join(folder, 'plain-out'), [], { env })).unchecked).toEqual([]);
  });
});
