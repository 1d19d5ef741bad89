import type { Cache } from '../cache/cache.ts';
import { describeSecureBoot } from '../boot/efi/chain.ts';
import { startBoot } from '../boot/make-boot.ts';
import type { BootResult } from '../boot/types.ts';
import { fstab, identifyDisk, makeDisk, noSpace, saysFull, type MadeDisk } from '../disk/index.ts';
import { digestOfValue } from '../digest.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import { sortByDigest, type Lock } from '../packages/lock.ts';
import { isDiskOutput, sizeUnitOf } from '../formats/rows.ts';
import type { Plan } from '../plan/types.ts';
import { labelRoot } from '../rootfs/system/selinux.ts';
import { kdumpArguments } from '../rootfs/system/security.ts';
import type { Root, RunStep } from '../rootfs/make-root.ts';
import { checkFinished } from '../rootfs/check-database.ts';
import { noteOwnFiles } from '../rootfs/own-files.ts';

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
export async function makeBootable(
  host: Host,
  plan: Plan,
  root: Root,
  lock: Lock,
  cache: Cache,
  step: RunStep,
  emit: Emit,
): Promise<BootableDisk> {
  const { boot: settings, disk } = plan;
  if (settings === undefined || disk === undefined) throw new TypeError('a disk needs [boot] and [disk]');
  const seed = seedOf(plan, root, lock);
  const identified = identifyDisk({ disk, boot: settings, architecture: root.target.arch, seed });
  const { placed, ...boot } = await step('boot', () => unlessFull(host, async () => {
    const checkOwnFiles = await noteOwnFiles(host, plan, root.path);
    await host.inside(root.path).write('/etc/fstab', fstab(identified));
    const { system } = plan.configuration;
    const kernelArguments = [...system['kernel-cmdline'], ...(system['kernel-cmdline-by-arch'][root.target.arch] ?? []), ...kdumpArguments(system)];
    const made = await startBoot(host, { image: plan.image.name, root, settings, disk: identified, kernelArguments, fips: system.fips, cache });
    // After the last file was written. Containers are labelled by their runtime.
    await labelRoot(host, plan, root.path, (message) => emit({ kind: 'notice', message }));
    await checkOwnFiles();
    // Programs of the image that run later only read the root.
    await checkFinished(host, plan, root);
    return made;
  }));
  try {
    const made = await step('disk', (detail) =>
      unlessFull(host, () => makeDisk(host, { disk, boot: settings, root, bootFiles: placed, sizeUnit: sizeUnitOf(plan.outputs), seed }, detail)));
    const { initrds, firstLoader, secureBootFaults } = await placed;
    if (secureBootFaults !== undefined && secureBootFaults.length > 0) {
      emit({ kind: 'notice', message: `${describeSecureBoot(secureBootFaults)}. Make machines without it, or take signed files: boot.secure-boot = "required"` });
    }
    return { ...made, seed, secureBootFaults, boot: { ...boot, initrds, firstLoader } };
  } finally {
    // It works in the workspace, which is removed next.
    await Promise.allSettled([placed]);
  }
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
