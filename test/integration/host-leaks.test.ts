import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { CHECKOUT } from '../support/checkout.ts';
import { build, type HewOptions } from '../support/hew.ts';
import { readLayout } from '../support/oci.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const image = writeFiles(folder, {
  'test.toml': definition(['filesystem', 'bash', 'shadow-utils', 'openssl-libs'], '[[outputs]]\nformat = "oci"\ncompression = "gzip"\n'),
});
let counter = 0;
let reference: string;

/** Builds the image on a cache of its own, so that nothing is taken over, and returns the digest of its manifest. */
async function digest(options: HewOptions = {}): Promise<string> {
  counter += 1;
  const output = join(folder, `out-${counter}`);
  const { env, ...rest } = options;
  await build(image, output, ['--no-cache'], { ...rest, env: { HEW_CACHE: makeCache(folder, `cache-${counter}`), ...env } });
  const [only] = readLayout(join(output, 'test-1.oci')).images;
  if (only === undefined) throw new Error('no image');
  return only.descriptor.digest;
}

/** A shell that prepares something and then becomes hew. */
const after = (script: string): readonly string[] => ['sh', '-c', `${script}; exec "$@"`, 'sh'];

/** This machine with another /etc, in a mount namespace that ends with hew. */
function withEtc(files: Readonly<Record<string, string>>): readonly string[] {
  const etc = join(folder, `etc-${counter}`);
  cpSync('/etc', etc, { recursive: true, verbatimSymlinks: true });
  // A link such as localtime's would lead to the machine's own file.
  for (const name of Object.keys(files)) rmSync(join(etc, name), { force: true });
  writeFiles(etc, files);
  return ['unshare', '--mount', ...after(`mount --bind '${etc}' /etc`)];
}

type Texts = Readonly<Record<string, string>>;

/**
 * Names of the settings that show in the image. A setting that shows changes the bytes or ends the build, so one build
 * with all of them answers for each; only where that one differs are they tried one by one.
 */
async function shown(settings: Readonly<Record<string, Texts>>, options: (together: Texts) => HewOptions): Promise<readonly string[]> {
  const all = Object.values(settings);
  const together: Texts = Object.assign({}, ...all) as Texts;
  expect(Object.keys(together), 'no setting stands in the place of another').toHaveLength(all.flatMap((one) => Object.keys(one)).length);
  if (await digest(options(together)).catch(() => 'failed') === reference) return [];
  const names: string[] = [];
  for (const [name, one] of Object.entries(settings)) {
    if (await digest(options(one)).catch(() => 'failed') !== reference) names.push(name);
  }
  return names.length > 0 ? names : ['all of them together'];
}

beforeAll(async () => {
  reference = await digest();
});

/** By path below /etc. */
const FILES: Readonly<Record<string, Texts>> = {
  'its repositories': {
    'yum.repos.d/evil.repo': '[evil]\nname=evil\nbaseurl=http://127.0.0.1:9/\nenabled=1\ngpgcheck=0\n',
    'distro.repos.d/evil.repo': '[evil2]\nname=evil\nbaseurl=http://127.0.0.1:9/\nenabled=1\ngpgcheck=0\n',
  },
  'its dnf5 settings': {
    'dnf/dnf.conf': '[main]\ninstall_weak_deps=1\ntsflags=noscripts\nexcludepkgs=shadow-utils\nreposdir=/etc/yum.repos.d\n',
    'dnf/libdnf5.conf.d/90-evil.conf': '[main]\ninstall_weak_deps=1\nexcludepkgs=shadow-utils\n',
  },
  'its dnf5 variables': { 'dnf/vars/basearch': 'evil64\n', 'dnf/vars/releasever': '0\n', 'yum/vars/basearch': 'evil64\n' },
  'settings of dnf5 plugins': {
    'dnf/libdnf5-plugins/actions.conf': '[main]\nname=actions\nenabled=1\n',
    'dnf/libdnf5-plugins/actions.d/evil.actions': 'pre_transaction::::/bin/sh -c "exit 1"\n',
  },
  'its rpm macros': {
    'rpm/macros': '%_dbpath /var/lib/elsewhere\n%_install_langs all\n%_excludedocs 0\n',
    'rpm/macros.evil': '%_netsharedpath /usr/share\n',
    'rpmrc': 'buildarchtranslate: x86_64: evil\n',
  },
  'its resolver': { 'resolv.conf': 'nameserver 203.0.113.99\n', 'hosts': '203.0.113.99 evil\n' },
  'its users and groups': {
    'passwd': `evil:x:0:0::/root:/bin/sh\n${readFileSync('/etc/passwd', 'utf8').replace(/^root:.*\n/m, '')}`,
    'group': 'evil:x:0:\nshadow:x:999:\n',
  },
  'its time zone and locale': { 'localtime': 'none', 'timezone': 'Asia/Tokyo\n', 'locale.conf': 'LANG=de_DE.UTF-8\n', 'default/locale': 'LANG=de_DE.UTF-8\n' },
  'its shell start-up files and preloaded libraries': { 'profile.d/evil.sh': 'exit 1\n', 'bash.bashrc': 'exit 1\n', 'ld.so.preload': '/nonexistent/evil.so\n' },
  'its machine id and name': { 'machine-id': 'deadbeefdeadbeefdeadbeefdeadbeef\n', 'hostname': 'evil\n', 'machine-info': 'PRETTY_HOSTNAME=evil\n' },
};

