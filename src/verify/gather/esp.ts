import { openFat } from '../../readers/filesystem/fat.ts';
import { attempt, attemptAsync } from '../../readers/attempt.ts';
import { BadBytes } from '../../readers/bytes.ts';
import { LIMITS } from '../../readers/limits.ts';
import type { ByteSource } from '../../byte-source.ts';
import type { Host } from '../../host/port.ts';
import type { EspFact } from '../facts.ts';
import { withCheckpoints } from './checkpoints.ts';

export interface CopiedEsp {
  /** Absolute path of the folder with its files. */
  readonly folder: string;
  /** Undefined where it cannot be read. */
  readonly files: readonly EspFact[] | undefined;
  readonly problem: string | undefined;
}

/** Copies an EFI system partition into the workspace. Damage is a fact, not an error. */
export async function copyEsp(host: Host, partition: ByteSource): Promise<CopiedEsp> {
  const folder = await host.makeWorkFolder('esp', partition.size);
  const fat = openFat(partition);
  const found = fat.ok ? fat.value.walk() : fat;
  if (!fat.ok || !found.ok) return { folder, files: undefined, problem: found.ok ? undefined : found.reason };
  // A long name may be anything; `..` would lead out of the copy.
  const entries = found.value.filter(({ path }) => !path.split('/').includes('..'));
  const bounded = attempt(() => checkSizes(entries, partition.size));
  if (!bounded.ok) return { folder, files: undefined, problem: bounded.reason };
  for (const entry of entries) {
    if (entry.kind === 'directory') continue;
    await host.checkpoint();
    const written = await attemptAsync(() => host.inside(folder).writePieces(entry.path, withCheckpoints(host, fat.value.piecesOf(entry))));
    if (!written.ok) return { folder, files: undefined, problem: written.reason };
  }
  return { folder, files: entries.map(({ path, kind, size }) => ({ path, kind, size })), problem: undefined };
}

/** Files of a FAT may share clusters, so a small partition can expand to any number of bytes. Throws `BadBytes`. */
function checkSizes(entries: readonly EspFact[], space: number): void {
  const programs = entries.filter(({ path }) => /\.efi$/i.test(path));
  if (programs.length > LIMITS.esp.programs) throw new BadBytes(`it holds ${programs.length} EFI programs`);
  for (const { path, size } of entries) {
    const limit = /\.(?:cfg|conf)$/i.test(path) ? LIMITS.esp.text : LIMITS.fat.file;
    if (size > limit) throw new BadBytes(`${path} has ${size} bytes, more than the ${limit} expected`);
  }
  const sum = entries.reduce((total, { kind, size }) => total + (kind === 'file' ? size : 0), 0);
  if (sum > space) throw new BadBytes(`its files have ${sum} bytes, more than the partition`);
}
