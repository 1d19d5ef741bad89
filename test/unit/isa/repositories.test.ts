import { describe, expect, it } from 'vitest';
import { HewError } from '../../../src/errors.ts';
import {
  chooseRepositories,
  type DistributionLevels,
  fallBack,
  type LevelledRepository,
} from '../../../src/isa/repositories.ts';

const base: LevelledRepository = { id: 'base', level: 'v1' };
const v2: LevelledRepository = { id: 'base-v2', level: 'v2' };
const v3: LevelledRepository = { id: 'base-v3', level: 'v3' };
const v4: LevelledRepository = { id: 'base-v4', level: 'v4' };
const extras: LevelledRepository = { id: 'extras' };
const all = [base, v2, v3, v4, extras];

const plain: DistributionLevels = { baseline: 'v1', model: 'repositories' };

const ids = (list: readonly { readonly repository: LevelledRepository }[]): string[] =>
  list.map(({ repository }) => repository.id);

describe('chooseRepositories', () => {
  it.each([
    ['baseline', ['base', 'extras']],
    ['v2', ['base', 'base-v2', 'extras']],
    ['v3', ['base', 'base-v2', 'base-v3', 'extras']],
    ['v4', ['base', 'base-v2', 'base-v3', 'base-v4', 'extras']],
  ] as const)('offers a %s target its level and below', (level, expected) => {
    const { chosen, refused } = chooseRepositories(all, { architecture: 'x86_64', level }, plain);
    expect(ids(chosen)).toEqual(expected);
    expect(new Set([...ids(chosen), ...ids(refused)])).toEqual(new Set(all.map(({ id }) => id)));
    expect(chosen.length + refused.length).toBe(all.length);
  });

  it('gives each refusal and each choice a sentence', () => {
    const { chosen, refused } = chooseRepositories(all, { architecture: 'x86_64', level: 'v2' }, plain);
    expect(refused[0]?.reason).toBe(
      'Its packages are built for x86-64-v3, and the target is x86-64-v2, which could not run them.',
    );
    expect(chosen.every(({ reason }) => reason.endsWith('.'))).toBe(true);
  });

  it('lets the level break ties by cost alone', () => {
    const { chosen } = chooseRepositories(all, { architecture: 'x86_64', level: 'v4' }, plain);
    const cost = Object.fromEntries(chosen.map(({ repository, cost }) => [repository.id, cost]));
    expect(cost['base-v4']).toBeLessThan(cost['base-v3'] ?? 0);
    expect(cost['base-v3']).toBeLessThan(cost['base-v2'] ?? 0);
    expect(cost['base-v2']).toBeLessThan(cost['base'] ?? 0);
    expect(cost['base']).toBe(cost['extras']);
    expect(chosen.some((repository) => 'priority' in repository)).toBe(false);
  });

  it('keeps the order of costs that a person wrote', () => {
    const written = [{ ...v4, cost: 500 }, { ...base, cost: 499 }, { ...v3, cost: 499 }];
    const { chosen } = chooseRepositories(written, { architecture: 'x86_64', level: 'v4' }, plain);
    expect(chosen.toSorted((a, b) => a.cost - b.cost).map(({ repository }) => repository.id)).toEqual([
      'base-v3',
      'base',
      'base-v4',
    ]);
  });

  it('gives aarch64 no repository of an x86-64 level above the baseline', () => {
    const choice = chooseRepositories(all, { architecture: 'aarch64', level: 'baseline' }, { ...plain, model: 'labelled' });
    expect(ids(choice.chosen)).toEqual(['base', 'extras']);
    expect(choice.refused[0]?.reason).toContain('the target is aarch64');
    expect(choice.variables).toEqual({ arch: 'aarch64', basearch: 'aarch64' });
    expect(choice.keepVariables).toBe(false);
    const el10 = chooseRepositories([v3], { architecture: 'aarch64', level: 'baseline' }, { baseline: 'v3', model: 'repositories' });
    expect(ids(el10.chosen)).toEqual(['base-v3']);
  });

  it.each([
    ['repositories', 'v1', 'v3', 'x86_64', 'x86_64'],
    ['labelled', 'v1', 'baseline', 'x86_64', 'x86_64'],
    ['labelled', 'v1', 'v3', 'x86_64_v3', 'x86_64'],
    // Where plain x86_64 means v3, a v3 target takes what is labelled x86_64.
    ['labelled', 'v3', 'v3', 'x86_64', 'x86_64'],
    ['labelled', 'v3', 'v4', 'x86_64_v4', 'x86_64'],
    ['basearch', 'v2', 'v2', 'x86_64_v2', 'x86_64_v2'],
    ['hwcaps', 'v1', 'baseline', 'x86_64', 'x86_64'],
  ] as const)('tells dnf5 arch and basearch: %s, baseline %s, target %s', (model, baseline, level, arch, basearch) => {
    const choice = chooseRepositories([base], { architecture: 'x86_64', level }, { baseline, model });
    expect(choice.variables).toEqual({ arch, basearch });
    expect(choice.keepVariables).toBe(model === 'labelled' || model === 'basearch');
  });

  it('takes what needs the baseline of the distribution as running everywhere', () => {
    const { chosen, refused } = chooseRepositories([v3, v4], { architecture: 'x86_64', level: 'v3' }, { baseline: 'v3', model: 'repositories' });
    expect(chosen[0]?.reason).toBe('Its packages need x86-64-v3, the baseline of the distribution.');
    expect(ids(refused)).toEqual(['base-v4']);
  });
});

describe('fallBack', () => {
  const choice = chooseRepositories(all, { architecture: 'x86_64', level: 'v3' }, plain);
  const down = (id: string): { id: string; reason: string } => ({ id, reason: 'HTTP 503' });

  it('goes on without a v3 repository where that is allowed, and says so', () => {
    const rest = fallBack(choice, [down('base-v3')], { allowed: true, baseline: 'v1' });
    expect(ids(rest.chosen)).toEqual(['base', 'base-v2', 'extras']);
    expect(rest.refused.at(-1)?.reason).toContain('(HTTP 503); baseline packages are used instead');
  });

  it('refuses where it is not, naming all of them at once', () => {
    const fail = (): unknown => fallBack(choice, [down('base-v2'), down('base-v3')], { allowed: false, baseline: 'v1' });
    expect(fail).toThrow(HewError);
    expect(fail).toThrow('repository base-v2 could not be reached: HTTP 503\nrepository base-v3');
  });

  it('never does without a baseline repository', () => {
    expect(() => fallBack(choice, [down('base')], { allowed: true, baseline: 'v1' })).toThrow('repository base could not');
    expect(() => fallBack(choice, [down('extras')], { allowed: true, baseline: 'v1' })).toThrow(HewError);
  });

  it('does not mind one that was refused anyway', () => {
    expect(fallBack(choice, [down('base-v4')], { allowed: false, baseline: 'v1' })).toEqual(choice);
  });
});
