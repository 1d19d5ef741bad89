import { execa } from 'execa';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { CHECKOUT, NODE } from '../../support/checkout.ts';
import { build } from '../../support/hew.ts';
import { makeCache, testFolder, writeFiles } from '../../support/places.ts';
import { ownTools } from '../../support/upgraded-tools.ts';
import type { InitrdStep, MadeInitrds } from './worker.ts';

const folder = testFolder();
const cache = makeCache(folder);
let root = '';

beforeAll(async () => {
  const image = writeFiles(folder, { 'root.toml': `
name = "test"
version = "1"
extends = ["base"]
distro = "sample"
[packages]
install = ["filesystem", "bash", "coreutils", "dracut", "e2fsprogs", "kernel", "kmod", "systemd", "systemd-udev", "util-linux"]
[[outputs]]
format = "tar"
compression = "none"
` });
  await build(image, join(folder, 'out'), ['--keep-root'], { env: { HEW_CACHE: cache } });
  root = join(folder, 'out/test-1.root');
});

async function initrds(generator: 'systemd' | 'dracut', steps: readonly InitrdStep[], place = cache): Promise<MadeInitrds['made']> {
  const worker = join(CHECKOUT, 'test/integration/cache/worker.ts');
  const { stdout } = await execa(NODE, [worker, root, generator, JSON.stringify(steps)], { env: { HEW_CACHE: place }, stdin: 'ignore' });
  return (JSON.parse(stdout) as MadeInitrds).made;
}

describe('an initrd that hew composes', () => {
  it.each([
    ['a folder of modprobe below /usr', '/usr/lib/modprobe.d/zz.conf', 'options loop max_loop=8\n'],
    ['a drop-in of the journal', '/usr/lib/systemd/system/systemd-journald.service.d/zz.conf', '[Service]\nNice=1\n'],
    ['udev’s own settings', '/usr/lib/udev/udev.conf', 'udev_log=debug\n'],
    // The packages are the same to the last digit: only the content of the file tells.
    ['a program of a package that was replaced', '/usr/lib/udev/ata_id', '#!/bin/sh\nexit 0\n'],
  ])('is never stale: %s', async (_what, path, content) => {
    const [before, same, changed, fresh] = await initrds('systemd', [{ cache: true }, { cache: true }, { cache: true, change: { [path]: content } }, { cache: false }]);
    expect([same?.fromCache, same?.sha256]).toEqual([true, before?.sha256]);
    expect([changed?.fromCache, changed?.sha256 === before?.sha256]).toEqual([false, false]);
    expect(changed?.sha256).toBe(fresh?.sha256);
    expect(changed?.reason).toContain(`files ${path}`);
  });

  it('is taken by another image of other packages, where the same files go in', async () => {
    const [before, changed] = await initrds('systemd', [{ cache: true }, { cache: true, change: { '/usr/share/doc/readme': 'not of an initrd\n' } }]);
    expect([changed?.fromCache, changed?.sha256]).toEqual([true, before?.sha256]);
  });

  it.each([
    ['other bytes', (file: string) => writeFileSync(file, readFileSync(file).fill(0x5a, 1000, 2000)), 'its file initrd has other content'],
    ['rubbish', (file: string) => writeFileSync(file, 'rubbish'), 'its file initrd has another size'],
  ])('is not taken when what is kept has %s: that is told, and mended', async (_what, damage, reason) => {
    const place = makeCache(folder, `damaged-${reason.length}`);
    const [whole] = await initrds('systemd', [{ cache: true }], place);
    for (const name of readdirSync(join(place, 'kept/initrd'))) damage(join(place, 'kept/initrd', name, 'initrd'));
    const [mended, again] = await initrds('systemd', [{ cache: true }, { cache: true }], place);
    expect([mended?.sha256, mended?.fromCache, mended?.notices]).toEqual([whole?.sha256, false, [expect.stringContaining(`${reason}; it is removed and made again`)]]);
    expect([again?.sha256, again?.fromCache]).toEqual([whole?.sha256, true]);
  });
});

describe('an initrd is not taken after the program that packs it', () => {
  const REASON = /^tools (?:zstd|igzip) changed$/;

  it('was rebuilt in the tools tree', async () => {
    const place = makeCache(folder, 'rebuilt');
    const tools = ownTools(place);
    const [before] = await initrds('systemd', [{ cache: true }], place);
    for (const program of ['zstd', 'igzip']) tools.rebuild(program);
    const [after, again] = await initrds('systemd', [{ cache: true }, { cache: true }], place);
    expect([after?.fromCache, after?.reason, after?.sha256]).toEqual([false, expect.stringMatching(REASON), before?.sha256]);
    expect(again?.fromCache).toBe(true);
  });
});

describe('an initrd of dracut', () => {
  it('is never stale, whichever file of the image its modules may read', async () => {
    const [before, same, changed] = await initrds('dracut', [
      { cache: true }, { cache: true }, { cache: true, change: { '/usr/lib/modprobe.d/zz.conf': 'options loop max_loop=8\n' } },
    ]);
    expect([same?.fromCache, same?.sha256]).toEqual([true, before?.sha256]);
    expect([changed?.fromCache, changed?.reason]).toEqual([false, expect.stringContaining('root /usr/lib/modprobe.d')]);
    expect(changed?.sha256).not.toBe(before?.sha256);
  });
});
