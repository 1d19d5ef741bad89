import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { readLayout } from '../support/oci.ts';
import { runHew } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { readTar } from '../support/tar.ts';

const folder = testFolder();
const env = { HEW_CACHE: makeCache(folder) };
const HASH = '$6$saltsaltsalt$0123456789abcdefghijklmnopqrstuvwxyz';
const SECRETS = /hunter|saltsaltsalt|0123456789abcdefghij/;
const image = writeFiles(folder, {
  'image.toml': definition(['filesystem', 'bash', 'setup'], `
[system]
root-password = "hunter-root"
allow-plain-text-passwords = "A lab."
[[system.users]]
name = "azl"
password = "${HASH}"
[[scripts]]
content = 'test "$DEPLOY_TOKEN" = hunter-token'
env = ["DEPLOY_TOKEN=hunter-token"]
[[outputs]]
format = "oci"
compression = "none"
`),
});

describe('passwords of a definition', () => {
  it.each([
    ['show'], ['plan'], ['plan --json'], ['show --json --set system.root-password=hunter-flag --deviations'],
  ])('are not printed by hew %s', async (words) => {
    const [command = '', ...args] = words.split(' ');
    const { status, stdout, stderr } = await runHew([command, image, ...args], { env });
    expect(status, stderr).toBe(0);
    // The text of a script is the person's own and stays.
    expect(`${stdout}${stderr}`.replaceAll('= hunter-token', '')).not.toMatch(SECRETS);
    expect(stdout).toMatch(/redacted|plain-text-password/);
  });

  it('reach the image, and neither what --verbose tells nor the evidence', async () => {
    const { status, stdout, stderr } = await runHew(['build', image, '-o', join(folder, 'out'), '--verbose', '--json'], { env });
    expect(status, stderr).toBe(0);
    expect(stderr, 'what --verbose tells').toContain('/bin/sh /run/hew-script');
    expect(`${stdout}${stderr}`).not.toMatch(SECRETS);
    const evidence = join(folder, 'out/test-1.evidence');
    for (const name of readdirSync(evidence)) expect(readFileSync(join(evidence, name), 'utf8'), name).not.toMatch(SECRETS);
    const [layout] = readLayout(join(folder, 'out/test-1.oci')).images;
    const shadow = readTar(layout?.layers[0] ?? Buffer.alloc(0)).find(({ path }) => path === 'etc/shadow')?.content.toString() ?? '';
    expect(shadow).toContain(`azl:${HASH}:`);
    expect(shadow).toMatch(/^root:\$6\$/m);
  });
});
