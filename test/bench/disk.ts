import { join } from 'node:path';

import { askedFor, buildOf, hewOf, imageOf, outputOf, sampleOf, type Bench } from './bench.ts';
import { orAbsent } from './contender.ts';
import { kiwiDisk } from './kiwi.ts';
import { mkosiDisk } from './mkosi.ts';
import { describeStages } from './profile.ts';
import { race } from './race.ts';
import { atMost, describeGoal, describeRace, ratio } from './report.ts';

/** `[disk] size` of `qemu-vm`. */
const DISK_MIB = 5 * 1024;

/**
 * `qemu-vm` as a raw disk against mkosi (raw) and KIWI (qcow2), from a warm package cache. The goals hold for hew with
 * no other cache; a second row shows it with the initrd of an earlier build.
 */
export async function benchDisk(bench: Bench): Promise<string> {
  const packages = askedFor(bench, 'qemu-vm');
  const places = { ...bench, sample: sampleOf(bench), packages };
  const argv = buildOf(bench, imageOf(bench, 'qemu-vm'), '--format', 'raw');
  const result = join(outputOf(bench), 'qemu-vm-4.0.raw');
  const cold = { name: 'hew (no caches but packages)', argv: [...argv, '--no-cache'], result };
  const cached = { name: 'hew (initrd cached too)', argv, result };
  const mkosi = await orAbsent('mkosi', mkosiDisk({ ...places, work: join(bench.folder, 'mkosi') }, DISK_MIB));
  const kiwi = await orAbsent('KIWI', kiwiDisk({ ...places, work: join(bench.memory, 'kiwi') }, DISK_MIB));
  const outcomes = race([cold, cached, mkosi, kiwi], bench.runs, hewOf(bench));
  const goal = (limit: number, peer: string): string => {
    const measured = ratio(outcomes, cold.name, peer);
    return describeGoal(`${cold.name} in at most ${limit.toFixed(2)} of ${peer}'s wall time`, measured, atMost(limit));
  };
  return [
    `disk: qemu-vm, raw (KIWI: qcow2), ${packages.length} packages asked for`,
    describeRace(outcomes, [mkosi.name, kiwi.name]),
    goal(0.5, mkosi.name), goal(0.16, kiwi.name),
    '', describeStages(cold.name, outcomes[0]?.costs ?? []),
  ].join('\n');
}
