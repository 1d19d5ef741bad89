import { openFat } from '../../readers/filesystem/fat.ts';
import { attemptAsync } from '../../readers/attempt.ts';
import type { ByteSource, Host } from '../../host/port.ts';
import type { EspFact } from '../facts.ts';

/** No program of an ESP is larger: a UKI has some 100 MiB. */
const MAX_FILE = 1024 * 2 ** 20;

export interface CopiedEsp {
  /** Absolute path of the folder with its files. */
  readonly folder: string;
  /** Undefined where it cannot be read. */
  readonly files: readonly EspFact[] | undefined;
  readonly problem: string | undefined;
}

/** Copies an EFI system partition into the workspace. One that is damaged is a fact. */
export async function copyEsp(host: Host, partition: ByteSource): Promise<CopiedEsp> {
  const folder = await host.makeWorkFolder('esp', partition.size);
  const fat = openFat(partition);
  const found = fat.ok ? fat.value.walk() : fat;
  if (!fat.ok || !found.ok) return { folder, files: undefined, problem: found.ok ? undefined : found.reason };
  // A long name may be anything; `..` would lead out of the copy.
  const entries = found.value.filter(({ path }) => !path.split('/').includes('..'));
  for (const { kind, path } of entries) {
    if (kind === 'directory') continue;
    const pieces = fat.value.pieces(path, MAX_FILE);
    if (!pieces.ok) return { folder, files: undefined, problem: pieces.reason };
    const written = await attemptAsync(() => host.inside(folder).writePieces(path, pieces.value ?? []));
    if (!written.ok) return { folder, files: undefined, problem: written.reason };
  }
  return { folder, files: entries.map(({ path, kind, size }) => ({ path, kind, size })), problem: undefined };
}
