import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sampleFolder } from '../../support/checkout.ts';
import { failureOf, runHew } from '../../support/hew.ts';
import { makePackages, publish, type MadePackage } from '../../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../../support/places.ts';

// Packages leave links, pipes and devices where hew reads and writes next.
const folder = testFolder();
const machine = join(folder, 'machine');
// In /tmp itself: dnf5 finds a folder of that name in its own sandbox, and leaves the link as it is.
const secret = join(tmpdir(), `hew-test-secret-${process.pid}`);
const TAR = '[[outputs]]\nformat = "tar"\ncompression = "none"\n';
const PACKAGES = ['filesystem', 'bash', 'coreutils', 'python3', 'util-linux'];

/** One package a way: each has to do it alone. */
const WAYS: Readonly<Record<string, (name: string, command: string) => string>> = {
  post: (_, command) => `%posttrans -p /bin/bash\n${command}`,
  lua: (_, command) => `%posttrans -p <lua>\nos.execute([==[${command}]==])`,
  trigger: (_, command) => `%triggerin -p /bin/bash -- python3\n${command}`,
  'file-trigger': (name, command) => `%transfiletriggerin -p /bin/bash -- /usr/share/${name}\n${command}`,
};

const hostile = (attack: string, command: string): readonly MadePackage[] =>
  Object.entries(WAYS).map(([way, scriptlet]) => {
    const name = `test-${attack}-${way}`;
    return {
      name,
      preamble: ['python3', 'bash', 'coreutils'].map((needed) => `Requires(post): ${needed}`),
      files: { [`/usr/share/${name}/own`]: 'own' },
      scriptlets: scriptlet(name, command),
      signer: 'sample' as const,
    };
  });

const ATTACKS = {
  // rpm itself does not read that one: the build gets past it.
  pipe: 'rm -f /etc/shadow; mkfifo /etc/shadow',
  origin: `mkdir -p /usr/lib/sysimage/libdnf5; ln -sfn ${secret} /usr/lib/sysimage/libdnf5/nevras.toml`,
  database: `cp -a /usr/lib/sysimage/rpm /usr/lib/sysimage/kept; rm -rf /usr/lib/sysimage/rpm; ln -sfn ${machine} /usr/lib/sysimage/rpm`,
};

let cache: string;
const buildWith = (attack: string, way: string) =>
  runHew(['build', join(folder, `${attack}-${way}.toml`), '--output', join(folder, `out-${attack}-${way}`), '--no-cache', '--json'], { env: { HEW_CACHE: cache } });

beforeAll(async () => {
  mkdirSync(machine);
  writeFileSync(secret, 'of the machine', { mode: 0o600 });
  const repository = join(folder, 'repository');
  await makePackages(repository, Object.entries(ATTACKS).flatMap(([attack, command]) => hostile(attack, command)));
  await publish(repository);
  cache = makeCache(folder);
  writeFiles(folder, {
    'distro.toml': distribution([
      { id: 'base', url: `file://${join(sampleFolder(), 'repos/base/x86_64')}`, keys: [sampleKey()] },
      { id: 'test', url: `file://${repository}`, keys: [sampleKey()] },
    ]),
    ...Object.fromEntries(Object.keys(ATTACKS).flatMap((attack) => Object.keys(WAYS).map((way) =>
      [`${attack}-${way}.toml`, definition([...PACKAGES, `test-${attack}-${way}`], TAR, './distro.toml')]))),
  });
});
afterAll(() => rmSync(secret, { force: true }));

describe.each(Object.keys(WAYS))('what a package does by %s', (way) => {
  it('does not hold a build by a pipe in the place of /etc/shadow', async () => {
    const run = await buildWith('pipe', way);
    expect(run.status).toBe(1);
    expect(failureOf(run)).toMatchObject({ code: 'not-a-file', problems: [{ message: '/etc/shadow of the image is not a plain file' }] });
  }, 120_000);

  it('does not have hew read or write what a link in the place of nevras.toml leads to', async () => {
    await buildWith('origin', way);
    expect(readFileSync(secret, 'utf8')).toBe('of the machine');
    const root = join(folder, `out-origin-${way}`);
    for (const name of existsSync(root) ? readdirSync(root).filter((one) => one.endsWith('.tar')) : []) {
      expect(readFileSync(join(root, name)).includes('of the machine')).toBe(false);
    }
  }, 120_000);

  it('does not have rpm work in a folder of the machine that the database is a link to', async () => {
    const run = await buildWith('database', way);
    expect(run.status).toBe(1);
    expect(readdirSync(machine)).toEqual([]);
  }, 120_000);
});
