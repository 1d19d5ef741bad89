import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { build } from '../support/hew.ts';
import { readLayout } from '../support/oci.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { readTar, type TarEntry } from '../support/tar.ts';
import { runTestTool } from '../support/test-tools.ts';

const folder = testFolder();
const output = join(folder, 'out');
const rootfs = join(folder, 'bundle/rootfs');

const image = (name: string, outputs: string): string => definition(['filesystem', 'bash', 'shadow-utils', 'iputils', 'ca-certificates', 'pam'], `
[[files]]
path = "/srv/greeting"
content = "hello\\n"
mode = "0750"
owner = "daemon"
group = "adm"
[[files]]
path = "/srv/link"
link = "/etc/os-release"
[[outputs]]
format = "oci"
file-name = "${name}"
compression = ${outputs}`);

const IMAGES = {
  'gzip.toml': image('gzip', `"gzip"
[outputs.config]
cmd = ["/bin/bash", "-l"]
entrypoint = ["/usr/bin/env"]
env = ["PATH=/usr/bin", "LANG=C.UTF-8"]
user = "daemon:adm"
workdir = "/srv"
labels = { "org.example.kind" = "test" }`),
  'plain.toml': image('plain', `"none"
archive = false
[[outputs]]
format = "tar"
compression = "none"
file-name = "root"`),
  'zstd.toml': image('zstd', '"zstd"'),
};

let entries: readonly TarEntry[];

beforeAll(async () => {
  const env = { HEW_CACHE: makeCache(folder) };
  writeFiles(folder, IMAGES);
  for (const name of Object.keys(IMAGES)) await build(join(folder, name), output, [], { env });
  entries = readTar(readFileSync(join(output, 'root.tar')));
  await runTestTool(['umoci', 'unpack', '--image', `${join(output, 'gzip.oci')}:1`, join(folder, 'bundle')], { read: [output], write: [folder] });
});

const entry = (path: string): TarEntry => {
  const found = entries.find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path} in the image`);
  return found;
};

describe('each compression', () => {
  it.each([['gzip', '+gzip'], ['plain', ''], ['zstd', '+zstd']])('%s keeps to the image specification', (name, suffix) => {
    const [image] = readLayout(join(output, `${name}.oci`)).images;
    expect(image?.manifest.layers[0]?.mediaType).toBe(`application/vnd.oci.image.layer.v1.tar${suffix}`);
  });

  it('holds the same tar', () => {
    const ids = ['gzip', 'plain', 'zstd'].map((name) => readLayout(join(output, `${name}.oci`)).images[0]?.config.rootfs.diff_ids);
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    expect(readLayout(join(output, 'plain.oci')).images[0]?.layers[0]?.equals(readFileSync(join(output, 'root.tar')))).toBe(true);
  });

  it('is copied by skopeo', async () => {
    for (const name of ['gzip', 'plain', 'zstd']) {
      const argv = ['skopeo', '--insecure-policy', 'copy', `oci:${join(output, `${name}.oci`)}:1`, `dir:${join(folder, `copy-${name}`)}`];
      await expect(runTestTool(argv, { read: [output], write: [folder] })).resolves.toContain('Writing manifest');
    }
  });

  it('has the configuration that its output asks for', () => {
    expect(readLayout(join(output, 'gzip.oci')).images[0]?.config.config).toEqual({
      User: 'daemon:adm',
      Env: ['PATH=/usr/bin', 'LANG=C.UTF-8'],
      Entrypoint: ['/usr/bin/env'],
      Cmd: ['/bin/bash', '-l'],
      WorkingDir: '/srv',
      Labels: { 'org.example.kind': 'test' },
    });
  });
});

describe('what rpm says of files is in the layer', () => {
  it('owners, modes, digests and capabilities: rpm -Va finds nothing to tell', async () => {
    const verify = ['rpm', `--root=${rootfs}`, '--dbpath=/usr/lib/sysimage/rpm', '--verify', '--all'];
    await expect(runTestTool(verify, { write: [folder] })).resolves.toBe('');
  });

  it('file capabilities, in the layer and after unpacking', async () => {
    const capable = entries.filter(({ pax }) => pax.has('SCHILY.xattr.security.capability')).map(({ path }) => path);
    expect(capable.sort()).toEqual(['usr/bin/newgidmap', 'usr/bin/newuidmap', 'usr/bin/ping']);
    const told = await runTestTool(['getcap', '-r', rootfs], { read: [folder] });
    expect(told.replaceAll(`${rootfs}/`, '').split('\n').sort()).toEqual([
      'usr/bin/newgidmap cap_setgid=ep', 'usr/bin/newuidmap cap_setuid=ep', 'usr/bin/ping cap_net_raw=ep',
    ]);
  });

  it('no attribute of the builder: no SELinux label, no ACL', () => {
    const other = entries.flatMap(({ pax }) => [...pax.keys()]).filter((key) => /^SCHILY|^LIBARCHIVE|^RHT/.test(key));
    expect([...new Set(other)]).toEqual(['SCHILY.xattr.security.capability']);
  });

  it('set-user-ID and set-group-ID bits', () => {
    expect(entry('usr/bin/passwd').mode & 0o7777).toBe(0o4755);
    expect(statSync(join(rootfs, 'usr/bin/passwd')).mode & 0o7777).toBe(0o4755);
    const group = /^shadow:x:(\d+):/m.exec(readFileSync(join(rootfs, 'etc/group'), 'utf8'))?.[1];
    const ofShadow = entries.filter(({ mode }) => (mode & 0o2000) !== 0);
    expect(ofShadow.map(({ path }) => path)).toEqual(expect.arrayContaining(['usr/bin/chage']));
    expect(entry('usr/bin/chage').gid).toBe(Number(group));
  });

  it('hard links, as links', () => {
    const links = entries.filter(({ type }) => type === 'hard link');
    expect(links.map(({ path }) => path)).toContain('etc/pki/tls/certs/ca-bundle.crt');
    const [first, second] = ['etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', 'etc/pki/tls/certs/ca-bundle.crt']
      .map((path) => statSync(join(rootfs, path)));
    expect(first?.ino).toBe(second?.ino);
  });

  it('the sticky bit of shared folders', () => {
    expect(entry('tmp').mode).toBe(0o1777);
    expect(entry('var/tmp').mode).toBe(0o1777);
  });
});

describe('files of the definition', () => {
  it('have the owner, group and mode asked for, by the accounts of the image', () => {
    expect(entry('srv/greeting')).toMatchObject({ mode: 0o750, uid: 2, gid: 4, type: 'file' });
    expect(entry('srv/greeting').content.toString()).toBe('hello\n');
    expect(entry('srv/link')).toMatchObject({ type: 'symlink', link: '/etc/os-release' });
  });
});
