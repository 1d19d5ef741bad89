import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { formatPlace, type Problem } from '../../../src/errors.ts';
import { machineFiles } from '../../../src/host/files.ts';
import type { Host } from '../../../src/host/port.ts';
import { checkDefinitions } from '../../../src/usecases/check-definitions.ts';
import { DISTRO, HEAD, OCI } from '../definition/memory.ts';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const check = async (files: Readonly<Record<string, string>>, names: readonly string[] = []): Promise<readonly Problem[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'hew-unit-'));
  made.push(folder);
  for (const name of ['profiles/distros', 'images', 'a-folder']) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries({ 'profiles/distros/test.toml': DISTRO, ...files })) writeFileSync(join(folder, name), text);
  symlinkSync('/etc/passwd', join(folder, 'outside'));
  const host = { fs: machineFiles, paths: { data: join(folder, 'nowhere') } } as unknown as Host;
  return checkDefinitions(host, folder, names, {});
};

const shown = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ code, place }) => `${place === undefined ? '' : formatPlace(place)} ${code}`);

describe('what lies beside a definition', () => {
  it('is missed with the line that names it', async () => {
    const files = (name: string): string => `[[files]]\npath = "/etc/${name}"\nsource = "${name}"\n`;
    const more = [
      '[packages]', 'local = ["own.rpm"]', 'local-keys = ["own.asc"]', files('absent') + files('a-folder') + files('outside') + files('there'),
      '[[scripts]]', 'run = "script.sh"', '[[repositories]]', 'id = "own"', 'baseurl = "https://a.invalid"', 'gpgkey = ["https://a.invalid/key", "key.asc"]',
    ].join('\n');
    expect(shown(await check({ 'web.toml': `${HEAD}${OCI}${more}`, there: '' }, ['web.toml']))).toEqual([
      'web.toml:7:10 source-missing', 'web.toml:8:15 source-missing', 'web.toml:11:10 source-missing', 'web.toml:14:10 source-is-folder',
      'web.toml:17:10 source-outside', 'web.toml:23:7 source-missing', 'web.toml:27:36 key-missing',
    ]);
  });

  it('may be a rule of a platform', async () => {
    expect(shown(await check({ 'web.toml': `${HEAD}${OCI}[[outputs.accept]]\nrule = "oci.bogus"\nreason = "a test only"\n` }, ['web.toml']))).toEqual(['web.toml:6:1 rule-unknown']);
  });
});

describe('without names', () => {
  it('the definitions of the current folder are checked too, and other files are not', async () => {
    const files = {
      'web.toml': `${HEAD}colour = "red"\n${OCI}`, 'broken.toml': 'name = [', 'Cargo.toml': '[package]\nname = "x"\n', 'compose.yaml': 'services: {}\n',
      'db.yaml': 'name: DB\nversion: "1"\ndistro: test\noutputs: [{format: oci}]\n', 'web.lock.yaml': 'x', '.hidden.toml': 'x = [',
    };
    expect(shown(await check(files))).toEqual(['broken.toml:1:10 toml-syntax', 'db.yaml:1:7 wrong-value', 'web.toml:4:1 unknown-key']);
  });
});
