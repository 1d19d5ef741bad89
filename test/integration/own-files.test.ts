import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build } from '../support/hew.ts';
import { readLayout } from '../support/oci.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { readTar, type TarEntry } from '../support/tar.ts';

const folder = testFolder();

const PATHS = ['/etc/resolv.conf', '/root/.bash_history', '/var/tmp/x', '/var/cache/dnf/deep/x', '/var/log/own.log', '/etc/motd'];
const files = (paths: readonly string[]): string => paths.map((path) => `[[files]]\npath = "${path}"\ncontent = "own ${path}\\n"\n`).join('');

describe('files of a definition', () => {
  let entries: readonly TarEntry[] = [];

  beforeAll(async () => {
    const image = writeFiles(folder, { 'kept.toml': definition(['filesystem', 'bash', 'coreutils'], `
[[outputs]]
format = "oci"
# The rules for containers want no package cache, and this is about what a build leaves.
verify = []
${files(PATHS)}
[[files]]
path = "/var/tmp/link"
link = "x"
[[scripts]]
content = "echo made > /var/tmp/made; echo made > /var/log/made; echo made > /srv/made\\n"
`) });
    const output = join(folder, 'kept');
    await build(image, output, [], { env: { HEW_CACHE: makeCache(folder) } });
    entries = readLayout(join(output, 'test-1.oci')).images.flatMap(({ layers }) => layers.flatMap(readTar));
  });

  it.each(PATHS)('%s is in the image, though its folder is emptied or such files are removed', (path) => {
    expect(entries.find((entry) => `/${entry.path}` === path)?.content.toString()).toBe(`own ${path}\n`);
  });

  it('are links too', () => {
    expect(entries.find(({ path }) => path === 'var/tmp/link')).toMatchObject({ type: 'symlink', link: 'x' });
  });

  it('stay alone in those folders: what scripts leave there is cleaned away', () => {
    expect(entries.filter(({ content }) => content.toString() === 'made\n').map(({ path }) => path)).toEqual(['srv/made']);
  });
});

it('a file that a later step of the build would take away is refused with its line', async () => {
  const image = writeFiles(folder, { 'lost.toml': definition(['filesystem'], `
[[files]]
path = "/var/lib/dnf/own"
content = "mine"
`).replace('[packages]', '[packages]\ndatabase = "none"') });
  const { error, status } = await failBuild(folder, image);
  const text = readFileSync(image, 'utf8').split('\n');
  expect([error.code, status]).toEqual(['file-not-kept', 1]);
  expect(text[(error.problems[0]?.place?.line ?? 0) - 1]).toBe('path = "/var/lib/dnf/own"');
});
