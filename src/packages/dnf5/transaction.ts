import { z } from 'zod';

import { HewError } from '../../errors.ts';
import type { ChosenPackage } from '../lock.ts';
import { formatNevra, parseNevra } from '../nevra.ts';

/** A chosen package in a stored transaction. */
export interface StoredPackage extends ChosenPackage {
  /** Path in the folder of the stored transaction. */
  readonly file: string;
}

/** The serialised transaction of dnf5: https://dnf5.readthedocs.io/en/latest/misc/serialized_transaction.html */
const storedTransaction = z.object({
  version: z.string(),
  rpms: z.array(
    z.object({
      nevra: z.string(),
      action: z.string(),
      reason: z.string(),
      repo_id: z.string(),
      package_path: z.string(),
    }),
  ),
});

const VERSION = '1.0';

const REASONS: Readonly<Record<string, ChosenPackage['reason']>> = {
  User: 'asked',
  Dependency: 'dependency',
  'Weak Dependency': 'weak dependency',
  Group: 'group',
  'External User': 'asked',
};

/** Reads `transaction.json`. Throws `HewError` when dnf5 wrote what hew does not know. */
export function parseTransaction(text: string): readonly StoredPackage[] {
  const parsed = storedTransaction.safeParse(JSON.parse(text));
  if (!parsed.success) throw unknownForm(parsed.error.message);
  return parsed.data.rpms
    .map(({ nevra, action, reason, repo_id, package_path }) => {
      const parts = parseNevra(nevra);
      if (parts === undefined || action !== 'Install') throw unknownForm(`${action} ${nevra}`);
      return {
        ...parts,
        repository: plainRepository(repo_id),
        reason: REASONS[reason] ?? 'dependency',
        file: package_path.replace(/^\.\//, ''),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text of a `transaction.json` that installs these packages and no other. */
export const formatTransaction = (packages: readonly StoredPackage[]): string =>
  JSON.stringify({
    rpms: packages.map((entry) => ({
      nevra: formatNevra(entry),
      action: 'Install',
      reason: WORDS[entry.reason],
      repo_id: `@stored_transaction(${entry.repository})`,
      package_path: `./${entry.file}`,
    })),
    version: VERSION,
  });

const WORDS: Readonly<Record<ChosenPackage['reason'], string>> = {
  asked: 'User',
  dependency: 'Dependency',
  'weak dependency': 'Weak Dependency',
  group: 'Group',
};

/** A stored transaction names its repositories `@stored_transaction(ID)`. */
export const plainRepository = (id: string): string => /^@stored_transaction\((.*)\)$/.exec(id)?.[1] ?? id;

export const unknownForm = (detail: string): HewError =>
  new HewError({
    code: 'dnf5-transaction',
    message: `dnf5 wrote a transaction that hew cannot read: ${detail}`,
    hint: 'run `hew doctor`; the version of dnf5 may be newer than this hew knows',
  });
