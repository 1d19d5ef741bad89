import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { sampleFolder } from '../../support/checkout.ts';
import { failBuild } from '../../support/failures.ts';
import { build, failureOf, runHew } from '../../support/hew.ts';
import { makePackages, publish } from '../../support/packages.ts';
import { definition, distribution, machineFolder, makeCache, sampleKey, testFolder, writeFiles } from '../../support/places.ts';
import { readTar, type TarEntry } from '../../support/tar.ts';

// Files of a definition in both directions: what it copies in comes from its own folder, and lands inside the image.
const folder = testFolder();
const outside = join(folder, 'outside');
const SECRET = 'of-the-machine';
const HEAD = definition(['filesystem'], '[[outputs]]\nformat = "tar"\n');

beforeAll(() => {
  writeFiles(outside, { secret: SECRET, 'secret.rpm': SECRET, 'script.sh': `echo ${SECRET}\n`, 'lines.ks': `echo ${SECRET}\n` });
});

/** Folders of definitions; `out` is a link to a folder beside them. */
function place(name: string, files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): string {
  const at = join(folder, name);
  const image = writeFiles(at, files);
  symlinkSync('../outside', join(at, 'out'));
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(at, path));
  return image;
}

const KICKSTART = 'name = "test"\nversion = "1"\ndistro = "sample"\nkickstart = "x.ks"\n[[outputs]]\nformat = "tar"\n';
const POST = (lines: string): string => `%packages --nocore\nbash\n%end\n%post\n${lines}\n%end\n`;

type Files = Readonly<Record<string, string>>;

const COMES_FROM_OUTSIDE: readonly (readonly [what: string, files: Files, links: Files])[] = [
  ['a file, by a link', { 'i.toml': `${HEAD}[[files]]\npath = "/srv/a"\nsource = "link"\n` }, { link: '../outside/secret' }],
  ['a file, by an absolute link', { 'i.toml': `${HEAD}[[files]]\npath = "/srv/a"\nsource = "link"\n` }, { link: join(outside, 'secret') }],
  ['a file, by a link to a link', { 'i.toml': `${HEAD}[[files]]\npath = "/srv/a"\nsource = "link"\n` }, { link: 'second', second: '../outside/secret' }],
  ['a file, through a folder that is a link', { 'i.toml': `${HEAD}[[files]]\npath = "/srv/a"\nsource = "out/secret"\n` }, {}],
  ['a folder that is a link', { 'i.toml': `${HEAD}[[files]]\npath = "/srv/a"\nsource = "out"\n` }, {}],
  ['a file of a profile elsewhere, through a folder that is a link', {
    'images/i.toml': HEAD.replace('"container"', '"container", "../p.toml"'), 'p.toml': '[[files]]\npath = "/srv/a"\nsource = "out/secret"\n',
  }, {}],
  ['a script', { 'i.toml': `${HEAD}[[scripts]]\nrun = "out/script.sh"\n` }, {}],
  ['a local package', { 'i.toml': HEAD.replace('install =', 'local = ["out/secret.rpm"]\ninstall =') }, {}],
  ['a key of local packages', { 'i.toml': HEAD.replace('install =', 'local = ["a.rpm"]\nlocal-keys = ["out/secret"]\ninstall ='), 'a.rpm': 'x' }, {}],
  ['an icon', { 'i.toml': HEAD.replace('"tar"', '"wsl"\nicon = "icon.ico"') }, { 'icon.ico': '../outside/secret' }],
];

