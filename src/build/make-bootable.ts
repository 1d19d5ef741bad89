import type { Cache } from '../cache/cache.ts';
import { describeSecureBoot } from '../boot/efi/chain.ts';
import { BOOT, bootNodes, worksInRoot } from '../boot/boot-nodes.ts';
import type { BootResult } from '../boot/types.ts';
import { DISK, diskNodes, fstab, identifyDisk, noSpace, saysFull, splitByMount, type DiskNodesRequest, type MadeDisk } from '../disk/index.ts';
import { digestOfValue } from '../digest.ts';
import { node, openGraph, ref, type Node } from '../graph.ts';
import type { Host } from '../host/port.ts';
import { sortByDigest, type Lock } from '../packages/lock.ts';
import { isDiskOutput, sizeUnitOf } from '../formats/rows.ts';
import type { Plan } from '../plan/types.ts';
import { labelRoot } from '../rootfs/system/selinux.ts';
import { kdumpArguments } from '../rootfs/system/security.ts';
import type { Root } from '../rootfs/make-root.ts';
import { checkFinished } from '../rootfs/check-database.ts';
import { noteOwnFiles } from '../rootfs/own-files.ts';
import type { BuildContext } from './build-context.ts';

/** A root as a bootable raw disk in the workspace. */
export interface BootableDisk extends MadeDisk {
  /** Digest that every identifier of the disk comes from. */
  readonly seed: string;
  readonly boot: Omit<BootResult, 'bios' | 'esp' | 'secureBootFaults'>;
  readonly secureBootFaults: BootResult['secureBootFaults'];
}

/** Whether any output of a plan is a disk. */
export const needsDisk = (plan: Plan): boolean => plan.outputs.some(isDiskOutput);

/** Gives a root its fstab, initrd and loader, and makes a disk from it. */
export async function makeBootable({ host, plan, cache, emit, stepFor }: BuildContext, root: Root, lock: Lock): Promise<BootableDisk> {
  const step = stepFor(root.target);
  const seed = seedOf(plan, root, lock);
  const split = splitByMount(host, root);
  const notice = (message: string): void => emit({ kind: 'notice', message });
  const graph = openGraph(host, bootableNodes(host, { plan, root, seed, cache, split, notice }));
  try {
    await step('boot', () => unlessFull(host, () => graph.make({ root: FINISHED })));
    const { made, files: { firstLoader, secureBootFaults }, initrds, commandLine, configuration: { growsBy } } = await step('disk', (detail) =>
      unlessFull(host, () => graph.make({ made: DISK.disk, ...BOOT }, detail)));
    if (secureBootFaults !== undefined && secureBootFaults.length > 0) {
      notice(`${describeSecureBoot(secureBootFaults)}. Make machines without it, or take signed files: boot.secure-boot = "required"`);
    }
    return { ...made, seed, secureBootFaults, boot: { initrds, firstLoader, commandLine, growsBy } };
  } finally {
    await split.restore();
  }
}

/** A root with its fstab, and what checks later that the files of the definition are still in it. */
const READY = ref<() => Promise<void>>('root with fstab');
/** The root as it will be in the image: nothing writes into it any more. */
const FINISHED = ref<void>('finished root');

export interface BootableRequest extends Pick<DiskNodesRequest, 'root' | 'seed' | 'split'> {
  readonly plan: Plan;
  readonly root: Root;
  readonly cache: Cache;
  readonly notice: (message: string) => void;
}

/**
 * The graph of a bootable disk. Initrds and unified kernel images are made while file systems are filled, where nothing
 * that they are made of is moved out of the root meanwhile.
 */
export function bootableNodes(host: Host, { plan, root, seed, cache, split, notice }: BootableRequest): readonly Node[] {
  const { boot: settings, disk: asked } = plan;
  if (settings === undefined || asked === undefined) throw new TypeError('a disk needs [boot] and [disk]');
  const disk = identifyDisk({ disk: asked, boot: settings, architecture: root.target.arch, seed });
  const { system } = plan.configuration;
  const kernelArguments = [...system['kernel-cmdline'], ...(system['kernel-cmdline-by-arch'][root.target.arch] ?? []), ...kdumpArguments(system)];
  const finishedBy = { ready: READY, configured: BOOT.configuration, made: worksInRoot(settings) ? [BOOT.files] : [] };
  return [
    node(READY, {}, async () => {
      const checkOwnFiles = await noteOwnFiles(host, plan, root.path);
      await host.inside(root.path).write('/etc/fstab', fstab(disk));
      return checkOwnFiles;
    }),
    ...bootNodes(host, { image: plan.image.name, root, settings, disk, kernelArguments, fips: system.fips, cache, needs: { root: READY } }),
    node(FINISHED, finishedBy, async ({ ready: checkOwnFiles }) => {
      // After the last file was written. Containers are labelled by their runtime.
      await labelRoot(host, plan, root.path, notice);
      await checkOwnFiles();
      // Programs of the image that run later only read the root.
      await checkFinished(host, plan, root);
    }),
    ...diskNodes(host, { disk, size: asked.size, root, split, sizeUnit: sizeUnitOf(plan.outputs), seed, needs: { root: FINISHED, bootFiles: BOOT.files } }),
  ];
}

/** A failure for lack of space in this step means that the workspace is full. */
async function unlessFull<T>(host: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw saysFull(error) ? noSpace(host, host.paths.work, error) : error;
  }
}

/** From packages, target and disk, never from paths of the machine: the same content gives the same identifiers. */
const seedOf = (plan: Plan, { target }: Root, { packages }: Lock): string =>
  digestOfValue({
    image: [plan.image.name, plan.image.version],
    target: [target.arch, target.level],
    packages: sortByDigest(packages).map(({ sha256 }) => sha256),
    disk: plan.disk,
    boot: plan.boot,
  });
