import { execa } from 'execa';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { NODE } from '../support/checkout.ts';
import { makeCache, testFolder } from '../support/places.ts';

const folder = testFolder();

it('labels a root in memory without any privilege, also with labels that this machine does not know', async () => {
  const worker = join(import.meta.dirname, 'label/worker.ts');
  const { stdout } = await execa(NODE, [worker], { env: { HEW_CACHE: makeCache(folder), HEW_WORKSPACE: 'memory' }, stdin: 'ignore' });
  expect(JSON.parse(stdout)).toEqual({
    outcome: 'labelled',
    notices: [],
    labels: [
      'system_u:object_r:no_machine_knows_this_t:s0', 'system_u:object_r:shadow_t:s0', 'system_u:object_r:bin_t:s0', 'system_u:object_r:bin_t:s0',
    ],
  });
});
