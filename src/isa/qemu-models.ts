import type { Problem } from '../errors.ts';
import type { CpuModel } from '../host/port.ts';
import { glibcLevel, type Level } from './levels.ts';
import type { HardwareTarget } from './repositories.ts';

/** A processor model of QEMU that offers a level and not the next one. */
interface ModelRow {
  readonly model: CpuModel | undefined;
  /** Where the fact is written. */
  readonly source: string;
}

const table = 'QEMU, ABI compatibility levels for CPU models (https://www.qemu.org/docs/master/system/qemu-cpu-models.html)';

/**
 * Models that QEMU's own table gives for the levels. Haswell without TSX: the translator has no TSX, and would
 * say so on the standard error of every program that it starts.
 */
const models: Readonly<Record<Level, ModelRow>> = {
  baseline: { model: 'qemu64', source: table },
  v2: { model: 'Nehalem', source: table },
  v3: { model: 'Haswell-noTSX', source: `${table}; AVX2 since 7.2 (https://wiki.qemu.org/ChangeLog/7.2)` },
  // TCG_7_0_EBX_FEATURES has AVX2 and nothing of AVX-512.
  v4: { model: undefined, source: 'https://gitlab.com/qemu-project/qemu/-/blob/master/target/i386/cpu.c' },
};

/** The `-cpu` of QEMU that runs a level and no more; undefined where its translator offers none. */
export const qemuModel = (level: Level): CpuModel | undefined => models[level].model;

/** Either the processor that stands in for a target, or why none can. */
export type Emulation =
  | { readonly model: CpuModel; readonly problem?: never }
  | { readonly model?: never; readonly problem: Problem };

/** How programs of a target can run on a machine that lacks its level. */
export function emulationFor({ architecture, level }: HardwareTarget): Emulation {
  const refuse = (message: string, hint: string): Emulation => ({
    problem: { code: 'emulation-unavailable', message, hint },
  });
  if (architecture !== 'x86_64') {
    return refuse(`hew does not emulate ${architecture}`, `build on a machine that is ${architecture}`);
  }
  const model = qemuModel(level);
  if (model !== undefined) return { model };
  return refuse(
    `QEMU cannot emulate ${glibcLevel(level)}: its translator knows no AVX-512 instruction`,
    'build on a machine with AVX-512, or choose v3, the highest level that can be emulated',
  );
}
