import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { runDracut } from '../../../../src/boot/initrd/dracut.ts';
import type { Command } from '../../../../src/host/port.ts';
import type { InitrdRequest } from '../../../../src/boot/initrd/request.ts';
import { indexRoot } from '../../../../src/boot/root-index.ts';
import { hostileRoot, type HostileRoot } from '../../../support/hostile-root.ts';

let made: HostileRoot | undefined;
afterEach(() => made?.remove());

const request = async ({ host, root }: HostileRoot): Promise<InitrdRequest> => ({
  root: { path: root, packages: [], epoch: 0, target: { arch: 'x86_64', level: 'baseline' } },
  index: await indexRoot(host.inside(root).tree()),
  kernel: { version: '6.1', image: '/boot/vmlinuz', modules: '/usr/lib/modules/6.1' },
  generator: 'dracut', drivers: [], fips: false, cache: false,
} as unknown as InitrdRequest);

/** The only folder that the program of the image can write to, besides the image. */
const folderOf = ({ view }: Command): string => view.placeWritable?.['/run/hew'] ?? '';

describe('dracut', () => {
  it('has its traces removed in the image, not where /var leads on the machine', async () => {
    made = hostileRoot({ '/usr/bin/dracut': '', '/var': { link: 'MACHINE' } }, (command) => {
      writeFileSync(join(made?.machine ?? '', 'tmp/of-another-process'), 'kept');
      writeFileSync(join(folderOf(command), 'initrd'), 'initrd');
      return '';
    });
    mkdirSync(join(made.machine, 'tmp'));
    await runDracut(made.host, await request(made), join(made.root, '../initrd'));
    expect(made.content()['tmp/of-another-process']).toBe('kept');
  });

  it('is not believed when it leaves a link in the place of the initrd', async () => {
    made = hostileRoot({ '/usr/bin/dracut': '' }, (command) => {
      symlinkSync(join(made?.machine ?? '', 'secret'), join(folderOf(command), 'initrd'));
      return '';
    });
    await expect(runDracut(made.host, await request(made), join(made.root, '../initrd'))).rejects.toMatchObject({ code: 'no-initrd' });
  });

  it('leaves nothing but the initrd where hew writes next', async () => {
    made = hostileRoot({ '/usr/bin/dracut': '' }, (command) => {
      for (const name of ['os-release', 'loader.conf']) symlinkSync(join(made?.machine ?? '', 'secret'), join(folderOf(command), name));
      writeFileSync(join(folderOf(command), 'initrd'), 'initrd');
      return '';
    });
    const folder = join(made.root, '../boot');
    mkdirSync(folder);
    await runDracut(made.host, await request(made), join(folder, 'initrd-6.1'));
    expect(readdirSync(folder)).toEqual(['initrd-6.1']);
    expect(readFileSync(join(folder, 'initrd-6.1'), 'utf8')).toBe('initrd');
  });
});
