import { artifactCodes } from './artifact.ts';
import { bootCodes } from './boot.ts';
import { definitionCodes } from './definition.ts';
import { diskCodes } from './disk.ts';
import { evidenceCodes } from './evidence.ts';
import { guestCodes } from './guest.ts';
import { hostCodes } from './host.ts';
import { kickstartCodes } from './kickstart.ts';
import { lockCodes } from './lock.ts';
import { outputCodes } from './output.ts';
import { packageCodes } from './packages.ts';
import { planCodes } from './plan.ts';
import { requestCodes } from './request.ts';
import { rootfsCodes } from './rootfs.ts';
import type { CodeRows } from './row.ts';
import { ruleCodes } from './rules.ts';

/** Every stage with its codes, in the order of `docs/errors.md`. */
export const STAGES = [
  { title: 'Command line and machine', codes: requestCodes },
  { title: 'Definition: files and form', codes: definitionCodes },
  { title: 'Definition: rules', codes: ruleCodes },
  { title: 'Kickstart', codes: kickstartCodes },
  { title: 'Levels and targets', codes: planCodes },
  { title: 'Repositories, keys and packages', codes: packageCodes },
  { title: 'Locks', codes: lockCodes },
  { title: 'Root', codes: rootfsCodes },
  { title: 'Boot files', codes: bootCodes },
  { title: 'Disk', codes: diskCodes },
  { title: 'Outputs', codes: outputCodes },
  { title: 'Evidence and signatures', codes: evidenceCodes },
  { title: 'Reading artifacts', codes: artifactCodes },
  { title: 'Booting guests', codes: guestCodes },
  { title: 'Tools, sandbox and cache folder', codes: hostCodes },
] as const satisfies readonly { readonly title: string; readonly codes: CodeRows }[];

type KeysOf<T> = T extends unknown ? keyof T : never;

/** A code that is declared: the compiler refuses any other in a `Problem`. */
export type ErrorCode = KeysOf<(typeof STAGES)[number]['codes']>;
