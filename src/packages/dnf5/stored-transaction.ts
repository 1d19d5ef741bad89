import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Plan, Target } from '../../plan/types.ts';
import type { ChecksumKind, ChosenPackage, FetchedPackage, LockedPackage, PinnedPackage } from '../lock.ts';
import { LOCAL_REPOSITORY } from '../keys.ts';
import { targetName } from '../lock-request.ts';
import { formatNevra, parseNevra } from '../nevra.ts';
import { formatTransaction, type StoredPackage } from './transaction.ts';

/** Folders in which the packages of one target are gathered; nothing but hew can write there. */
export interface PackageStore {
  /** What dnf5 may write. */
  readonly folder: string;
  /** Of the stored transaction: `transaction.json` and `packages/`. */
  readonly transaction: string;
  /** Copies of the RPM files beside the definition, by their own names. */
  readonly local: string;
  readonly localFiles: readonly string[];
}

/** Makes an empty store, with the definition's own RPM files in it: from here on nobody can change them. */
export async function openStore(host: Host, { packages }: Pick<Plan, 'packages'>, target: Target): Promise<PackageStore> {
  const folder = await host.makeWorkFolder(`packages-${targetName(target)}`, 0);
  const [transaction, local] = [posix.join(folder, 'transaction'), posix.join(folder, 'local')];
  await host.fs.remove(transaction);
  await host.fs.remove(local);
  await host.fs.makeFolder(local);
  const localFiles: string[] = [];
  for (const file of packages.local) {
    const copy = posix.join(local, posix.basename(file));
    await host.fs.copy(file, copy);
    localFiles.push(copy);
  }
  return { folder, transaction, local, localFiles };
}

/** Hashes what dnf5 stored. It leaves RPM files of this machine where they are: they are put beside the others first. */
export async function pinStored(host: Host, { transaction, local }: PackageStore, chosen: readonly StoredPackage[]): Promise<readonly FetchedPackage[]> {
  const packages: FetchedPackage[] = [];
  for (const entry of chosen) {
    const file = posix.join(transaction, entry.file);
    if (entry.repository === LOCAL_REPOSITORY) await host.fs.copy(posix.join(local, posix.basename(entry.file)), file);
    packages.push({ ...entry, ...(await measure(host, file)) });
  }
  return packages;
}

/** Hashes those of the RPM files beside the definition that dnf5 chose. */
export async function pinLocal(host: Host, localFiles: readonly string[], chosen: readonly ChosenPackage[]): Promise<readonly PinnedPackage[]> {
  const local = new Map(chosen.filter(({ repository }) => repository === LOCAL_REPOSITORY).map((entry) => [formatNevra(entry), entry]));
  if (local.size === 0) return [];
  const args = ['--nosignature', '--nodigest', '--query', '--package', '--queryformat=%{NEVRA}\\n', ...localFiles];
  const { stdout } = await host.run({ tool: 'rpm', args, view: { read: localFiles } });
  const packages: PinnedPackage[] = [];
  for (const [index, line] of stdout.trimEnd().split('\n').entries()) {
    const nevra = parseNevra(line);
    const [entry, file] = [nevra === undefined ? undefined : local.get(formatNevra(nevra)), localFiles[index]];
    if (entry === undefined || file === undefined) continue;
    const { checksum, size } = await measure(host, file);
    packages.push({ ...entry, checksum, size });
  }
  return packages;
}

/** Writes the transaction that installs exactly these packages, whose files lie in the store by their names. */
export const writeTransaction = (host: Host, { transaction }: Pick<PackageStore, 'transaction'>, packages: readonly LockedPackage[]): Promise<void> =>
  host.fs.write(posix.join(transaction, 'transaction.json'), formatTransaction(packages));

/** What hew measured of an RPM file. */
export interface Measured extends Pick<FetchedPackage, 'sha256' | 'checksum' | 'size'> {}

/** Digests and size of a file; `checksum` is of the kind that is asked for. */
export async function measure(host: Host, file: string, kind: ChecksumKind = 'sha256'): Promise<Measured> {
  const [hash, other] = [createHash('sha256'), kind === 'sha256' ? undefined : createHash(kind)];
  let size = 0;
  for await (const piece of host.fs.pieces(file)) {
    size += piece.byteLength;
    hash.update(piece);
    other?.update(piece);
  }
  const sha256 = hash.digest('hex');
  return { sha256, checksum: `${kind}:${other?.digest('hex') ?? sha256}`, size };
}
