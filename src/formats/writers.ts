import { gceWriter } from './gce/write.ts';
import { ociWriter } from './oci/write.ts';
import { qcow2Writer } from './qcow2/write.ts';
import { rawWriter } from './raw/write.ts';
import type { DiskFormat, OutputFormat, OutputOf } from './rows.ts';
import { tarWriter } from './tar/write.ts';
import { vagrantWriter } from './vagrant/write.ts';
import { vhdWriter } from './vhd/write.ts';
import { vhdxWriter } from './vhdx/write.ts';
import { vmdkWriter } from './vmdk/write.ts';
import type { DiskWriter, RootWriter } from './writer.ts';
import { wslWriter } from './wsl/write.ts';

export const DISK_WRITERS: { readonly [Format in DiskFormat]: DiskWriter<OutputOf<Format>> } = {
  raw: rawWriter,
  qcow2: qcow2Writer,
  vhd: vhdWriter,
  vhdx: vhdxWriter,
  vmdk: vmdkWriter,
  gce: gceWriter,
  vagrant: vagrantWriter,
};

export const ROOT_WRITERS: { readonly [Format in Exclude<OutputFormat, DiskFormat>]: RootWriter<OutputOf<Format>> } = {
  oci: ociWriter,
  tar: tarWriter,
  wsl: wslWriter,
};
