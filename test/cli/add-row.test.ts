import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { CHECKOUT, NODE } from '../support/checkout.ts';
import { testFolder, writeFiles } from '../support/places.ts';

const FORMAT = {
  'src/formats/cube/row.ts': `
import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';

export const cube = {
  id: 'cube',
  label: 'Cube',
  kind: 'disk',
  schema: z.strictObject({ format: z.literal('cube').describe('A cube.'), compression: z.enum(['none']).default('none').describe('None.'), ...commonKeys }),
  platforms: ['moon'],
  tools: () => ['qemu-img'],
  disk: { endings: ['cube'], driver: 'raw' },
} as const satisfies FormatRow;
`,
  'src/formats/cube/write.ts': `
import type { OutputOf } from '../rows.ts';
import type { DiskWriter } from '../writer.ts';

const writer: DiskWriter<OutputOf<'cube'>> = { convert: (_host, _output, { target }) => Promise.resolve(target + '.cube') };

export default writer;
`,
};

const PLATFORM = {
  'src/platforms/moon/row.ts': `
import type { PlatformRow } from '../row.ts';

export const moon = { id: 'moon', label: 'Moon', needs: ['system'], drivers: ['moon_disk'], swapElsewhere: 'swap to the dark side' } as const satisfies PlatformRow;
`,
  'src/platforms/moon/rules.ts': `
import { pass, type Rule } from '../../verify/rules/rule.ts';

const rules: readonly Rule[] = [
  { id: 'moon.round', severity: 'error', title: 'It is round', check: () => pass('it is'), remedy: 'Make it round', source: 'https://example.org' },
];

export default rules;
`,
};

const DEFINITION = `
name = "rock"
version = "1"
extends = ["vm"]
distro = "sample"
[[disk.partitions]]
mount = "swap"
size = "64MiB"
[[outputs]]
format = "cube"
`;

/** What the registries find, as JSON. */
const ASK = `
const { loadDiskWriter } = await import('./src/formats/load-writer.ts');
const { loadRules } = await import('./src/platforms/rules.ts');
const { MODULES } = await import('./src/boot/initrd/content.ts');
const { isDiskName } = await import('./src/formats/open-disk.ts');
const rules = await loadRules('moon');
const { convert } = await loadDiskWriter({ format: 'cube' });
console.log(JSON.stringify([await convert({}, {}, { target: 'a' }), rules[0].id, MODULES.platforms.includes('moon_disk'), isDiskName('a.cube')]));
`;

it('takes a folder and its row in the list to add a format and a platform', () => {
  const folder = testFolder();
  for (const name of ['src', 'bin', 'package.json', 'profiles']) cpSync(join(CHECKOUT, name), join(folder, name), { recursive: true });
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
  writeFiles(folder, { ...FORMAT, ...PLATFORM, 'rock.toml': DEFINITION });
  for (const [registry, id] of [['formats', 'cube'], ['platforms', 'moon']] as const) {
    const list = join(folder, `src/${registry}/rows.ts`);
    writeFileSync(list, `import { ${id} } from './${id}/row.ts';\n${readFileSync(list, 'utf8').replace(/ROWS = \[/, `ROWS = [${id}, `)}`);
  }
  const run = (...args: readonly string[]) => spawnSync(NODE, ['bin/dev.js', ...args], {
    cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HEW_CACHE: join(folder, 'cache') },
  });

  expect(JSON.parse(execFileSync(NODE, ['--input-type=module', '-e', ASK], { cwd: folder, encoding: 'utf8' }))).toEqual(['a.cube', 'moon.round', true, true]);
  expect(run('schema').stdout).toMatch(/"const": "cube"[\s\S]*"moon"/);
  expect(run('verify', '--help').stdout).toMatch(/disk \(Cube, raw[\s\S]*moon\|azure/);
  expect(run('check', 'rock.toml').stderr).toContain('Moon takes no swap on the system disk');
}, 60_000);
