import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import type { BuildResult } from '../../src/build/build-image.ts';
import type { ErrorReport } from '../../src/cli/print-error.ts';
import { DISK_FORMATS } from '../../src/formats/rows.ts';
import type { Plan } from '../../src/plan/types.ts';
import { judgeFailure, judgeProbes } from './judge.ts';
import type { Outcome, Row, StageName } from './outcome.ts';
import { addressesOf, fetchStatus, probeAddresses, type Probe } from './probe.ts';
import { upgradeRoot } from './upgrade.ts';

/** What a run works with. */
export interface Trial {
  /** Name of a distribution that comes with hew, or path of a file. */
  readonly distro: string;
  /** Definitions of the two images. */
  readonly container: string;
  readonly machine: string;
  /** Folder for what is built. */
  readonly output: string;
  /** argv in front of hew's arguments. */
  readonly hew: readonly string[];
  readonly seconds: {
    /** How long to wait before an address that does not answer is asked again. */
    readonly pause: number;
    /** How long a guest may take to start everything. */
    readonly boot: number;
  };
}

type Work = () => Promise<Outcome | void>;

/**
 * Tries one distribution. The first stage that does not pass leaves out the rest. `tell` gets each stage as it ends.
 * Throws only where this program itself is at fault.
 */
export async function tryDistribution(trial: Trial, tell: (stage: StageName, outcome: Outcome) => void): Promise<Row> {
  const stages: Partial<Record<StageName, Outcome>> = {};
  let ended = false;
  for (const [stage, work] of Object.entries(worksOf(trial)) as [StageName, Work][]) {
    const outcome: Outcome = ended ? { kind: 'left-out' } : await timed(work);
    ended ||= outcome.kind !== 'passed' && outcome.kind !== 'left-out';
    stages[stage] = outcome;
    tell(stage, outcome);
  }
  return { distro: trial.distro, stages: stages as Row['stages'] };
}

async function timed(work: Work): Promise<Outcome> {
  const began = performance.now();
  return (await work()) ?? { kind: 'passed', seconds: (performance.now() - began) / 1000 };
}

function worksOf(trial: Trial): Readonly<Record<StageName, Work>> {
  const made: { plan?: Plan; container?: BuildResult; machine?: BuildResult } = {};
  const probe = async (): Promise<readonly Probe[]> =>
    (made.plan === undefined ? [] : probeAddresses(addressesOf(made.plan), fetchStatus, () => sleep(trial.seconds.pause * 1000)));
  const hew = async (...args: readonly string[]): Promise<{ readonly failed?: Outcome; readonly result: unknown }> => {
    const run = await runHew(trial.hew, args);
    return 'error' in run ? { failed: judgeFailure(run.error, await probe()), result: undefined } : run;
  };
  const build = (kind: 'container' | 'machine') => async (): Promise<Outcome | undefined> => {
    const { failed, result } = await hew('build', trial[kind], '--distro', trial.distro, '--output', trial.output, '--keep-root');
    if (failed === undefined) made[kind] = result as BuildResult;
    return failed;
  };
  const verifyAll = async (): Promise<Outcome | undefined> => {
    for (const { rules, artifacts } of [made.container, made.machine].filter((one) => one !== undefined)) {
      for (const { artifact, platform } of rules) {
        const path = artifacts.find(({ name }) => name === artifact)?.path ?? join(trial.output, artifact);
        const { failed } = await hew('verify', path, '--for', platform);
        if (failed !== undefined) return failed;
      }
    }
    return undefined;
  };
  const boot = async (): Promise<Outcome | undefined> => {
    const disk = made.machine?.artifacts.find(({ format }) => DISK_FORMATS.includes(format));
    if (disk === undefined) return { kind: 'left-out' };
    return (await hew('boot', disk.path, '--timeout', String(trial.seconds.boot))).failed;
  };
  const upgrade = async (): Promise<Outcome | undefined> => {
    const root = readdirSync(trial.output).find((name) => name.startsWith(`${made.machine?.image}-`) && name.endsWith('.root'));
    if (root === undefined) return { kind: 'fault', why: 'the build kept no root' };
    return upgradeRoot(join(trial.output, root), made.plan?.distribution.packageManager ?? 'dnf5');
  };
  return {
    mirrors: async () => {
      const { failed, result } = await hew('plan', trial.container, '--distro', trial.distro);
      if (failed !== undefined) return failed;
      made.plan = result as Plan;
      return judgeProbes(await probe());
    },
    container: build('container'),
    machine: build('machine'),
    verify: verifyAll,
    boot,
    upgrade,
  };
}

/** Runs hew with `--json`; what it says of success or failure. Throws where it says neither. */
async function runHew(program: readonly string[], args: readonly string[]): Promise<{ readonly result: unknown } | ErrorReport> {
  const [file = '', ...before] = program;
  const { stdout, stderr, exitCode } = await execa(file, [...before, ...args, '--json'], { reject: false, stdin: 'ignore' });
  try {
    const said: unknown = JSON.parse(stdout);
    return isFailure(said) ? said : { result: said };
  } catch (error) {
    throw new Error(`hew ${args.join(' ')} ended with ${String(exitCode)} and no JSON:\n${stdout}\n${stderr}`, { cause: error });
  }
}

const isFailure = (said: unknown): said is ErrorReport => typeof said === 'object' && said !== null && 'error' in said;
