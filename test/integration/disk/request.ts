import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Definition, Partition } from '../../../src/definition/index.ts';
import type { DiskOutput } from '../../../src/formats/rows.ts';
import type { WorkerRequest } from './worker.ts';

type Filesystem = NonNullable<Partition['filesystem']>;

export const part = (mount: string, filesystem: Filesystem, size?: string, more: Partial<Partition> = {}): Partition => ({
  mount, filesystem, options: [], 'mkfs-options': [], subvolumes: [], ...(size === undefined ? {} : { size }), ...more,
});

export const BOOT: NonNullable<Definition['boot']> = {
  firmware: 'uefi', loader: 'systemd-boot', initrd: 'systemd', 'initrd-drivers': [], 'secure-boot': 'off', 'grow-root': true,
};

const OUTPUTS: Readonly<Record<string, DiskOutput>> = {
  raw: { format: 'raw', compression: 'none', accept: [] },
  vhd: { format: 'vhd', compression: 'none', accept: [] },
  vhdx: {
    format: 'vhdx', compression: 'none', accept: [], memory: '2GiB', processors: 2, switch: 'Default Switch',
    'secure-boot-template': 'MicrosoftUEFICertificateAuthority',
  },
  qcow2: { format: 'qcow2', compression: 'none', accept: [] },
  vmdk: { format: 'vmdk', compression: 'zlib', accept: [] },
  gce: { format: 'gce', compression: 'gzip', accept: [] },
  vagrant: { format: 'vagrant', compression: 'gzip', accept: [] },
  zstd: { format: 'qcow2', compression: 'zstd', accept: [] },
  zlib: { format: 'qcow2', compression: 'zlib', accept: [] },
  'raw.zst': { format: 'raw', compression: 'zstd', accept: [] },
};

/** A request whose results appear in a folder of that name. */
export function request(folder: string, name: string, partitions: readonly Partition[], outputs: readonly string[], more: Partial<WorkerRequest> & { size?: string; label?: 'gpt' | 'mbr' } = {}): WorkerRequest {
  const { size = 'minimal', label = 'gpt', ...rest } = more;
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  return {
    disk: { size, label, partitions: [...partitions] }, boot: BOOT, seed: 'sha256:0123', target,
    outputs: outputs.flatMap((one) => OUTPUTS[one] ?? []), ...rest,
  };
}
