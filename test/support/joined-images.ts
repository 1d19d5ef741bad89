import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { sampleFolder } from './checkout.ts';
import { pairwise, type Factors } from './pairwise.ts';
import { sampleKey, sampleNames, writeFiles } from './places.ts';

/** What may change the bytes of an image, a container or a virtual machine. Each is written in two formats. */
export const SETTINGS = {
  container: { files: ['none', 'own'], script: ['none', 'runs'], level: ['baseline', 'v2'] },
  vm: { files: ['none', 'own'], script: ['none', 'runs'], level: ['baseline', 'v2'], loader: ['uki', 'secure-boot'] },
} as const;

/** Ways to build that must not change the bytes. */
export const WAYS = { source: ['resolved', 'locked', 'vendored'], cache: ['none', 'kept'], call: ['alone', 'together'], user: ['root', 'ordinary'] } as const;

export type Kind = keyof typeof SETTINGS;

export interface Content {
  readonly files: 'none' | 'own';
  readonly script: 'none' | 'runs';
  readonly level: 'baseline' | 'v2';
  readonly loader?: 'uki' | 'secure-boot';
}

interface Way {
  readonly source: 'resolved' | 'locked' | 'vendored';
  readonly cache: 'none' | 'kept';
  readonly call: 'alone' | 'together';
  readonly user: 'root' | 'ordinary';
}

const settingsOf = ({ files, script, level, loader }: Content): Content => ({ files, script, level, ...(loader === undefined ? {} : { loader }) });
const sameContent = (a: Content, b: Content): boolean => JSON.stringify(settingsOf(a)) === JSON.stringify(settingsOf(b));

/** The images of a kind, as few as there can be: every two of their settings meet in one of them. */
const CONTENTS: Readonly<Record<Kind, readonly Content[]>> = {
  container: pairwise(SETTINGS.container),
  vm: [
    { files: 'none', script: 'none', level: 'baseline', loader: 'uki' },
    { files: 'none', script: 'runs', level: 'v2', loader: 'secure-boot' },
    { files: 'own', script: 'none', level: 'v2', loader: 'secure-boot' },
    { files: 'own', script: 'runs', level: 'baseline', loader: 'secure-boot' },
    { files: 'own', script: 'runs', level: 'v2', loader: 'uki' },
  ],
};
export const contentsOf = (kind: Kind): readonly Content[] => CONTENTS[kind];

export interface Build extends Content, Way {
  readonly kind: Kind;
  /** Number of the content. */
  readonly content: number;
}

/**
 * The builds of a kind: every two of its settings and ways meet in one of them. Two builds at least have equal content,
 * and one of these takes nothing from the cache: a stale entry could make all others equal.
 */
export function buildsOf(kind: Kind): readonly Build[] {
  const contents = contentsOf(kind);
  const factors: Factors = { ...SETTINGS[kind], ...WAYS };
  const rows = pairwise(factors, { allowed: (row) => contents.some((one) => sameContent(one, row as never)) }) as unknown as readonly (Content & Way)[];
  const plain = contents.filter((one) => {
    const builds = rows.filter((row) => sameContent(one, row));
    return builds.length < 2 || builds.every(({ cache }) => cache !== 'none');
  }).map((one): Content & Way => ({ ...one, source: 'resolved', cache: 'none', call: 'alone', user: 'root' }));
  return [...plain, ...rows].map((row) => ({ ...row, kind, content: contents.findIndex((one) => sameContent(one, row)) }));
}

export const nameOf = ({ kind, content }: Pick<Build, 'kind' | 'content'>): string => `${kind}-${content}`;

/** Where the definitions put files: plain places, and some that a build empties or reads for other ends. */
export const OWN_FILES = [
  '/etc/motd', '/etc/resolv.conf', '/root/.bash_history', '/var/tmp/own/x', '/var/cache/ldconfig/x', '/usr/lib/modprobe.d/own.conf',
];

export const contentOf = (path: string): string => `# own ${path}\n`;

/** What the script of the definitions leaves. */
export const SCRIPT_FILE = '/usr/lib/modprobe.d/script.conf';
const SCRIPT = `[[scripts]]\ncontent = "echo '# made' > ${SCRIPT_FILE}\\n"\n`;

/** Of the repository with the packages of a level. */
export const SECRET = 'kept-from-images';

/** Writes the images with their distribution below a folder, whose packages come from a server. */
export function writeImages(folder: string, server: { readonly port: number }): void {
  const own = OWN_FILES.map((path) => `[[files]]\npath = "${path}"\ncontent = ${JSON.stringify(contentOf(path))}\n`).join('');
  for (const kind of ['container', 'vm'] as const) {
    for (const [index, content] of contentsOf(kind).entries()) {
      const rest = `${content.files === 'own' ? own : ''}${content.script === 'runs' ? SCRIPT : ''}`;
      writeFiles(join(folder, 'images'), { [`${nameOf({ kind, content: index })}.toml`]: HEADS[kind](nameOf({ kind, content: index }), content) + rest });
    }
  }
  mkdirSync(join(folder, 'keys'), { recursive: true });
  copyFileSync(sampleKey(), join(folder, 'keys/sample.asc'));
  writeFiles(folder, { 'joined.toml': `
id = "sample"
name = "Joined Linux"
releasever = "4.0"
arches = ["x86_64"]
${sampleNames()}
[[repositories]]
id = "joined"
baseurl = "http://127.0.0.1:${server.port}/base/x86_64"
gpgkey = ["keys/sample.asc"]
level = "v1"
[[repositories]]
id = "joined-v2"
baseurl = "http://joined:${SECRET}@127.0.0.1:${server.port}/base/x86_64"
gpgkey = ["keys/sample.asc"]
level = "v2"
` });
}

/** The folder that the server shows. */
export const repositories = (): string => join(sampleFolder(), 'repos');

/** Rules of platforms are not what these images are about. */
const output = (format: string): string => `[[outputs]]\nformat = "${format}"\nverify = []\n`;

const HEADS: Readonly<Record<Kind, (name: string, content: Content) => string>> = {
  container: (name, { level }) => `
name = "${name}"
version = "1"
extends = ["container"]
distro = "../joined.toml"
[packages]
install = ["filesystem", "bash", "coreutils", "dnf5", "sample-fast"]
[hardware]
level = "${level}"
${output('oci')}${output('tar')}compression = "gzip"
compression-level = 1
`,
  vm: (name, { level, loader }) => `
name = "${name}"
version = "1"
extends = ["${loader === 'secure-boot' ? 'secure-boot' : 'vm'}"]
distro = "../joined.toml"
[packages]
install = ["release-basic"]
[hardware]
level = "${level}"
[disk]
size = "2GiB"
${output('raw')}${output('qcow2')}`,
};