describe('nothing comes into an image from outside the definition’s folder', () => {
  it.each(COMES_FROM_OUTSIDE)('%s', async (what, files, links) => {
    const image = place(what, files, links);
    const { error, status } = await failBuild(folder, image);
    expect([error.code, status, error.problems.length]).toEqual(['source-outside', 1, 1]);
    expect(error.message).toContain(outside);
    expect(error.problems[0]?.hint).toContain('beside the definition');
    // The place where it is named.
    expect(error.problems[0]?.place?.line).toBeGreaterThan(0);
  });

  it.each([
    ['by its path', POST(`%include ${join(outside, 'lines.ks')}`)],
    ['by ..', POST('%include ../outside/lines.ks')],
    ['through a folder that is a link', POST('%include out/lines.ks')],
    ['as a part of the file', `${POST('true')}%include out/lines.ks\n`],
    ['through what a definition substitutes', POST('%include part.ks'), '[kickstart-includes]\n"part.ks" = "out/lines.ks"\n'],
  ])('lines of a kickstart file, %s', async (what, kickstart, more = '') => {
    const image = place(`ks ${what}`, { 'i.toml': KICKSTART.replace('[[outputs]]', `${more}[[outputs]]`), 'x.ks': kickstart });
    const { error, status } = await failBuild(folder, image);
    expect([error.code, status]).toEqual(['kickstart-refused', 2]);
    expect(JSON.stringify(error.problems)).toContain('is outside the folder of the kickstart file');
    expect(JSON.stringify(error.problems)).not.toContain(SECRET);
    const alone = await failBuild(folder, join(folder, `ks ${what}`, 'x.ks'), { args: ['--distro', 'sample', '--format', 'tar'] });
    expect(alone.status).toBe(2);
  });

  it('an exported kickstart holds no such file either', async () => {
    const image = place('export', { 'i.toml': `${HEAD}[[files]]\npath = "/srv/a"\nsource = "out/secret"\n` });
    const run = await runHew(['kickstart', 'export', image, '--json']);
    expect([failureOf(run).code, run.stdout.includes(SECRET)]).toEqual(['source-outside', false]);
  });

  it('while a link that stays in the folder counts, and so does what --include names by hand', async () => {
    const image = place('inside', {
      'i.toml': KICKSTART.replace('[[outputs]]', '[[files]]\npath = "/srv/a"\nsource = "link"\n[[outputs]]'),
      'parts/real': 'real', 'parts/lines.ks': 'echo own >> /srv/own', 'x.ks': POST('%include parts/lines.ks\n%include ../outside/lines.ks'),
    }, { link: 'parts/real' });
    const args = ['check', image, '--include', `../outside/lines.ks=${join(outside, 'lines.ks')}`];
    expect((await runHew(args)).status).toBe(0);
    expect((await runHew(args.slice(0, 2))).status).toBe(2);
  });
});

describe('nothing lands outside an image, whatever links its packages bring', () => {
  const victim = machineFolder();
  const up = '../../../../../../../../../..';
  const OWN_FILES = ['/opt/absolute/file', '/opt/relative/file', '/opt/loose', '/opt/absolute/link', '/opt/relative/deep/er/file'];
  let entries: readonly TarEntry[];

  beforeAll(async () => {
    writeFiles(victim, { canary: 'alive' });
    const repository = join(folder, 'repository');
    const links = {
      '/opt/absolute': victim,
      '/opt/relative': `${up}${victim}`,
      '/opt/loose': join(victim, 'canary'),
      '/etc/hostname': join(victim, 'canary'),
      '/etc/locale.conf': `${up}${victim}/canary`,
      '/etc/vconsole.conf': join(victim, 'canary'),
      '/etc/hew-release': join(victim, 'canary'),
      '/etc/wsl.conf': join(victim, 'canary'),
      '/usr/lib/wsl': victim,
      '/etc/systemd/network': victim,
      '/home/azl': victim,
    };
    await makePackages(repository, [{ name: 'test-links', links, signer: 'sample' }]);
    await publish(repository);
    const files = OWN_FILES.map((path) => `[[files]]\npath = "${path}"\n${path.endsWith('link') ? `link = "${victim}/canary"` : 'content = "own"'}\n`);
    const image = writeFiles(join(folder, 'landing'), {
      'i.toml': definition(['filesystem', 'bash', 'coreutils', 'shadow-utils', 'test-links'], `
        [system]
        hostname = "landed"
        locale = "C.UTF-8"
        ${files.join('')}
        [[files]]
        path = "/opt/relative/copied"
        source = "own/source"
        [[scripts]]
        content = "echo said"
        log = "/opt/absolute/log"
        [[outputs]]
        format = "tar"
        compression = "none"
        file-name = "root"`, './distro.toml'),
      'distro.toml': distribution([
        { id: 'base', url: `file://${join(sampleFolder(), 'repos/base/x86_64')}`, keys: [sampleKey()] },
        { id: 'test', url: `file://${repository}`, keys: [sampleKey()] },
      ]),
      'own/source': 'copied',
    });
    const output = join(folder, 'landed');
    await build(image, output, ['--no-cache'], { env: { HEW_CACHE: makeCache(folder) } });
    entries = readTar(readFileSync(join(output, 'root.tar')));
  });

  const content = (path: string): string | undefined => entries.find((entry) => entry.path === path)?.content.toString();

  it('the folder that they lead to is as it was', () => {
    expect(readdirSync(victim)).toEqual(['canary']);
    expect(readFileSync(join(victim, 'canary'), 'utf8')).toBe('alive');
  });

  it('files are where the image itself would find them', () => {
    const inImage = victim.slice(1);
    expect([content(`${inImage}/file`), content(`${inImage}/deep/er/file`), content(`${inImage}/copied`)]).toEqual(['own', 'own', 'copied']);
    expect(content(`${inImage}/log`)).toContain('said');
    expect(content('opt/loose')).toBe('own');
    expect(content('etc/hostname')).toBe('landed\n');
  });
});
