/** Disks: planned, made and converted. */
export { deriveU32, deriveUuid } from './derive-ids.ts';
export { ESP_OPTIONS, fstab } from './layout/fstab.ts';
export { identifyDisk, type DiskRequest, type IdentifiedDisk, type IdentifiedPartition } from './layout/identify.ts';
export { PARTITION_TYPES, ROOT_TYPES } from './layout/partition-types.ts';
export { planLayout, type DiskLayout, type PlacedPartition } from './layout/plan-layout.ts';
export { DISK, diskNodes, type DiskNodesRequest, type MadeDisk } from './make/disk-nodes.ts';
export { splitByMount } from './make/split-by-mount.ts';
export { machineFull, noSpace, saysFull } from './make/no-space.ts';
