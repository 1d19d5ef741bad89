import type { Problem } from '../errors.ts';
import type { CpuModel } from '../host/port.ts';
import { glibcLevel, type Level } from './levels.ts';
import type { HardwareTarget } from './repositories.ts';

/** A processor model of QEMU with exactly this level. */
interface ModelRow {
  readonly model: CpuModel | undefined;
  /** Source of the fact. */
  readonly source: string;
}

const table = 'QEMU, ABI compatibility levels for CPU models (https://www.qemu.org/docs/master/system/qemu-cpu-models.html)';

/**
 * The models of QEMU's own table. Haswell without TSX: the translator lacks TSX and would print a warning for every
 * program.
 */
const models: Readonly<Record<Level, ModelRow>> = {
  baseline: { model: 'qemu64', source: table },
  v2: { model: 'Nehalem', source: table },
  v3: { model: 'Haswell-noTSX', source: `${table}; AVX2 since 7.2 (https://wiki.qemu.org/ChangeLog/7.2)` },
  // TCG_7_0_EBX_FEATURES has AVX2 and nothing of AVX-512.
  v4: { model: undefined, source: 'https://gitlab.com/qemu-project/qemu/-/blob/master/target/i386/cpu.c' },
};

/** The `-cpu` of QEMU with exactly this level; undefined if its translator has none. */
export const qemuModel = (level: Level): CpuModel | undefined => models[level].model;

/** The processor that replaces the target's, or the reason why none does. */
export type Emulation =
  | { readonly model: CpuModel; readonly problem?: never }
  | { readonly model?: never; readonly problem: Problem };

/** How programs for a target run on a machine that lacks its level. */
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
