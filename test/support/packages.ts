import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sampleFolder } from './checkout.ts';
import { runTestTool } from './test-tools.ts';

/** One of the two keys of the sample distribution, of which one signs it and the other is a stranger's, or a key of a test. */
export type Signer = 'sample' | 'wrong' | TestKey;

export interface TestKey {
  readonly user: string;
  /** Folder of its keyring. */
  readonly keyring: string;
  /** When it signs, as gpg's --faked-system-time takes it. */
  readonly signsAt?: string;
  /** What it signs packages with: `SHA1`. */
  readonly digest?: string;
}

const signerName = (signer: Signer): string => (typeof signer === 'string' ? `Sample Linux (${signer}) <${signer}@sample.invalid>` : signer.user);

export interface MadePackage {
  readonly name: string;
  readonly version?: string;
  readonly arch?: string;
  /** Lines of the preamble, such as `Requires: bash`. */
  readonly preamble?: readonly string[];
  /** Content by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of this machine that are copied in, by absolute path in the package. */
  readonly copies?: Readonly<Record<string, string>>;
  readonly license?: string;
  /** Targets of symbolic links by absolute path. */
  readonly links?: Readonly<Record<string, string>>;
  /** What stands in front of a path in %files, such as `%attr(4755,root,root)`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Sections such as `%post\nexit 1`. */
  readonly scriptlets?: string;
  /** Undefined leaves it unsigned. */
  readonly signer?: Signer | undefined;
}

/** The ways in which a package has a program run while it is installed. */
export const SCRIPTLETS = ['post', 'lua', 'trigger', 'file-trigger'] as const;

/** A signed package that runs a command line of bash in each of these ways, once python3 and its own files are there. */
export const hostilePackage = (name: string, run: (way: (typeof SCRIPTLETS)[number]) => string, files: Readonly<Record<string, string>>): MadePackage => ({
  name,
  preamble: ['python3', 'util-linux', 'bash', 'coreutils'].map((needed) => `Requires(post): ${needed}`),
  files: { ...files, [`/usr/share/${name}/own`]: 'own' },
  scriptlets: [
    '%post -p /bin/bash', run('post'),
    '%posttrans -p <lua>', `os.execute([==[${run('lua')}]==])`,
    '%triggerin -p /bin/bash -- python3', `test ! -e /usr/share/${name}/own || {`, run('trigger'), '}',
    `%transfiletriggerin -p /bin/bash -- /usr/share/${name}`, run('file-trigger'),
  ].join('\n'),
  signer: 'sample',
});

/** How one package runs a command line of bash in each of these ways. */
const SECTIONS: Readonly<Record<(typeof SCRIPTLETS)[number], (name: string, command: string) => string>> = {
  post: (_, command) => `%posttrans -p /bin/bash\n${command}`,
  lua: (_, command) => `%posttrans -p <lua>\nos.execute([==[${command}]==])`,
  trigger: (_, command) => `%triggerin -p /bin/bash -- python3\n${command}`,
  'file-trigger': (name, command) => `%transfiletriggerin -p /bin/bash -- /usr/share/${name}\n${command}`,
};

/** One signed package a way, `test-ATTACK-WAY`: each has to do alone what this command line does. `more` is what else they bring. */
export const hostilePackages = (attack: string, command: string, more: Partial<MadePackage> = {}): readonly MadePackage[] =>
  SCRIPTLETS.map((way) => {
    const name = `test-${attack}-${way}`;
    return {
      name,
      ...more,
      preamble: ['python3', 'bash', 'coreutils'].map((needed) => `Requires(post): ${needed}`).concat(more.preamble ?? []),
      files: { ...more.files, [`/usr/share/${name}/own`]: 'own' },
      scriptlets: SECTIONS[way](name, command),
      signer: 'sample',
    };
  });

/** Builds RPMs into a folder. */
export async function makePackages(folder: string, packages: readonly MadePackage[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const one of packages) {
    const work = mkdtempSync(join(tmpdir(), 'hew-test-rpm-'));
    try {
      writeFileSync(join(work, 'one.spec'), specOf(one));
      await runTestTool([
        'rpmbuild', '-bb', '--quiet', ...(one.arch === undefined ? [] : ['--target', one.arch]), '--define', `_topdir ${work}`, '--define', `_rpmdir ${folder}`, '--define', '_rpmformat 4',
        '--define', '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm', '--define', '_build_id_links none',
        '--define', '__os_install_post %{nil}', '--define', 'debug_package %{nil}', join(work, 'one.spec'),
      ], { write: [work, folder], read: Object.values(one.copies ?? {}) });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    const { name, version = '1', arch = 'noarch', signer } = one;
    if (signer !== undefined) await signPackage(join(folder, `${name}-${version}-1.${arch}.rpm`), folder, signer);
  }
}

function specOf({ name, version = '1', arch = 'noarch', preamble = [], files = {}, copies = {}, license = 'MIT', links = {}, attributes = {}, scriptlets = '' }: MadePackage): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''").replaceAll('%', '%%')}'`;
  const make = (path: string, command: string): string => `mkdir -p "%{buildroot}$(dirname ${path})"\n${command} "%{buildroot}${path}"`;
  const writes = [
    ...Object.entries(files).map(([path, content]) => make(path, `printf '%%s' ${quote(content)} >`)),
    ...Object.entries(copies).map(([path, from]) => make(path, `cp ${quote(from)}`)),
    ...Object.entries(links).map(([path, target]) => make(path, `ln -s ${quote(target)}`)),
  ];
  const owned = [...Object.keys(files), ...Object.keys(copies), ...Object.keys(links)].map((path) => `${attributes[path] ?? ''} ${path}`.trim());
  return `Name: ${name}
Version: ${version}
Release: 1
Summary: Made in a test
License: ${license}
Vendor: Sample Linux
${arch === 'noarch' ? 'BuildArch: noarch' : ''}
AutoReqProv: no
${preamble.join('\n')}
%description
Made in a test.
%install
${writes.join('\n')}
${scriptlets}
%files
${owned.join('\n')}
`;
}

