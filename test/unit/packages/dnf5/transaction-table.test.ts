import { describe, expect, it } from 'vitest';

import { HewError } from '../../../../src/errors.ts';
import { parseTransactionTable } from '../../../../src/packages/dnf5/transaction-table.ts';

const table = (...rows: readonly string[]): string => `Updating and loading repositories:
Repositories loaded.
Package                 Arch   Version                         Repository      Size
${rows.join('\n')}

Transaction Summary:
 Installing:        31 packages
`;

describe('parseTransactionTable', () => {
  it('reads each package with its reason, by name, and passes over groups and what is left out', () => {
    expect(parseTransactionTable(table(
      'Installing:', ' zlib         x86_64 1:1.3-3.sample        base        121.4 KiB',
      'Installing dependencies:', ' local-pkg    noarch 0:1-1                @commandline  68.0   B',
      'Installing weak dependencies:', ' c            noarch 0:2-1                base-v3     1.0 MiB',
      'Installing group/module packages:', ' b            noarch 0:2~rc1-1            base        0.0   B',
      'Installing groups:', ' Core', 'Installing environmental groups:', ' Minimal Install of Things',
      'Skipping packages with broken dependencies:', ' stuck        noarch 0:2-1                base        10.0   B',
      'Skipping packages with conflicts:', ' other        noarch 0:2-1                base        10.0   B',
    ))).toEqual([
      { name: 'b', evr: '2~rc1-1', arch: 'noarch', repository: 'base', reason: 'group' },
      { name: 'c', evr: '2-1', arch: 'noarch', repository: 'base-v3', reason: 'weak dependency' },
      { name: 'local-pkg', evr: '1-1', arch: 'noarch', repository: '@commandline', reason: 'dependency' },
      { name: 'zlib', evr: '1:1.3-3.sample', arch: 'x86_64', repository: 'base', reason: 'asked' },
    ]);
  });

  it('reads no table as no package', () => expect(parseTransactionTable('Nothing to do.\n')).toEqual([]));

  it.each([
    ['another heading', ['Removing:', ' a noarch 0:1-1 base 1.0 MiB']],
    ['a package of no heading', [' a noarch 0:1-1 base 1.0 MiB']],
    ['a row of another form', ['Installing:', ' a noarch 0:1-1 base']],
    ['a replaced package', ['Installing:', ' a noarch 0:1-1 base 1.0 MiB', '   replacing b noarch 0:1-1 base 1.0 MiB']],
  ])('refuses %s', (_what, rows) => {
    expect(() => parseTransactionTable(table(...rows))).toThrow(HewError);
  });
});
