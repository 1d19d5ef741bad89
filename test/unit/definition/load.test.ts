import { describe, expect, it } from 'vitest';
import {
  checkFiles, inputFile, listAvailable, loadDefinition, loadDistribution, mapPackageName, type ReadKickstart,
} from '../../../src/definition/index.ts';
import { HEAD, memory, OCI } from './memory.ts';
import { load, print, problemsFrom, problemsOf } from './helpers.ts';

const web = `${HEAD}${OCI}`;

describe('finding files', () => {
  it('takes the current folder before what is shipped', async () => {
    const shipped = { '/data/images/web.toml': web.replace('"1"', '"2"'), '/data/images/other.yaml': web };
    expect((await load({ 'images/web.toml': web, ...shipped })).definition.version).toBe('1');
    expect((await load(shipped)).definition.version).toBe('2');
  });

  it('takes a path, and profiles relative to the file that extends', async () => {
    const source = memory({ '/else/x.toml': `extends = ["./parts/p.toml"]\n${web}`, '/else/parts/p.toml': '[packages]\ninstall = ["p"]\n' });
    const loaded = await loadDefinition(source, '../else/x.toml');
    expect(loaded.definition.packages.install).toEqual(['p']);
    expect(loaded.places['packages.install[0]']?.file).toBe('/else/parts/p.toml');
  });

  it('tells of an image, a profile and a distribution that are not there, with near names', async () => {
    expect((await problemsFrom(memory({ 'images/web.toml': web }), 'wbe')).map(print)).toEqual([
      'image-not-found: there is no image `wbe` in images or /data/images\n    did you mean `web`?',
    ]);
    expect((await problemsFrom(memory({}), 'x/y.toml')).map(({ code }) => code)).toEqual(['file-not-found']);
    const files = { 'images/web.toml': `extends = ["contaner", "../x.toml"]\n${web.replace('"test"', '"tset"')}`, 'profiles/container.toml': '' };
    expect((await problemsOf(files)).map(print)).toEqual([
      'images/web.toml:1:12: profile-not-found: there is no profile `contaner` in profiles or /data/profiles\n    did you mean `container`?',
      'images/web.toml:1:24: file-not-found: there is no file x.toml\n    check the path',
      'images/web.toml:4:10: distribution-not-found: there is no distribution `tset` in profiles/distros or /data/profiles/distros\n    did you mean `test`?',
    ]);
  });

  it('leaves lock files out, which lie beside images', async () => {
    const lock = 'document: rpm-package-manifest\nversion: "1.1"\n';
    const source = memory({ 'images/web.toml': web, 'images/web.lock.yaml': lock, '/data/images/other.lock.yaml': lock });
    expect(await checkFiles(source, [])).toEqual([]);
    expect((await listAvailable(source)).images.map(({ name }) => name)).toEqual(['web']);
    const refused = ['lock-not-definition: images/web.lock.yaml is a lock file, not a definition\n'
      + '    name the definition beside it; `hew lock web --check` checks the lock'];
    expect((await checkFiles(source, ['images/web.lock.yaml'])).map(print)).toEqual(refused);
    expect((await problemsFrom(source, 'images/web.lock.yaml')).map(print)).toEqual(refused);
  });

  it('prints the circle of `extends`', async () => {
    const files = { 'images/web.toml': `extends = ["a"]\n${web}`, 'profiles/a.toml': 'extends = ["b"]\n', 'profiles/b.toml': 'extends = [\n"a"]\n' };
    expect((await problemsOf(files)).map(print)).toEqual([
      'profiles/b.toml:2:1: extends-cycle: `extends` goes in a circle: profiles/a.toml → profiles/b.toml → profiles/a.toml\n'
      + '    remove one `extends` from the circle; shared parts can be a profile of their own',
    ]);
  });

  it('tells a file that cannot be read', async () => {
    const source = { ...memory({ 'images/web.toml': web }), readTextIfThere: () => Promise.reject(new Error('EACCES: permission denied')) };
    expect((await problemsFrom(source, 'web')).map(({ code }) => code)).toEqual(['file-unreadable']);
  });

  it('refuses a file that is too big', async () => {
    expect((await problemsOf({ 'images/web.toml': `#${'x'.repeat(5_000_000)}` })).map(({ code }) => code)).toEqual(['definition-too-large']);
  });

  it('resolves inputs beside the file that names them', async () => {
    const loaded = await load({
      'images/web.toml': `extends = ["p"]\n${web}[[scripts]]\nrun = "post.sh"\n`,
      'profiles/p.toml': '[[files]]\npath = "/etc/motd"\nsource = "files/motd"\n',
    });
    expect(inputFile(loaded, ['files', 0, 'source'])).toBe('/work/profiles/files/motd');
    expect(inputFile(loaded, ['scripts', 0, 'run'])).toBe('/work/images/post.sh');
  });
});

