import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { Command, Host } from '../../host/port.ts';
import { IN_ROOT } from '../in-root.ts';
import { MODULES } from './content.ts';
import type { InitrdRequest } from './request.ts';

export interface DracutRequest {
  /** Absolute path of the root. */
  readonly root: string;
  readonly version: string;
  readonly drivers: readonly string[];
  readonly fips: boolean;
  /** Folder that receives the initrd, as `NAME`, and that dracut works in. */
  readonly folder: string;
  /** Seconds since 1970. */
  readonly epoch: number;
}

/**
 * The call of the image's own dracut(8): for any machine and not this one, with drivers for every platform, the same
 * bytes each time. `--drivers` names all that come in; `--add-drivers` with `--no-kernel` brings none.
 */
export const dracutCommand = ({ root, version, drivers, fips, folder, epoch }: DracutRequest): Command => ({
  tool: 'dracut',
  args: [
    '--force',
    '--quiet',
    '--no-hostonly',
    '--no-hostonly-cmdline',
    '--reproducible',
    '--zstd',
    '--kver', version,
    '--tmpdir', IN_ROOT,
    '--drivers', [...Object.values(MODULES).flat(), ...drivers].join(' '),
    // What asks for networks, removable disks or a person is of no use in a virtual machine's initrd.
    '--omit', OMITTED.join(' '),
    ...(fips ? ['--add', 'fips'] : []),
    posix.join(IN_ROOT, NAME),
  ],
  env: { SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C' },
  view: { root, placeWritable: { [IN_ROOT]: folder } },
});

const NAME = 'initrd';

const OMITTED = [
  'plymouth', 'network', 'network-manager', 'systemd-networkd', 'nfs', 'iscsi', 'multipath', 'mdraid', 'dmraid', 'i18n',
  'bluetooth', 'pcsc', 'tpm2-tss',
];

/** Where dracut and what it starts leave traces in an image. */
const LEFTOVERS: readonly string[] = ['/var/log/dracut.log', '/var/tmp', '/boot/initramfs-fake'];

/**
 * Makes an initrd with dracut inside the root, without network. Throws `HewError` when the image has no dracut or when
 * it made nothing; `ToolError` with its own words when it fails.
 */
export async function runDracut(host: Host, request: InitrdRequest, path: string): Promise<void> {
  const { root, index, kernel, drivers, fips } = request;
  if (index.resolve('/usr/bin/dracut') === undefined && index.resolve('/usr/sbin/dracut') === undefined) {
    throw new HewError({
      code: 'no-dracut',
      message: 'initrd = "dracut" was asked for, and the image has no dracut',
      hint: 'add dracut to packages.install, or take hew’s own: initrd = "systemd"',
    });
  }
  const before = await namesIn(host, root.path);
  const { path: place, epoch } = root;
  // A folder of its own: hew later writes beside the initrd, and would follow links that a program of the image left there.
  const staging = host.inside(await host.makeWorkFolder(`dracut-${kernel.version}`, 0));
  await host.run(dracutCommand({ root: place, version: kernel.version, drivers, fips, folder: staging.root, epoch }));
  for (const left of await namesIn(host, root.path)) {
    if (!before.has(left)) await host.inside(root.path).remove(left);
  }
  if ((await staging.status(NAME))?.kind !== 'file') {
    throw new HewError({ code: 'no-initrd', message: `dracut ended well and made no initrd for ${kernel.version}` });
  }
  await staging.linkOut(NAME, path);
  await staging.remove('/');
}

async function namesIn(host: Host, root: string): Promise<ReadonlySet<string>> {
  const inside = host.inside(root);
  const lists = LEFTOVERS.map(async (path) => {
    const kind = (await inside.status(path))?.kind;
    if (kind === undefined) return [];
    if (kind !== 'directory') return [path];
    return (await inside.list(path)).map((name) => posix.join(path, name));
  });
  return new Set((await Promise.all(lists)).flat());
}
