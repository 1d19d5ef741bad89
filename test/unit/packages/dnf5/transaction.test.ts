import { describe, expect, it } from 'vitest';

import { HewError } from '../../../../src/errors.ts';
import { parseTransaction, plainRepository } from '../../../../src/packages/dnf5/transaction.ts';

const row = (nevra: string, more: object = {}): object => ({
  nevra, action: 'Install', reason: 'Dependency', repo_id: 'base', package_path: `./packages/${nevra}.rpm`, ...more,
});

const parse = (...rpms: object[]) => parseTransaction(JSON.stringify({ version: '1.0', rpms }));

describe('parseTransaction', () => {
  it('reads what dnf5 stored, by name', () => {
    expect(parse(row('zlib-1:1.3-1.x86_64'), row('bash-0:5.3-2.x86_64', { reason: 'User', repo_id: '@stored_transaction(base)' }))).toEqual([
      { name: 'bash', evr: '5.3-2', arch: 'x86_64', repository: 'base', reason: 'asked', file: 'packages/bash-0:5.3-2.x86_64.rpm' },
      { name: 'zlib', evr: '1:1.3-1', arch: 'x86_64', repository: 'base', reason: 'dependency', file: 'packages/zlib-1:1.3-1.x86_64.rpm' },
    ]);
  });

  it.each([['User', 'asked'], ['External User', 'asked'], ['Weak Dependency', 'weak dependency'], ['Group', 'group'], ['Dependency', 'dependency'], ['Something New', 'dependency']])(
    'reason %s means %s', (reason, meant) => expect(parse(row('a-1-1.noarch', { reason }))[0]?.reason).toBe(meant),
  );

  it.each([
    ['another action', [row('a-1-1.noarch', { action: 'Remove' })]],
    ['no NEVRA', [row('nonsense')]],
    ['no path', [{ nevra: 'a-1-1.noarch', action: 'Install', reason: 'User', repo_id: 'x' }]],
  ])('refuses %s', (_what, rpms) => {
    expect(() => parse(...rpms)).toThrow(HewError);
    expect(() => parse(...rpms)).toThrow(/dnf5 wrote a transaction that hew cannot read/);
  });

  it('knows the repository behind a stored transaction', () => {
    expect(plainRepository('@stored_transaction(azurelinux-base)')).toBe('azurelinux-base');
    expect(plainRepository('updates')).toBe('updates');
  });
});
