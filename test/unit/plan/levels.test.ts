import { describe, expect, it } from 'vitest';

import { loadDefinition, type RequestedLevel } from '../../../src/definition/index.ts';
import { detect } from '../../../src/isa/detect.ts';
import { platformOf } from '../../../src/formats/oci/documents.ts';
import { qemuModel } from '../../../src/isa/qemu-models.ts';
import { dnfFiles } from '../../../src/packages/dnf5/settings.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { BuilderFacts } from '../../../src/plan/targets.ts';
import { HewError } from '../../../src/errors.ts';
import { DISTRO, HEAD, memory, OCI } from '../definition/memory.ts';
import { processors } from '../isa/processors.ts';

const nehalem = (): BuilderFacts => {
  const flags = processors.find(({ level }) => level === 'v2')?.flags.split(' ') ?? [];
  return { architecture: 'x86_64', detection: detect({ architecture: 'x86_64', model: 'Nehalem', platform: 'linux', flags, glibcHelp: undefined }) };
};

const failureOf = async (work: Promise<unknown>): Promise<HewError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof HewError) return error;
  throw new Error('no HewError', { cause: error });
};

/** The plan of an image for levels of a distribution that says more of itself than the one of all tests. */
const planFor = async (says: string, level: RequestedLevel | readonly RequestedLevel[], builder: BuilderFacts = { architecture: 'x86_64' }, hardware = '') => {
  const files = {
    '/work/images/web.toml': `${HEAD}[hardware]\nlevel = ${JSON.stringify(level)}\n${hardware}${OCI}`,
    '/work/profiles/distros/test.toml': DISTRO.replace('[package-names]', `${says}\n[package-names]`),
  };
  return makePlan(await loadDefinition(memory(files), '/work/images/web.toml'), builder);
};

describe('the baseline of a distribution', () => {
  it('is what an image of the baseline needs', async () => {
    const { targets: [target], distribution } = await planFor('baseline = "v3"', 'baseline');
    expect(target).toMatchObject({ level: 'v3', vars: {} });
    expect(target?.repositories.map(({ settings, why }) => [settings.level, why])).toEqual([['v3', 'Its packages need x86-64-v3, the baseline of the distribution.']]);
    expect(distribution.baseline).toBe('v3');
    if (target === undefined) throw new Error('no target');
    expect(platformOf(target)).toEqual({ architecture: 'amd64', os: 'linux', variant: 'v3' });
    expect(qemuModel(target.level)).toBe('Haswell-noTSX');
  });

  it('is one target with its own level', async () => {
    const { targets } = await planFor('baseline = "v3"', ['baseline', 'v3', 'v4']);
    expect(targets.map(({ level }) => level)).toEqual(['v3', 'v4']);
  });

  it('is below what a machine of less can run', async () => {
    const { targets: [target] } = await planFor('baseline = "v3"', 'baseline', nehalem());
    expect(target?.cannotRun?.message).toMatch(/v3/);
  });

  it('means nothing to another architecture', async () => {
    const { targets: [target] } = await planFor('baseline = "v3"', 'baseline', { architecture: 'aarch64' });
    expect(target).toMatchObject({ arch: 'aarch64', level: 'baseline' });
    expect(target?.repositories.length).toBe(1);
  });

  it('refuses less, and names what has it', async () => {
    const error = await failureOf(planFor('baseline = "v3"\nother-levels = { v2 = "test-v2" }', 'v2'));
    expect(error.code).toBe('level-below-baseline');
    expect(error.message).toContain('has no packages for x86-64-v2: its x86_64 means x86-64-v3');
    expect(error.problems[0]?.hint).toBe('choose distro = "test-v2", which has them, or take level = "baseline" (v3)');
  });

  it('refuses this machine where it has less', async () => {
    const error = await failureOf(planFor('baseline = "v3"', 'host', nehalem()));
    expect(error.message).toContain('has no packages for x86-64-v2, the level of this machine');
  });

  it('refuses a higher level that another file has', async () => {
    const error = await failureOf(planFor('baseline = "v2"\nother-levels = { v3 = "test-10" }', 'v3'));
    expect([error.code, error.problems[0]?.hint]).toEqual(['level-elsewhere', 'choose distro = "test-10", which has them, or take level = "baseline" (v2)']);
  });
});

describe('a level model', () => {
  it.each([
    ['', 'baseline', 'x86_64', 'x86_64', false],
    ['', 'v3', 'x86_64', 'x86_64', false],
    ['level-model = "labelled"', 'baseline', 'x86_64', 'x86_64', true],
    ['level-model = "labelled"', 'v3', 'x86_64_v3', 'x86_64', true],
    ['package-arch-labels = true', 'v3', 'x86_64_v3', 'x86_64', true],
    ['baseline = "v2"\nlevel-model = "basearch"', 'baseline', 'x86_64_v2', 'x86_64_v2', true],
    ['level-model = "hwcaps"', 'v3', 'x86_64', 'x86_64', false],
  ] as const)('tells dnf5 its architectures: %s, %s', async (says, level, arch, basearch, keeps) => {
    const plan = await planFor(says, level);
    const [target] = plan.targets;
    if (target === undefined) throw new Error('no target');
    const files = dnfFiles({ plan, target, keys: new Map(), paths: { settings: '/s', cache: '/c', hewCache: '/h' } });
    expect([files.get('/s/vars/arch'), files.get('/s/vars/basearch')]).toEqual([`${arch}\n`, `${basearch}\n`]);
    expect(files.get('/s/repos.d/hew.repo')).toContain(`/${basearch}\n`);
    expect(target.vars).toEqual(keeps ? { arch, basearch } : {});
  });

  it('of libraries below glibc-hwcaps leaves the image for the baseline, once for all levels', async () => {
    const { targets } = await planFor('level-model = "hwcaps"', ['baseline', 'v3', 'v2']);
    expect(targets.map(({ level, hwcaps }) => [level, hwcaps])).toEqual([['baseline', 'v3']]);
    const { targets: [plain] } = await planFor('level-model = "hwcaps"', 'baseline');
    expect(plain).not.toHaveProperty('hwcaps');
  });

  it('cannot be said twice', async () => {
    const error = await failureOf(planFor('level-model = "hwcaps"\npackage-arch-labels = true', 'v3'));
    expect(error.code).toBe('level-model-twice');
  });
});
