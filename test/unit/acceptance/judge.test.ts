import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { judgeFailure } from '../../acceptance/judge.ts';
import { exitStatus, STAGES, type Outcome, type Row } from '../../acceptance/outcome.ts';
import { probeAddresses, type Probe } from '../../acceptance/probe.ts';
import { shippedDistributions } from '../../acceptance/shipped.ts';
import { describeRows } from '../../acceptance/table.ts';
import { CHECKOUT } from '../../support/checkout.ts';

const url = 'https://mirror.example/repodata/repomd.xml';
const probe = (found: Probe['found'], list = false): Probe => ({ url, found, list, why: 'status 404' });
const row = (...kinds: readonly Outcome['kind'][]): Row => ({
  distro: 'some-1',
  stages: Object.fromEntries(STAGES.map((stage, index) => [stage, { kind: kinds[index] ?? 'left-out' }])) as Row['stages'],
});

describe('a failed build', () => {
  it.each([
    ['repository-unreachable', [probe('silent')], 'no-mirror'],
    ['repository-unreachable', [probe('refuses')], 'fault'],
    // The metadata can be had, and hew did not get it.
    ['repository-unreachable', [probe('answers')], 'fault'],
    // A list that answers says nothing of the mirrors on it.
    ['package-not-fetched', [probe('answers', true)], 'no-mirror'],
    ['metadata-older', [probe('answers')], 'no-mirror'],
    ['certificate-missing', [probe('answers')], 'not-here'],
    ['builder-below-target', [probe('answers')], 'not-here'],
    ['no-tools', [], 'not-here'],
    ['package-not-found', [probe('silent')], 'fault'],
    ['install-failed', [probe('answers')], 'fault'],
  ] as const)('%s with %j is %s', (code, probes, kind) => {
    expect(judgeFailure({ code, message: 'words' }, probes).kind).toBe(kind);
  });
});

describe('an address', () => {
  const asked: string[] = [];
  const answering = (...statuses: readonly number[]) => {
    const left = [...statuses];
    return async (to: string) => {
      asked.push(to);
      const status = left.shift();
      if (status === undefined) throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
      return { status };
    };
  };
  const pauses: number[] = [];
  const pause = async (tried: number): Promise<void> => void pauses.push(tried);

  it.each([
    [[200], 'answers', undefined, 0],
    [[503, 429, 200], 'answers', undefined, 2],
    [[404], 'refuses', 'status 404', 0],
    [[503, 503, 503], 'silent', 'status 503', 2],
    [[], 'silent', 'ECONNREFUSED', 2],
  ] as const)('that gives %j %s', async (statuses, found, why, waits) => {
    pauses.length = 0;
    const [one] = await probeAddresses([{ url, list: false }], answering(...statuses), pause);
    expect(one).toEqual({ url, list: false, found, ...(why === undefined ? {} : { why }) });
    expect(pauses).toHaveLength(waits);
  });
});

describe('the end of a run', () => {
  it('is a fault if one is, and good only if something passed', () => {
    const passed = row('passed', 'passed', 'passed', 'passed', 'left-out', 'passed');
    expect(exitStatus([passed, row('no-mirror')])).toBe(0);
    expect(exitStatus([passed, row('passed', 'fault')])).toBe(1);
    expect(exitStatus([row('no-mirror'), row('passed', 'not-here')])).toBe(3);
  });

  it('is a table with the reason of each row that did not pass', () => {
    const stages = { ...row('passed', 'fault').stages, mirrors: { kind: 'passed', seconds: 1.2 }, container: { kind: 'fault', why: 'words' } } as const;
    expect(describeRows([{ distro: 'some-1', stages }])).toBe(
      'distribution  mirrors  container  machine  verify  boot  upgrade  verdict\nsome-1        1 s      FAULT      -        -       -     -        FAULT\n\nsome-1: words');
  });
});

describe('the scheduled workflow', () => {
  it('tries every distribution that comes with hew and needs no registered machine', () => {
    const workflow = parse(readFileSync(join(CHECKOUT, '.github/workflows/acceptance.yml'), 'utf8')) as
      { jobs: { distribution: { strategy: { matrix: { distro: readonly string[] } } } } };
    expect(workflow.jobs.distribution.strategy.matrix.distro).toEqual(shippedDistributions().filter((name) => name !== 'rhel-10'));
  });
});
