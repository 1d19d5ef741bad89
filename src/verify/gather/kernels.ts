import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import { whileOpen } from '../../byte-source.ts';
import { kernelArchitecture } from '../../readers/kernel-image.ts';
import type { KernelFacts } from '../boot-facts.ts';
import type { FileFact } from '../facts.ts';
import { LIMITS } from '../../readers/limits.ts';
import { isFile } from '../read/files.ts';
import { listInitrd, type FileInside, type InitrdRange } from './initrd.ts';
import { MODULE_FILE } from './interest.ts';
import { canonicalModule, tooMuch } from './root-files.ts';

/** An initrd outside the root's own places: on the ESP, or inside a UKI. */
export interface InitrdSource {
  /** Undefined if the entry does not say; then it is the initrd of every kernel. */
  readonly version: string | undefined;
  /** The file that it is, or is in. */
  readonly file: FileInside;
  /** Its range in that file; undefined if it is the whole file. */
  readonly range?: InitrdRange;
  /** Whether the kernel is beside it. */
  readonly withKernel: boolean;
}

/** Everything about each kernel: in the root's folders of modules and images, and in boot entries. */
export async function readKernels(
  host: Host,
  root: string,
  files: readonly FileFact[],
  modules: ReadonlyMap<string, readonly string[]>,
  sources: readonly InitrdSource[],
): Promise<readonly KernelFacts[]> {
  const reported = sources.flatMap(({ version }) => version ?? []);
  const versions = [...new Set([...files.flatMap(({ path }) => versionOf(path) ?? []), ...modules.keys(), ...reported])].toSorted();
  if (versions.length > LIMITS.root.kernels) throw tooMuch(`it has ${versions.length} kernels`);
  const kernels: KernelFacts[] = [];
  for (const version of versions) {
    const source = sources.find((candidate) => candidate.version === version) ?? sources.find((candidate) => candidate.version === undefined);
    const file = source?.file ?? (await ownInitrd(host, root, files, version));
    const listed = file === undefined ? undefined : await listInitrd(host, file, source?.range);
    const images = IMAGES(version).filter((path) => files.some((one) => one.path === path && isFile(one, { empty: true })));
    const image = images.find((path) => whileOpen(host.inside(root).openBytes(path), kernelArchitecture) !== undefined);
    kernels.push({
      version,
      hasImage: source?.withKernel === true || image !== undefined,
      badImage: image === undefined ? images[0] : undefined,
      hasModules: (modules.get(version)?.length ?? 0) > 0 || textOf(files, version, 'modules.builtin') !== '',
      builtin: namesIn(textOf(files, version, 'modules.builtin')),
      modules: modules.get(version) ?? [],
      initrd: listed?.ok === true ? listed.value.flatMap((name) => moduleIn(name) ?? []) : undefined,
      initrdProblem: listed?.ok === false ? listed.reason : undefined,
    });
  }
  return kernels;
}

const IMAGES = (version: string): readonly string[] => [
  `/usr/lib/modules/${version}/vmlinuz`, `/lib/modules/${version}/vmlinuz`, `/boot/vmlinuz-${version}`,
  `/usr/lib/modules/${version}/vmlinux`, `/boot/vmlinux-${version}`,
];

const INITRDS = (version: string): readonly string[] => [
  `/boot/initramfs-${version}.img`, `/boot/initrd.img-${version}`, `/boot/initrd-${version}`, `/usr/lib/modules/${version}/initrd`,
];

const versionOf = (path: string): string | undefined =>
  (/^(?:\/usr)?\/lib\/modules\/([^/]+)\//.exec(path) ?? /^\/boot\/vmlinu[xz]-([^/]+)$/.exec(path))?.[1];

async function ownInitrd(host: Host, root: string, files: readonly FileFact[], version: string): Promise<FileInside | undefined> {
  const path = INITRDS(version).find((candidate) => files.some((file) => file.path === candidate && file.kind !== 'directory'));
  if (path === undefined) return undefined;
  const inside = host.inside(root);
  return (await inside.status(path, { follow: true }))?.kind === 'file' ? { files: inside, path } : undefined;
}

const textOf = (files: readonly FileFact[], version: string, name: string): string =>
  files.find(({ path }) => path.endsWith(posix.join('/lib/modules', version, name)))?.text ?? '';

const namesIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /([^/]+)\.ko$/.exec(line.trim())?.[1] ?? []).map(canonicalModule);

/** Names in an initrd have no leading slash, or `./`. */
const moduleIn = (name: string): string | undefined => {
  const found = MODULE_FILE.exec(`/${name.replace(/^(?:\.?\/)+/, '')}`)?.[2];
  return found === undefined ? undefined : canonicalModule(found);
};
