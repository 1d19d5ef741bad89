import { describe, expect, it } from 'vitest';

import { artifactInputs } from '../../../src/build/artifact-cache.ts';
import { layerInputs, mayBeKept } from '../../../src/build/layer-cache.ts';
import { describeDifferences, differencesOf } from '../../../src/cache/explain.ts';
import type { Host } from '../../../src/host/port.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { planShipped } from '../../support/planned.ts';

interface Maker {
  readonly tree?: string;
  readonly hew?: string;
  readonly epoch?: string;
}

const hostOf = ({ tree = 'tree-1', hew = 'sha256:1', epoch }: Maker): Host => ({
  env: { SOURCE_DATE_EPOCH: epoch },
  program: () => ({ version: '1', digest: hew }),
  tools: () => Promise.resolve({ origin: 'tree', name: tree, root: '/', packages: [] }),
  toolVersions: () => Promise.resolve({}),
  fs: { digestFiles: (paths: readonly string[]) => Promise.resolve(paths.map(() => '')), realPath: (path: string) => Promise.resolve(path) },
}) as unknown as Host;

const plan = await planShipped('container-base', { distro: 'sample' });
const withSystem = (system: object): Plan => ({ ...plan, configuration: { ...plan.configuration, system: { ...plan.configuration.system, ...system } } });

/** What differs in the inputs of layers and of artifacts, in words. */
async function differences(maker: Maker, other: Plan = plan): Promise<readonly string[]> {
  const told = async (inputs: typeof layerInputs | typeof artifactInputs): Promise<string> =>
    describeDifferences(differencesOf(await inputs(hostOf({}), plan, []), await inputs(hostOf(maker), other, [])));
  return [await told(layerInputs), await told(artifactInputs)];
}

describe('the inputs of layers and of artifacts', () => {
  it.each<[string, Maker, string]>([
    ['nothing', {}, ''],
    ['another tools tree', { tree: 'tree-2' }, 'tools tree changed (tree-1 → tree-2)'],
    ['another hew', { hew: 'sha256:2' }, 'hew changed'],
    ['another date', { epoch: '1' }, 'epoch changed'],
  ])('differ by %s', async (_what, maker, difference) => {
    for (const told of await differences(maker)) expect(told).toContain(difference);
  });

  it('differ by a setting of the system', async () => {
    expect(await differences({}, withSystem({ hostname: 'other' }))).toEqual(['system hostname is new', 'system hostname is new']);
  });

  it('differ for artifacts alone by what is only in them', async () => {
    const [output] = plan.outputs;
    const accept = [{ rule: 'oci.user', reason: 'A base.' }];
    expect(await differences({}, { ...plan, outputs: [{ ...output, accept } as Plan['outputs'][number]] })).toEqual(['', 'outputs oci changed']);
    expect(await differences({}, { ...plan, limits: { ...plan.limits, installed: '1GiB' } })).toEqual(['', expect.stringMatching(/^limits installed changed/)]);
    expect(await differences({}, { ...plan, image: { ...plan.image, summary: 'another' } })).toEqual(['', expect.stringMatching(/^image summary/)]);
  });
});

describe('what is never kept', () => {
  const script = plan.configuration.scripts[0];
  it.each<[string, Plan]>([
    ['a script with the network', { ...plan, configuration: { ...plan.configuration, scripts: [{ ...script, network: true } as Plan['configuration']['scripts'][number]] } }],
    ['a script with a part of the network', { ...plan, configuration: { ...plan.configuration, scripts: [{ ...script, network: ['a:443'] } as Plan['configuration']['scripts'][number]] } }],
    ['a password in plain text', withSystem({ 'root-password': 'hunter' })],
  ])('an image with %s', (_what, other) => expect([mayBeKept(plan), mayBeKept(other)]).toEqual([true, false]));
});