/** The keyring of a signer, apart: gpg leaves sockets and locks in it. */
async function withKeyring<T>(signer: Signer, use: (keyring: string) => Promise<T>): Promise<T> {
  const keyring = mkdtempSync(join(tmpdir(), 'hew-test-gpg-'));
  try {
    cpSync(typeof signer === 'string' ? join(sampleFolder(), 'private/gnupg') : signer.keyring, keyring, { recursive: true });
    return await use(keyring);
  } finally {
    rmSync(keyring, { recursive: true, force: true });
  }
}

const signPackage = (file: string, folder: string, signer: Signer): Promise<string> => addSignature(file, folder, signer, []);

/** Adds a signature to those that a package has, in the tag that holds several since rpm 6. */
export const addSignature = (file: string, folder: string, signer: Signer, options: readonly string[] = ['--rpmv6']): Promise<string> =>
  withKeyring(signer, (keyring) =>
    runTestTool([
      'rpmsign', '--addsign', ...options, '--define', '_gpg_path /gnupg', '--define', '_openpgp_sign gpg',
      '--define', `_openpgp_sign_id ${signerName(signer)}`, '--define', `_tmppath ${folder}`, ...signingTime(signer), file,
    ], { write: [folder], place: { '/gnupg': keyring }, env: { GNUPGHOME: '/gnupg', GPG_TTY: '/dev/null' } }));

/** The fingerprint of the first key in a file. */
export async function fingerprintOf(file: string): Promise<string> {
  const listing = await runTestTool(['gpg', '--batch', '--show-keys', '--with-colons', file], { read: [file], env: { GNUPGHOME: '/tmp' } });
  return /^fpr:*([0-9A-F]+):/m.exec(listing)?.[1] ?? '';
}

const signingTime = (signer: Signer): readonly string[] =>
  typeof signer === 'string' || signer.signsAt === undefined
    ? []
    : ['--define', `_gpg_sign_cmd_extra_args --faked-system-time ${signer.signsAt} --batch --pinentry-mode loopback${signer.digest === undefined ? '' : ` --digest-algo ${signer.digest}`}`];

/** A repository of hard links to packages of the sample distribution; add to it, spoil it, then `publish` it. */
export function copyRepository(folder: string, keep: (file: string) => boolean = () => true, from = 'repos/base/x86_64'): string {
  mkdirSync(folder, { recursive: true });
  const source = join(sampleFolder(), from);
  for (const name of readdirSync(source).filter((one) => one.endsWith('.rpm') && keep(one))) {
    linkOrCopy(join(source, name), join(folder, name));
  }
  return folder;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}

/**
 * Makes a repository's metadata anew and signs it, with a hash algorithm of gpg's own choice unless one is named. `options`
 * are those of createrepo_c(8).
 */
export async function publish(folder: string, signer: Signer | 'none' = 'sample', hash?: string, options: readonly string[] = []): Promise<string> {
  await runTestTool(['createrepo_c', '--quiet', ...options, folder], { write: [folder] });
  if (signer !== 'none') await signMetadata(folder, signer, hash);
  return folder;
}

/** Publishes a repository with advisories: the text of an updateinfo.xml. */
export async function addAdvisories(folder: string, updateinfo: string): Promise<void> {
  await publish(folder, 'none');
  writeFileSync(join(folder, 'updateinfo.xml'), updateinfo);
  await runTestTool(['modifyrepo_c', join(folder, 'updateinfo.xml'), join(folder, 'repodata')], { write: [folder] });
  await signMetadata(folder, 'sample');
}

const signMetadata = (folder: string, signer: Signer, hash?: string): Promise<string> =>
  withKeyring(signer, (keyring) =>
    runTestTool([
      'gpg', '--batch', '--yes', '--pinentry-mode', 'loopback', '--passphrase', '', '--local-user', signerName(signer),
      ...(hash === undefined ? [] : ['--digest-algo', hash]), '--armor', '--detach-sign', join(folder, 'repodata/repomd.xml'),
    ], { write: [folder], place: { '/gnupg': keyring }, env: { GNUPGHOME: '/gnupg' } }));
