import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { composedInputs, dracutInputs } from '../../../src/boot/initrd/initrd-inputs.ts';
import type { InitrdRequest } from '../../../src/boot/initrd/request.ts';
import { artifactInputs } from '../../../src/build/artifact-cache.ts';
import { layerInputs } from '../../../src/build/layer-cache.ts';
import { keyOf, type Json, type Kind } from '../../../src/cache/record.ts';
import { loadDefinition } from '../../../src/definition/index.ts';
import { machineFiles } from '../../../src/host/files.ts';
import { openRoot } from '../../../src/host/inside/root-files.ts';
import type { Host } from '../../../src/host/port.ts';
import { keyInputs } from '../../../src/packages/select-keys.ts';
import { signatureInputs } from '../../../src/packages/verify.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { definition, distribution, writeFiles } from '../../support/places.ts';
import { fetchedPackage } from '../packages/samples.ts';

/** A machine: its checkout, its home and its cache folder, all below one folder. */
interface Place {
  readonly folder: string;
  readonly host: Host;
}

const folder = mkdtempSync(join(tmpdir(), 'hew-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function place(name: string, tree = 'forky-0'): Place {
  const at = join(folder, name);
  mkdirSync(join(at, 'tools', tree), { recursive: true });
  const paths = { cache: join(at, 'cache'), packages: join(at, 'cache/packages'), work: join(at, 'cache/work'), data: join(at, 'checkout') };
  const programs = new Proxy({}, { get: (_none, tool) => ({ version: '1.0', sha256: `${tree} ${String(tool)}` }) }) as Record<string, object>;
  const host = {
    env: { HOME: join(at, 'home'), USER: name },
    paths,
    fs: machineFiles,
    inside: (root: string) => openRoot(root, () => Promise.resolve()),
    clock: { now: () => new Date('2030-01-01T12:00:00Z') },
    program: () => ({ version: '0', digest: 'sha256:0' }),
    tools: () => Promise.resolve({ origin: 'tree', root: join(at, 'tools', tree), name: tree, packages: [] }),
    toolVersions: (names: readonly string[]) => Promise.resolve(Object.fromEntries(names.map((tool) => [tool, programs[tool]]))),
  };
  return { folder: at, host: host as unknown as Host };
}

const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n';

/** A definition that names every kind of file beside it. */
async function request({ folder: at, host }: Place): Promise<Parameters<typeof artifactInputs>> {
  for (const part of ['images', 'profiles']) cpSync(join(CHECKOUT, part), join(host.paths.data, part), { recursive: true });
  const file = writeFiles(join(at, 'images'), {
    'test.toml': definition(['filesystem'], `local = ["mine.rpm"]
local-keys = ["own.asc"]
[[outputs]]
format = "wsl"
icon = "beam.ico"
[[files]]
path = "/etc/motd"
source = "motd"
[[scripts]]
name = "adjust"
run = "adjust.sh"
`, './distro.toml'),
    'distro.toml': distribution([{ id: 'base', url: 'file://$cachedir/sample/repos', keys: ['base.asc'] }]),
    motd: 'hello\n', 'adjust.sh': '#!/bin/sh\n', 'beam.ico': 'icon', 'mine.rpm': 'rpm', 'own.asc': key, 'base.asc': key,
  });
  const reader = {
    cwd: at,
    data: host.paths.data,
    readTextIfThere: (path: string) => readFile(path, 'utf8').catch(() => undefined),
    list: async (path: string) => (await readdir(path).catch(() => [])).toSorted(),
  };
  const plan = makePlan(await loadDefinition(reader, file, {}), { architecture: 'x86_64' });
  const used = writeFiles(join(host.paths.work, 'keys'), { 'base.asc': key });
  const fetched = plan.targets.map((target) => ({
    session: { plan, target, keys: new Map([['base', [used]]]) }, fetched: { lock: { packages: [fetchedPackage('filesystem', '1-1')] } },
  }));
  return [host, plan, fetched];
}

function initrdRequest({ host }: Place): InitrdRequest {
  const path = join(host.paths.work, 'root');
  writeFiles(path, { 'usr/lib/udev/udev.conf': 'udev_log=info\n' });
  return { image: 'test', root: { path, epoch: 1, packages: [], target: { arch: 'x86_64', level: 'v2' } }, kernel: { version: '6.1' }, drivers: [], fips: false } as unknown as InitrdRequest;
}

/** For every kind what a build on that machine would hash. */
const INPUTS: Readonly<Record<Kind, (at: Place) => Promise<Json>>> = {
  layers: async (at) => layerInputs(...(await request(at))),
  artifacts: async (at) => artifactInputs(...(await request(at))),
  initrd: async (at) => [
    await composedInputs(at.host, initrdRequest(at), [
      { kind: 'file', path: '/usr/lib/udev/udev.conf', mode: 0o644, source: '/usr/lib/udev/udev.conf' },
      { kind: 'symlink', path: '/init', target: '/usr/lib/systemd/systemd' },
    ] as never, 'zstd'),
    await dracutInputs(at.host, initrdRequest(at)),
  ],
  keys: ({ folder: at, host }) => keyInputs(host, { repository: 'base', source: join(at, 'base.asc'), content: Buffer.from(key), pinned: ['AB CD'] }),
  signatures: ({ host }) => {
    const file = writeFiles(join(host.paths.work, 'keys'), { 'used.asc': key });
    return signatureInputs({ host, keys: new Map([['base', [file]]]), found: [] }, 'base', [fetchedPackage('bash', '5.3-1')]);
  },
};

describe.each(Object.entries(INPUTS) as [Kind, (at: Place) => Promise<Json>][])('the key of %s', (kind, inputsAt) => {
  let inputs: Readonly<Record<'here' | 'there' | 'upgraded', Json>>;
  beforeAll(async () => {
    const [here, there, upgraded] = [place('here'), place('there/deeper'), place('upgraded', 'forky-1')];
    inputs = { here: await inputsAt(here), there: await inputsAt(there), upgraded: await inputsAt(upgraded) };
  });

  it('is the same on another machine: in another checkout, with another home and cache folder', () => {
    expect(inputs.there).toEqual(inputs.here);
    expect(keyOf(kind, inputs.there)).toEqual(keyOf(kind, inputs.here));
    expect(JSON.stringify(inputs.here)).not.toContain(folder);
  });

  it('is another one with other tools', () => {
    expect(keyOf(kind, inputs.upgraded).digest).not.toBe(keyOf(kind, inputs.here).digest);
  });
});
