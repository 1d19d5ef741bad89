import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { sampleFolder } from './checkout.ts';
import { combinations, pairwise, type Row } from './pairwise.ts';
import { sampleKey, sampleNames, writeFiles } from './places.ts';

/** What may change the bytes of an image, a container or a virtual machine. */
const CONTENT = {
  container: { files: ['none', 'own'], script: ['none', 'runs'], level: ['baseline', 'v2'] },
  vm: { files: ['none', 'own'], script: ['none', 'runs'], loader: ['uki', 'secure-boot'] },
} as const;

/** Ways to build that must not change the bytes. */
const WAYS = {
  container: { source: ['resolved', 'locked', 'vendored'], cache: ['none', 'kept'], call: ['alone', 'together'], user: ['root', 'ordinary'] },
  vm: { source: ['resolved', 'locked'], cache: ['none', 'kept'], user: ['root', 'ordinary'] },
} as const;

export type Kind = keyof typeof CONTENT;

export interface Content {
  readonly files: 'none' | 'own';
  readonly script: 'none' | 'runs';
  readonly level?: 'baseline' | 'v2';
  readonly loader?: 'uki' | 'secure-boot';
}

/** The images of a kind: every two of their settings meet in one of them. */
export const contentsOf = (kind: Kind): readonly Content[] => pairwise<typeof CONTENT.container | typeof CONTENT.vm>(CONTENT[kind]);

export interface Build {
  readonly kind: Kind;
  /** Number of the content. */
  readonly content: number;
  readonly source: 'resolved' | 'locked' | 'vendored';
  readonly cache: 'none' | 'kept';
  readonly call: 'alone' | 'together';
  readonly user: 'root' | 'ordinary';
}

/** The builds of a kind: of each content the plainest first, which the others are held against; then all pairs. */
export function buildsOf(kind: Kind): readonly Build[] {
  const factors = { content: contentsOf(kind).map((_, index) => String(index)), ...WAYS[kind] };
  const plain = (row: Readonly<Record<string, string>>): boolean =>
    row['source'] === 'resolved' && row['cache'] === 'none' && row['user'] === 'root' && row['call'] !== 'together';
  const first = combinations(factors).filter(plain);
  const rows: readonly Row<typeof factors>[] = pairwise(factors, { first });
  return rows.map((row) => ({ call: 'alone', ...row, kind, content: Number(row.content) }));
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
level = "${level ?? 'baseline'}"
${output('oci')}${output('tar')}compression = "gzip"
compression-level = 1
`,
  vm: (name, { loader }) => `
name = "${name}"
version = "1"
extends = ["${loader === 'secure-boot' ? 'secure-boot' : 'vm'}"]
distro = "../joined.toml"
[packages]
install = ["release-basic"]
[disk]
size = "2GiB"
${output('raw')}${output('qcow2')}`,
};
