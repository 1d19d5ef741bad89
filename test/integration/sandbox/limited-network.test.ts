import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { runHew } from '../../support/hew.ts';
import { NO_TRACES, settledTraces } from '../../support/leftovers.ts';
import { limitedImage } from '../../support/limited-network.ts';
import { makeCache, testFolder } from '../../support/places.ts';
import { readTar } from '../../support/tar.ts';

const folder = testFolder();

describe('a script whose network is a list', () => {
  it('reaches what is listed and nothing else of the machine, and what it asked for in vain is told', async () => {
    const image = await limitedImage(folder);
    const output = join(folder, 'out');
    const run = await runHew(['build', image.file, '--output', output], { env: { HEW_CACHE: makeCache(folder) } });
    expect(run.status, run.stderr).toBe(0);
    image.check(readTar(readFileSync(join(output, 'root.tar'))));
    expect(run.stderr).toContain(`! script asks asked for ${image.refused}, which its \`network\` does not list: refused`);
    expect(run.stderr).not.toContain('shares the machine');
    for (const name of ['manifest.json', 'provenance.intoto.json']) {
      expect(readFileSync(join(output, 'test-1.evidence', name), 'utf8'), name).toContain(`script asks to ${image.listed}`);
    }
    expect(await settledTraces([output])).toEqual(NO_TRACES);
  });
});
