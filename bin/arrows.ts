/** One folder of `src/`: what it holds, and the folders that its files may import from besides their own. */
export interface Floor {
  /** `NAME/rows` are the rows of a registry. */
  readonly folder: string;
  /** Files that belong to it, seen from `src/`, where they are not the whole folder. */
  readonly files?: readonly string[];
  /** The only files of it that others may import: those of all folders further down may. */
  readonly door?: readonly string[];
  readonly holds: string;
  readonly knows: readonly string[];
}

/** Besides these, every folder may know the files of `src/` itself, the types of `host/port.ts` and the doors of registries above it in the table. */
export const FLOORS: readonly Floor[] = [
  { folder: 'errors', door: ['errors/codes.ts'], holds: 'every error code with its cause and its remedy, by stage: `docs/errors.md` is made of them. Pure', knows: [] },
  { folder: 'isa/rows', files: ['isa/{aarch64,row,rows,x86_64}.ts'], door: ['isa/rows.ts'], holds: 'the CPU architectures: `ARCH.ts` each, with its levels and what others call it. Pure', knows: [] },
  { folder: 'readers', holds: 'readers of foreign bytes: ELF, PE, DER, OpenPGP, cpio, tar, GPT, MBR, FAT, ext4, btrfs, VHD, VHDX, VMDK, qcow2. Pure', knows: [] },
  { folder: 'platforms/rows', files: ['platforms/{capabilities,row,rows}.ts', 'platforms/*/row.ts'], door: ['platforms/rows.ts'], holds: 'the platforms that images are for: `NAME/row.ts` each. Pure', knows: [] },
  { folder: 'formats/rows', files: ['formats/{artifact,keys,open-disk,row,rows,tools}.ts', 'formats/*/{icon,open,root-files,row,rules}.ts'], door: ['formats/artifact.ts', 'formats/row.ts', 'formats/rows.ts', 'formats/open-disk.ts'], holds: 'what is known of each output format without making one: `NAME/row.ts` and what it is made of. Pure', knows: ['readers'] },
  { folder: 'definition', holds: 'schema, parsing, merging, rules. Pure', knows: ['readers'] },
  { folder: 'isa', holds: 'microarchitecture levels, repository choice, the ELF audit', knows: ['readers', 'definition'] },
  { folder: 'plan', holds: 'definition and facts in, plan out. Pure', knows: ['readers', 'definition', 'isa'] },
  { folder: 'cache', holds: 'what builds keep, by what went in', knows: [] },
  { folder: 'packages', holds: 'packages, keys, signatures, locks; `packages/dnf5/` is the one place that knows dnf5: others import its `index.ts`', knows: ['readers', 'definition', 'isa', 'plan', 'cache'] },
  { folder: 'kickstart', holds: 'kickstart files: `syntax/`, `verdict/`, `apply/`, `import/`, `export/`, and the table of `commands/` that `docs/kickstart.md` is made of. Pure', knows: ['definition'] },
  { folder: 'rootfs', holds: 'install, configure, clean', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages'] },
  { folder: 'boot', holds: 'initrd, loaders, signatures', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages', 'rootfs'] },
  { folder: 'disk', holds: 'partitions, file systems', knows: ['readers', 'definition', 'isa', 'plan', 'packages', 'rootfs'] },
  { folder: 'container', holds: 'layers of a root', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages', 'rootfs'] },
  { folder: 'formats', holds: 'one folder an output format: `row.ts` (keys, planning), `write.ts`, `open.ts`, side files. Add a row to `rows.ts`', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages', 'rootfs', 'disk', 'container'] },
  { folder: 'evidence', holds: 'manifest, SBOMs, provenance. Pure', knows: ['readers', 'definition', 'isa', 'plan', 'packages', 'rootfs', 'boot', 'disk', 'container'] },
  { folder: 'diff', holds: 'differences between two images or locks. Pure', knows: ['readers', 'definition', 'isa', 'plan', 'packages', 'rootfs', 'boot', 'disk', 'container'] },
  { folder: 'verify', holds: 'the rules that platforms have in common, and the facts that they read', knows: ['readers', 'definition', 'isa', 'plan', 'packages', 'rootfs', 'boot', 'disk', 'container'] },
  { folder: 'platforms', holds: 'one folder a platform: `row.ts` (what it needs, its drivers), `rules.ts`. Add a row to `rows.ts`', knows: ['readers', 'definition', 'isa', 'plan', 'packages', 'rootfs', 'boot', 'disk', 'container', 'verify'] },
  { folder: 'guest', holds: 'guests that boot an image and report', knows: ['readers', 'definition', 'isa', 'boot'] },
  { folder: 'seed', holds: 'what a machine reads at its first start: documents of NoCloud and the ISO 9660 image around them. Pure', knows: ['definition'] },
  { folder: 'artifact', holds: 'opens any artifact; inspect, verify, audit and diff stand on it', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages', 'rootfs', 'boot', 'disk', 'container', 'formats', 'evidence', 'diff', 'verify', 'platforms'] },
  { folder: 'locking', holds: 'reads, checks and updates locks', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages'] },
  { folder: 'build', holds: 'the stages of a build, from fetched packages to published files: read `build-image.ts` first', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages', 'rootfs', 'boot', 'disk', 'container', 'formats', 'evidence', 'verify', 'platforms', 'artifact', 'locking'] },
  { folder: 'usecases', holds: 'one recipe a command', knows: ['readers', 'definition', 'isa', 'plan', 'cache', 'packages', 'kickstart', 'rootfs', 'boot', 'disk', 'container', 'formats', 'evidence', 'diff', 'verify', 'platforms', 'guest', 'seed', 'artifact', 'locking', 'build', 'host'] },
  { folder: 'cli', holds: 'base command, progress, tables, error printing: all that touches a terminal', knows: ['definition', 'isa', 'plan', 'packages', 'kickstart', 'boot', 'evidence', 'diff', 'verify', 'platforms', 'build', 'usecases', 'host'] },
  { folder: 'commands', holds: 'one file a command: flags, one use-case, its result', knows: ['definition', 'isa', 'plan', 'packages', 'kickstart', 'diff', 'verify', 'platforms', 'guest', 'locking', 'build', 'usecases', 'cli', 'host'] },
  { folder: 'host', holds: 'the real machine: processes, files, sandbox, tools tree', knows: ['isa/rows'] },
];

/** Folders inside a folder of `src/` of which others, in whatever folder, import one file. */
export const SEALED: Readonly<Record<string, string>> = {
  'packages/dnf5': 'packages/dnf5/index.ts',
};

/** Folders whose files work in roots and in foreign artifacts, by `host.inside` and in no other way. */
export const WORK_INSIDE = ['rootfs', 'boot', 'verify', 'artifact'];

/** Files of theirs that read or write the machine's own files too, and which those are. */
export const MACHINE_FILES: Readonly<Record<string, string>> = {
  'artifact/check-layout.ts': 'the artifact on the command line',
  'artifact/explain-difference.ts': 'the artifacts on the command line',
  'artifact/extract-filesystem.ts': 'a copy of a partition in the workspace',
  'artifact/gather-image.ts': 'the artifact on the command line and the script beside it',
  'artifact/open-artifact.ts': 'the artifact on the command line',
  'artifact/open-disk-image.ts': 'the artifact on the command line',
  'artifact/read-side.ts': 'a lock on the command line',
  'artifact/special-modes.ts': 'requests to debugfs in the workspace',
  'boot/initrd/initrd-inputs.ts': 'tools',
  'boot/initrd/pack.ts': 'an archive in the workspace',
  'boot/loader/loader-input.ts': 'copies in the workspace',
  'boot/loader/place-grub.ts': 'copies in the workspace',
  'boot/loader/place-uki.ts': 'copies in the workspace, and the stub of the tools',
  'rootfs/inputs.ts': 'the sources that a definition names',
  'rootfs/keep-level.ts': 'keys of repositories',
  'rootfs/system/resolver.ts': 'the name servers of the machine',
  'rootfs/system/scripts.ts': 'scripts in the workspace',
  'verify/gather/initrd.ts': 'an unpacked initrd in the workspace',
  'verify/gather/read-tar.ts': 'the artifact on the command line',
};

/** The rows of CONTRIBUTING.md's table of folders. */
export const floorsTable = (): string => [
  '| folder | holds | may know |',
  '|---|---|---|',
  ...FLOORS.map(({ folder, holds, knows }) => `| \`src/${folder}/\` | ${holds} | ${knows.map((name) => `\`${name}\``).join(', ') || 'nothing above it'} |`),
].join('\n');
