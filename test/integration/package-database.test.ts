import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish, type MadePackage } from '../support/packages.ts';
import { definition, distribution, machineFolder, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { runTestTool } from '../support/test-tools.ts';

const folder = testFolder();
const machine = machineFolder();
const DATABASE = '/usr/lib/sysimage/rpm';
const PREPARED = '/usr/share/test/rpmdb.sqlite';
const SWAP = `mv -f ${PREPARED} ${DATABASE}/rpmdb.sqlite`;
const LUA_SWAP = `os.rename("${PREPARED}", "${DATABASE}/rpmdb.sqlite")`;

/** Ways in which a package runs something while it is installed. */
const SCRIPTLETS: Readonly<Record<string, string>> = {
  shell: `%posttrans\n${SWAP}`,
  lua: `%posttrans -p <lua>\n${LUA_SWAP}`,
  trigger: `%triggerin -- zz-last\n${SWAP}`,
  'file-trigger': `%transfiletriggerin -p <lua> -- /usr/share/zz-last\n${LUA_SWAP}`,
};

const victim: MadePackage = { name: 'test-victim', files: { '/usr/share/test/victim': 'victim' }, signer: 'sample' };

/** A database in which one package has another licence, one is made up, and all others are missing. */
async function prepareDatabase(): Promise<string> {
  const forged = join(folder, 'forged');
  await makePackages(forged, [{ ...victim, license: 'BSD', signer: undefined }, { name: 'test-phantom', files: { '/usr/share/test/phantom': 'boo' } }]);
  mkdirSync(join(forged, 'db'));
  await runTestTool([
    'rpm', '--dbpath', join(forged, 'db'), '--define', '_pkgverify_level none', '--justdb', '--nodeps', '--noscripts', '--ignoresize', '--install',
    ...readdirSync(forged).filter((name) => name.endsWith('.rpm')).map((name) => join(forged, name)),
  ], { write: [forged] });
  return join(forged, 'db/rpmdb.sqlite');
}

const image = (name: string, packages: readonly string[], more = ''): string => writeFiles(join(folder, name), {
  'image.toml': definition(['filesystem', 'bash', 'coreutils', 'test-victim', 'zz-last', ...packages], more, './distro.toml'),
  'distro.toml': distribution([{ id: 'base', url: `file://${join(folder, 'repository')}`, keys: [sampleKey()] }]),
});

beforeAll(async () => {
  const database = await prepareDatabase();
  const repository = copyRepository(join(folder, 'repository'));
  await makePackages(repository, [
    victim,
    { name: 'zz-last', files: { '/usr/share/zz-last/file': 'last' }, signer: 'sample' },
    ...Object.entries(SCRIPTLETS).map(([kind, scriptlets]): MadePackage => (
      { name: `test-${kind}`, preamble: ['Requires(post): coreutils'], copies: { [PREPARED]: database }, scriptlets, signer: 'sample' }
    )),
    { name: 'test-local', files: { '/usr/share/test/local': 'x' } },
    {
      name: 'test-dracut', files: { '/usr/bin/dracut': `#!/bin/sh\n${SWAP}\nfor made; do :; done\necho initrd > "$made"\n` },
      copies: { [PREPARED]: database }, attributes: { '/usr/bin/dracut': '%attr(0755,root,root)' }, signer: 'sample',
    },
    {
      name: 'test-link', scriptlets: `%posttrans -p <lua>\nos.rename("${DATABASE}", "/usr/lib/sysimage/elsewhere")\nposix.symlink("${machine}", "${DATABASE}")`,
      files: { '/usr/share/test/link': 'x' }, signer: 'sample',
    },
  ]);
  await publish(repository);
});

describe('a package that edits the package database of the image', () => {
  it.each(Object.keys(SCRIPTLETS))('ends the build: %s', async (kind) => {
    const { error } = await failBuild(folder, image(kind, [`test-${kind}`]));
    const named = error.problems.map(({ code, message }) => `${code} ${message.split(' ')[0]}`);
    expect(named).toEqual(expect.arrayContaining([
      `database-vanished test-${kind}-1-1.noarch`,
      'database-appeared test-phantom-1-1.noarch',
      'database-changed test-victim-1-1.noarch',
    ]));
  });

  it('ends the build of a disk too where the last program of the image does it, after all scriptlets and scripts', async () => {
    const file = writeFiles(join(folder, 'dracut'), {
      'image.toml': `name = "test"\nversion = "1"\nextends = ["vm"]\ndistro = "./distro.toml"\n[packages]\ninstall = ["test-victim", "test-dracut"]
[boot]\ninitrd = "dracut"\n[[outputs]]\nformat = "raw"\n[[overrides]]\nreplace = ["boot.initrd"]\nreason = "The packaged program is under test."\n`,
      'distro.toml': distribution([{ id: 'base', url: `file://${join(folder, 'repository')}`, keys: [sampleKey()] }]),
    });
    const { error } = await failBuild(folder, file);
    expect(error.problems.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual(expect.arrayContaining([
      'database-vanished test-dracut-1-1.noarch', 'database-appeared test-phantom-1-1.noarch', 'database-changed test-victim-1-1.noarch',
    ]));
  });

  it('ends the build where it puts a link to a folder of the machine there, and nothing is written into that', async () => {
    const { error } = await failBuild(folder, image('link', ['test-link']));
    expect(error.code).toBe('database-missing');
    expect(readdirSync(machine)).toEqual([]);
  });
});

describe('packages as they are described', () => {
  it('may go by a script of the definition, which is told', async () => {
    const file = image('script', ['rpm'], '[[scripts]]\ncontent = "rpm -e test-victim"\n[[outputs]]\nformat = "oci"\n');
    const output = join(folder, 'script-out');
    const { status, stdout, stderr } = await runHew(['build', file, '-o', output], { env: { HEW_CACHE: makeCache(folder) } });
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('! a script of the definition removed the package test-victim-1-1.noarch');
    const manifest = readFileSync(join(output, 'test-1.evidence/manifest.json'), 'utf8');
    expect([manifest.includes('test-victim'), manifest.includes('zz-last'), stdout.includes('error')]).toEqual([false, true, false]);
  });

  it('may not come by a script of the definition: nobody verified them', async () => {
    const script = '[[scripts]]\nname = "adds"\ncontent = "rpm -i --nosignature --nodigest --define \'_pkgverify_level none\' /srv/local.rpm"\n';
    const file = image('adds', ['rpm'], `${script}[[files]]\npath = "/srv/local.rpm"\nsource = "local.rpm"\n[[outputs]]\nformat = "oci"\n`);
    copyFileSync(join(folder, 'repository/test-local-1-1.noarch.rpm'), join(folder, 'adds/local.rpm'));
    const { error } = await failBuild(folder, file);
    expect([error.code, error.message]).toEqual(['package-unverified',
      'a script of the definition (adds) added the package test-local-1-1.noarch, whose signature hew did not verify']);
  });

  it('are read from an artifact only where its database is a plain file', async () => {
    const root = join(folder, 'foreign');
    mkdirSync(join(root, 'usr/lib/sysimage/rpm'), { recursive: true });
    const { packages } = await build(image('plain', []), join(folder, 'plain-out'), ['--keep-root'], { env: { HEW_CACHE: makeCache(folder, 'plain-cache') } });
    expect(packages.map(({ name }) => name)).toContain('test-victim');
    symlinkSync(join(folder, `plain-out/test-1.root${DATABASE}/rpmdb.sqlite`), join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'));
    const run = await runHew(['inspect', root, '--json'], { env: { HEW_CACHE: makeCache(folder, 'foreign-cache') } });
    expect([run.status, run.stdout.includes('test-victim')]).toEqual([0, false]);
  });
});
