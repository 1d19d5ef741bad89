import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { findArchitecture, ISA } from '../isa/rows.ts';
import type { CpuFacts } from './port.ts';

/** Levels are x86-64's. */
const LOADERS = [ISA.x86_64.loader, `/usr${ISA.x86_64.loader}`];

/** The architecture that Node was built for. */
export const architecture: CpuFacts['architecture'] = findArchitecture(({ names }) => names.node === process.arch) ?? 'other';

/** Asks the operating system about the processor; isa/ interprets it. */
export async function readCpu(): Promise<CpuFacts> {
  const { default: information } = await import('systeminformation');
  const [{ brand, manufacturer }, flags] = await Promise.all([information.cpu(), information.cpuFlags()]);
  return {
    architecture,
    model: `${manufacturer} ${brand}`.trim(),
    flags: process.platform === 'linux' && flags !== '' ? flags.split(/\s+/) : undefined,
    glibcHelp: loaderHelp(),
    platform: process.platform,
  };
}

/** The unparsed output of glibc's loader; undefined with another C library. */
function loaderHelp(): string | undefined {
  const loader = LOADERS.find((path) => existsSync(path));
  if (loader === undefined) return undefined;
  const { status, stdout } = spawnSync(loader, ['--help'], { encoding: 'utf8', env: {} });
  return status === 0 ? stdout : undefined;
}