describe('flags', () => {
  it('override the files, and are listed', async () => {
    const { definition, deviations, places } = await load({ 'images/web.toml': `${web}[hardware]\nlevel = "v2"\n` }, {
      level: 'v3', set: [
        { key: 'version', value: '4.0' }, { key: 'packages.docs', value: 'true' }, { key: 'packages.install', value: '["a", "b"]' },
        { key: 'system.hostname', value: 'web-1' }, { key: 'outputs.oci.compression', value: 'gzip' },
      ],
    });
    expect([definition.hardware.level, definition.version, definition.packages.docs, definition.packages.install, definition.system.hostname, definition.outputs[0]?.compression])
      .toEqual(['v3', '4.0', true, ['a', 'b'], 'web-1', 'gzip']);
    expect(places['system.hostname']).toEqual({ file: '--set system.hostname=web-1' });
    expect(deviations.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(['flag hardware.level', 'flag version']);
  });

  it('add to a list by +=, one item or several, each with its own place', async () => {
    const files = { 'images/web.toml': `${web}[packages]\ninstall = ["vim"]\n` };
    const { definition, deviations, places } = await load(files, { set: [
      { key: 'packages.install', value: 'nano', adds: true }, { key: 'packages.install', value: '["a", "b"]', adds: true }, { key: 'packages.exclude', value: 'c', adds: true },
      { key: 'files', value: '{ path = "/etc/x", content = "" }', adds: true },
    ] });
    expect([definition.packages.install, definition.packages.exclude, definition.files.map(({ path }) => path)]).toEqual([['vim', 'nano', 'a', 'b'], ['c'], ['/etc/x']]);
    expect([places['packages.install[0]']?.file, places['packages.install[1]']?.file]).toEqual(['images/web.toml', '--set packages.install+=nano']);
    expect(deviations.find(({ subject }) => subject === 'packages.install')).toMatchObject({ was: { value: ['vim'] }, now: ['vim', 'nano'] });
    expect((await problemsOf(files, { set: [{ key: 'system.hostname', value: 'x', adds: true }] })).map(({ code }) => code)).toEqual(['set-bad-key']);
  });

  it('name themselves as the place of what is wrong', async () => {
    const set = [{ key: 'packages.dosc', value: 'true' }, { key: 'packages.docs', value: 'maybe' }, { key: 'outputs.vhd.tag', value: 'x' }, { key: 'a b', value: '1' }];
    expect((await problemsOf({ 'images/web.toml': web }, { set, distro: 'tset', level: 'v3' })).map(print)).toEqual([
      '--distro tset: distribution-not-found: there is no distribution `tset` in profiles/distros or /data/profiles/distros\n    did you mean `test`?',
      expect.stringMatching(/^--set a b=1: set-bad-key: /),
      expect.stringMatching(/^--set outputs.vhd.tag=x: set-bad-key: /),
      '--set packages.docs=maybe: wrong-type: `packages.docs` must be `true` or `false`, not text "maybe"',
      '--set packages.dosc=true: unknown-key: unknown key `dosc` in `packages`\n    did you mean `docs`?',
    ]);
  });

  it('choose among the outputs, or make them where there are none', async () => {
    const two = `${web}[[outputs]]\nformat = "tar"\n`;
    expect((await load({ 'images/web.toml': two }, { formats: ['tar'] })).definition.outputs.map(({ format }) => format)).toEqual(['tar']);
    expect((await load({ 'images/web.toml': HEAD }, { formats: ['wsl', 'oci'] })).definition.outputs.map(({ format }) => format)).toEqual(['wsl', 'oci']);
    expect((await problemsOf({ 'images/web.toml': two }, { formats: ['vhd', 'tr'] })).map(print)).toEqual([
      '--format tr: format-not-offered: `tr` is not a format\n    did you mean `tar`?',
      '--format vhd: format-not-offered: `vhd` is not an output of this definition\n    it has oci and tar',
    ]);
  });
});

describe('distributions', () => {
  const source = memory({ 'profiles/distros/bad.toml': 'id = "bad"\nname = "Bad"\nreleasever = 1\n[[repositories]]\nid = "a"\nbaseurl = "/x"\ngpgcheck = false\n' });

  it('resolve keys beside their file and map package names', async () => {
    const distribution = await loadDistribution(source, 'test');
    expect(distribution).toMatchObject({ key: 'test', id: 'test', dbpath: '/usr/lib/sysimage/rpm', arches: ['x86_64', 'aarch64'] });
    expect(distribution.repositories).toMatchObject([{
      baseurl: ['https://example.invalid/$releasever/$basearch'], gpgkey: ['/work/profiles/distros/keys/main.asc'], gpgcheck: true, repo_gpgcheck: true, level: 'v1',
    }]);
    const mapped = (arch: 'x86_64' | 'aarch64'): string[] => ['release-container', 'bash', 'toString', 'shim'].map((name) => mapPackageName(distribution, name, arch));
    expect(mapped('x86_64')).toEqual(['test-release', 'bash', 'toString', 'shim-x64']);
    expect(mapped('aarch64')).toEqual(['test-release', 'bash', 'toString', 'shim']);
  });

  it('leave keys alone that lie elsewhere', async () => {
    const keys = ['https://example.invalid/k.asc', '$cachedir/k.asc', '/etc/k.asc', 'k.asc'];
    const files = { '/else/d.yaml': `id: d\nname: D\nreleasever: "1"\nrepositories:\n  - id: r\n    baseurl: [https://a.invalid, https://b.invalid]\n    gpgkey: ${JSON.stringify(keys)}\n` };
    const { repositories } = await loadDistribution(memory(files), '/else/d.yaml');
    expect(repositories[0]?.gpgkey).toEqual([...keys.slice(0, 3), '/else/k.asc']);
    expect(repositories[0]?.baseurl).toHaveLength(2);
  });

  it('refuse an architecture that they do not have', async () => {
    const files = {
      'images/web.toml': `${web.replace('"test"', '"arm"')}[hardware]\narch = "x86_64"\n`,
      'profiles/distros/arm.toml': 'id = "a"\nname = "Arm Linux"\nreleasever = "1"\narches = ["aarch64"]\n[[repositories]]\nid = "r"\nbaseurl = "https://a.invalid"\ngpgkey = ["k"]\n',
    };
    expect((await problemsOf(files)).map(print)).toEqual(['images/web.toml:7:8: arch-not-offered: Arm Linux has no packages for x86_64\n    it has aarch64']);
  });

  it('tell every problem', async () => {
    await expect(loadDistribution(source, 'bad')).rejects.toMatchObject({ problems: [
      { code: 'wrong-type', place: { file: 'profiles/distros/bad.toml', line: 3, column: 14 } },
    ] });
  });

  it('give the definition its own repositories after them', async () => {
    const { repositories } = await load({ 'images/web.toml': `${web}[[repositories]]\nid = "own"\nbaseurl = "file:///srv/repo"\ngpgkey = ["own.asc"]\n` });
    expect(repositories.map(({ id, gpgkey }) => [id, gpgkey])).toEqual([['base', ['/work/profiles/distros/keys/main.asc']], ['own', ['/work/images/own.asc']]]);
  });
});

describe('kickstart', () => {
  const files = { 'images/web.toml': `kickstart = "a.ks"\n${web}[system]\nhostname = "web"\n`, 'images/a.ks': 'lang en' };
  const readKickstart: ReadKickstart = ({ file, show }) => Promise.resolve({
    value: { name: 'ks', packages: { install: ['from-ks'] }, system: { hostname: 'ks' } }, placeOf: () => ({ file: show(file), line: 7 }), problems: [],
  });

  it('is refused while nobody reads it', async () => {
    expect((await problemsOf(files)).map(({ code, place }) => [code, place?.line])).toEqual([['kickstart-not-read', 1]]);
  });

  it('is merged below the file that names it, and a conflict shows both places', async () => {
    expect((await problemsOf(files, { readKickstart })).map(({ message }) => message)).toEqual([
      '`system.hostname` is "web" here and "ks" at images/a.ks:7, with no reason given',
    ]);
    const { definition } = await load({ ...files, 'images/web.toml': `kickstart = "a.ks"\n${web}` }, { readKickstart });
    expect([definition.name, definition.packages.install, definition.system.hostname]).toEqual(['web', ['from-ks'], 'ks']);
  });

  it('may be the entry', async () => {
    const read: ReadKickstart = () => Promise.resolve({ value: { name: 'k', version: '1' }, placeOf: () => ({ file: 'k.ks' }), problems: [] });
    const loaded = await loadDefinition(memory({ 'k.ks': '' }), 'k.ks', { readKickstart: read, distro: 'test', formats: ['tar'] });
    expect(loaded.definition).toMatchObject({ name: 'k', outputs: [{ format: 'tar' }] });
  });
});

describe('lists and checks', () => {
  const source = memory({
    'images/web.toml': `summary = "The web"\n${web}`, 'images/bad.yaml': 'nme: bad\n', 'profiles/p.toml': 'summary = "P"\n[packages]\nxxx = 1\n',
    '/data/images/web.toml': web, '/data/images/other.toml': web,
  });

  it('lists what can be named', async () => {
    expect(await listAvailable(source)).toEqual({
      images: [
        { name: 'bad', file: 'images/bad.yaml' }, { name: 'other', file: '/data/images/other.toml' },
        { name: 'web', file: 'images/web.toml', summary: 'The web' },
      ],
      profiles: [{ name: 'p', file: 'profiles/p.toml', summary: 'P' }],
      distributions: [{
        name: 'test', file: 'profiles/distros/test.toml', summary: 'Test Linux', baseline: 'v1', levelModel: 'repositories', arches: ['x86_64', 'aarch64'],
      }],
    });
  });

  it('checks every file, or those given', async () => {
    expect((await checkFiles(source, [])).map(({ code, place }) => [place?.file, code])).toEqual([['images/bad.yaml', 'unknown-key'], ['profiles/p.toml', 'unknown-key']]);
    expect(await checkFiles(source, ['web', 'profiles/distros/test.toml'])).toEqual([]);
    expect((await checkFiles(source, ['profiles/p.toml', 'nope'])).map(({ code }) => code)).toEqual(['image-not-found', 'unknown-key']);
  });
});
