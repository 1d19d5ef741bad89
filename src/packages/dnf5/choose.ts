import { formatBytes } from '../../format-bytes.ts';
import { LOCAL_REPOSITORY } from '../keys.ts';
import type { ChosenPackage, PinnedPackage } from '../lock.ts';
import { pinByRecord, readRecords, recordOf, type PackageRecords } from './records.ts';
import { requested, resolveWith, type Resolution } from './resolve.ts';
import type { DnfSession } from './session.ts';
import type { VisiblePackages } from './settings.ts';
import { openStore, pinLocal } from './stored-transaction.ts';
import { parseTransactionTable } from './transaction-table.ts';

/** What dnf5 would install. No package was fetched. */
export interface ChosenSet extends Resolution<ChosenPackage> {
  /** What the metadata says of those packages that lie in repositories. */
  readonly records: PackageRecords;
  /** Copies of the RPM files beside the definition. */
  readonly localFiles: readonly string[];
}

/** Resolves what the plan asks for by metadata alone. Throws `HewError` as `resolvePackages` does. */
export async function choosePackages(
  session: DnfSession, visible: Pick<VisiblePackages, 'only' | 'best'>, detail: (text: string) => void,
): Promise<ChosenSet> {
  const { host, plan, target } = session;
  const { localFiles, folder } = await openStore(host, plan, target);
  const resolution = await resolveWith(session, visible, {
    command: (wanted) => ['install', ...requested(wanted, localFiles)],
    call: { attempt: true, read: [folder] },
    read: async ({ stdout }) => parseTransactionTable(stdout),
  });
  const records = await readRecords(session, resolution.packages);
  const bytes = [...records.values()].reduce((sum, { size }) => sum + size, 0);
  detail(`${resolution.packages.length} packages, ${formatBytes(bytes)}`);
  return { ...resolution, records, localFiles };
}

/** Pins chosen packages by the digests in the metadata of their repositories. Throws `HewError` where those are weak. */
export async function pinChosen({ host }: Pick<DnfSession, 'host'>, { packages, records, localFiles }: ChosenSet): Promise<readonly PinnedPackage[]> {
  const local = await pinLocal(host, localFiles, packages);
  return [...packages.filter(({ repository }) => repository !== LOCAL_REPOSITORY).map((entry) => pinByRecord(entry, recordOf(records, entry))), ...local];
}
