import { describe, expect, it } from 'vitest';
import { HEAD, OCI } from './memory.ts';
import { print, problemsOf } from './helpers.ts';

const RAW = `[[outputs]]\nformat = "raw"\n`;
const inToml = async (body: string): Promise<readonly string[]> => (await problemsOf({ 'images/web.toml': body })).map(print);

describe('problems of shape', () => {
  it.each([
    ['a mistyped key', `${HEAD}${OCI}[packages]\ninstal = ["a"]\n`,
      'images/web.toml:7:1: unknown-key: unknown key `instal` in `packages`\n    did you mean `install`?'],
    ['a key after a table', `${OCI}[packages]\nname = "web"\nversion = "1"\ndistro = "test"\n`.replace('version = "1"\ndistro = "test"\n', ''),
      'images/web.toml:4:1: unknown-key: unknown key `name` in `packages`\n    `name` belongs at the top of the file, before the first [table]'],
    ['a key in the wrong table', `${HEAD}${OCI}[packages]\nhostname = "x"\n`,
      'images/web.toml:7:1: unknown-key: unknown key `hostname` in `packages`\n    `hostname` belongs in `system`'],
    ['a text for a list', `${HEAD}${OCI}[packages]\ninstall = "vim"\n`,
      'images/web.toml:7:11: wrong-type: `packages.install` must be a list of texts in quotes, not text "vim"\n    write it as a list: ["vim"]'],
    ['an empty text', `${HEAD}${OCI}[packages]\ninstall = ["a", ""]\n`,
      'images/web.toml:7:17: wrong-value: `packages.install[1]` must not be empty: text ""'],
    ['a size with another unit', `${HEAD}${RAW}[boot]\n[disk]\nsize = "5G"\n`,
      'images/web.toml:8:8: wrong-value: `disk.size` must be `minimal` or a whole number and a unit KiB, MiB, GiB or TiB, such as `5GiB`, not text "5G"\n    did you mean `5GiB`?'],
    ['a size with a fraction', `${HEAD}${OCI}[limits]\ninstalled = "1.5 GB"\n`,
      'images/web.toml:7:13: wrong-value: `limits.installed` must be a whole number and a unit KiB, MiB, GiB or TiB, such as `5GiB`: text "1.5 GB"\n    did you mean `1536MiB`?'],
    ['a number for a size', `${HEAD}${RAW}[boot]\n[disk]\nsize = 5\n`,
      'images/web.toml:8:8: wrong-type: `disk.size` must be `minimal`, or text in quotes, not the number 5\n    put quotes around it'],
    ['a number for a text', `${HEAD.replace('"1"', '1.5')}${OCI}`,
      'images/web.toml:2:11: wrong-type: `version` must be text in quotes, not the number 1.5\n    put quotes around it'],
    ['a text for a truth value', `${HEAD}${OCI}[packages]\ndocs = "true"\n`,
      'images/web.toml:7:8: wrong-type: `packages.docs` must be `true` or `false`, not text "true"\n    write true without quotes'],
    ['an unknown word', `${HEAD}${OCI}[system]\nselinux = "enforcin"\n`,
      'images/web.toml:7:11: wrong-value: `system.selinux` must be `enforcing`, `permissive` or `disabled`, not text "enforcin"\n    did you mean `enforcing`?'],
    ['an unknown format', `${HEAD}[[outputs]]\nformat = "qcow"\n`,
      'images/web.toml:5:10: wrong-value: `outputs[0].format` must be `oci`, `tar`, `wsl`, `raw`, `qcow2`, `vhd`, `vhdx`, `vmdk`, `gce` or `vagrant`, not text "qcow"\n    did you mean `qcow2`?'],
    ['what does not apply to the format', `${HEAD}[[outputs]]\nformat = "vhd"\ntag = "x"\n[boot]\n[disk]\n[[disk.partitions]]\nmount = "/"\n[[disk.partitions]]\nmount="/boot/efi"\n`,
      'images/web.toml:6:1: unknown-key: unknown key `tag` in `outputs[0]`\n    known here: format, compression, file-name, verify, accept'],
    ['a format’s missing word', `${HEAD}${OCI}[[outputs]]\ncompression = "zstd"\n`,
      'images/web.toml:6:1: missing-key: `outputs[1]` needs `format`\n    `format` is one of `oci`, `tar`, `wsl`, `raw`, `qcow2`, `vhd`, `vhdx`, `vmdk`, `gce`, `vagrant`'],
    ['a missing key of a list’s element', `${HEAD}${OCI}[[files]]\ncontent = "x"\n`,
      'images/web.toml:6:1: missing-key: `files[0]` needs `path`\n    `path` is text in quotes'],
    ['an override without a reason', `${HEAD}${OCI}[[overrides]]\nremove = ["x"]\n`,
      'images/web.toml:6:1: missing-key: `overrides[0]` needs `reason`\n    `reason` is text in quotes'],
    ['a level', `${HEAD}${OCI}[hardware]\nlevel = "v5"\n`,
      'images/web.toml:7:9: wrong-value: `hardware.level` must be `baseline`, `host`, `v2`, `v3` or `v4`, not text "v5"\n    did you mean `v2`, `v3` or `v4`?'],
    ['a host without a port', `${HEAD}${OCI}[[scripts]]\nrun = "x"\nreason = "fetches the agent"\nnetwork = [\n  "a.example:443",\n  "b.example",\n]\n`,
      'images/web.toml:11:3: wrong-value: `scripts[0].network[1]` must be a host name or address and a port, such as `example.com:443`: text "b.example"'],
    ['a wildcard', `${HEAD}${OCI}[[scripts]]\nrun = "x"\nreason = "fetches the agent"\nnetwork = ["*.example:443"]\n`,
      'images/web.toml:9:12: wrong-value: `scripts[0].network[0]` must be a host name or address and a port, such as `example.com:443`: text "*.example:443"'],
    ['a port that is none', `${HEAD}${OCI}[[scripts]]\nrun = "x"\nreason = "fetches the agent"\nnetwork = ["a.example:65536"]\n`,
      'images/web.toml:9:12: wrong-value: `scripts[0].network[0]` must be a host name or address and a port from 1 to 65535: text "a.example:65536"'],
    ['a network that is a text', `${HEAD}${OCI}[[scripts]]\nrun = "x"\nreason = "fetches the agent"\nnetwork = "a.example:443"\n`,
      'images/web.toml:9:11: wrong-type: `scripts[0].network` must be `true` or `false`, or a list of texts in quotes, not text "a.example:443"\n    write it as a list: ["a.example:443"]'],
    ['an empty list of destinations', `${HEAD}${OCI}[[scripts]]\nrun = "x"\nreason = "fetches the agent"\nnetwork = []\n`,
      'images/web.toml:9:11: wrong-value: `scripts[0].network` must not be empty: a list'],
    ['a path in the image', `${HEAD}${OCI}[[files]]\npath = "/etc/../x"\ncontent = ""\n`,
      'images/web.toml:7:8: wrong-value: `files[0].path` must be an absolute path inside the image, without `.` and `..` parts: text "/etc/../x"'],
    ['a bad name', `${HEAD.replace('web', 'Web/1')}${OCI}`,
      'images/web.toml:1:8: wrong-value: `name` must be lower-case letters, digits and single `.`, `_` or `-` between them: text "Web/1"'],
  ])('tells %s', async (_, body, expected) => {
    expect(await inToml(body)).toContain(expected);
  });

  it('tells only what is wrong, and once', async () => {
    expect(await inToml(`${HEAD}${OCI}[packages]\ninstal = ["a"]\ndocs = 1\n`)).toHaveLength(2);
  });

  it('places problems of YAML', async () => {
    const body = 'name: web\nversion: 1.0\ndistro: test\npackages:\n  install: vim\noutputs:\n  - format: oci\n    tga: x\n';
    expect((await problemsOf({ 'images/web.yaml': body })).map(print)).toEqual([
      'images/web.yaml:2:10: wrong-type: `version` must be text in quotes, not the number 1\n    put quotes around it',
      'images/web.yaml:5:12: wrong-type: `packages.install` must be a list of texts in quotes, not text "vim"\n    write it as a list: ["vim"]',
      'images/web.yaml:8:5: unknown-key: unknown key `tga` in `outputs[0]`\n    did you mean `tag`?',
    ]);
  });

  it('tells of all files at once, and a syntax error hides no other file', async () => {
    const problems = await problemsOf({
      'images/web.toml': `extends = ["a", "b"]\n${HEAD}[system]\nhostnam = "x"\nroot-password = "hunter2"\n`,
      'profiles/a.toml': '[packages\n',
      'profiles/b.toml': 'packages = 1\n',
    });
    expect(problems.map(print)).toEqual([
      'images/web.toml:6:1: unknown-key: unknown key `hostnam` in `system`\n    did you mean `hostname`?',
      'images/web.toml:7:17: plain-text-password: the password of root is in plain text\n    put a crypt(5) hash here: `openssl passwd -6`; or leave it out and use `ssh-keys`',
      expect.stringMatching(/^profiles\/a.toml:1:\d+: toml-syntax: /),
      'profiles/b.toml:1:12: wrong-type: `packages` must be a table, not the number 1',
    ]);
  });
});