const VARIABLES: Readonly<Record<string, Texts>> = {
  'a proxy': { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', all_proxy: 'http://127.0.0.1:9' },
  'dnf5': { DNF5_FORCE_INTERACTIVE: '1', DNF5_PLUGINS_DIR: '/nonexistent', LIBDNF5_PLUGINS_CONFIG_DIR: '/nonexistent', DNF_VAR_basearch: 'evil64', DNF0: 'evil', DNF_VAR_releasever: '0' },
  'rpm': { RPM_CONFIGDIR: '/nonexistent', RPM_POPTEXEC_PATH: '/nonexistent', RPM_INSTALL_PREFIX: '/evil', RPM_DBPATH: '/evil' },
  'the dynamic loader': { LD_PRELOAD: '/nonexistent/evil.so', LD_LIBRARY_PATH: '/nonexistent', LD_BIND_NOW: '1', GLIBC_TUNABLES: 'glibc.malloc.check=3' },
  'tar and the compressors': { TAR_OPTIONS: '--owner=4711 --mode=0', GZIP: '-9', ZSTD_CLEVEL: '19', ZSTD_NBTHREADS: '1', XZ_DEFAULTS: '-9', XZ_OPT: '-9', POSIXLY_CORRECT: '1', TAR_READER_OPTIONS: 'evil' },
  'temporary folders': { TMPDIR: '/nonexistent', TEMP: '/nonexistent', RPM_TMPPATH: '/nonexistent' },
  'the shell': { BASH_ENV: '/nonexistent/evil.sh', ENV: '/nonexistent/evil.sh', IFS: 'x', CDPATH: '/', SHELLOPTS: 'noglob' },
  'locale and time zone': { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr', TZ: 'Asia/Tokyo' },
  'the account': { USER: 'evil', LOGNAME: 'evil', SUDO_USER: 'evil', EMAIL: 'evil@example.org', HOSTNAME: 'evil' },
};

describe('an image does not show', () => {
  it('the files and the name of this machine, under umask 027', async () => {
    const named = (files: Texts): HewOptions => ({ before: [...withEtc(files), 'unshare', '--uts', ...after('hostname evil.example; umask 027')] });
    expect(await shown(FILES, named)).toEqual([]);
  });

  it('macros and settings in the home folder of the person who builds, under umask 077', async () => {
    const home = join(folder, 'home');
    const macros = '%_dbpath /var/lib/elsewhere\n%_install_langs all\n%_tmppath /nonexistent\n%_excludedocs 0\n';
    writeFiles(home, {
      '.rpmmacros': macros, '.config/rpm/macros': macros, '.rpmrc': 'buildarchtranslate: x86_64: evil\n',
      '.config/dnf5/dnf.conf': '[main]\ninstall_weak_deps=1\n', '.curlrc': 'proxy = "http://127.0.0.1:9"\n', '.gnupg/gpg.conf': 'no-such-option\n',
    });
    expect(await digest({ before: after('umask 077'), env: { HOME: home, XDG_CONFIG_HOME: join(home, '.config') } })).toBe(reference);
  });

  it('variables of the person who builds', async () => {
    expect(await shown(VARIABLES, (env) => ({ env }))).toEqual([]);
  });

  it('the folder that hew is called from, under umask 000', async () => {
    const cwd = join(folder, 'elsewhere');
    mkdirSync(cwd);
    expect(await digest({ cwd, before: after('umask 000') })).toBe(reference);
    expect(await digest({ cwd: CHECKOUT })).toBe(reference);
  });
});

describe('an image shows', () => {
  it('SOURCE_DATE_EPOCH', async () => {
    const early = await digest({ env: { SOURCE_DATE_EPOCH: '1600000000' } });
    expect(early).not.toBe(reference);
    const { images } = readLayout(join(folder, `out-${counter}`, 'test-1.oci'));
    expect(images[0]?.config.created).toBe('2020-09-13T12:26:40Z');
    expect(await digest({ env: { SOURCE_DATE_EPOCH: '1600000000' } })).toBe(early);
  });
});
