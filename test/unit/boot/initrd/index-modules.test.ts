import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { indexModules } from '../../../../src/boot/initrd/index-modules.ts';
import type { Command } from '../../../../src/host/port.ts';
import { hostileRoot, type HostileRoot } from '../../../support/hostile-root.ts';

const MODULES = '/usr/lib/modules/6.1';
const kernel = { version: '6.1', image: `${MODULES}/vmlinuz`, modules: MODULES };
let made: HostileRoot | undefined;
afterEach(() => made?.remove());

const stagingOf = ({ view }: Command): string => view.placeWritable?.['/run/hew'] ?? '';
const depmod = (command: Command, leave: (folder: string) => void): string => {
  if (command.tool === 'depmod') leave(join(stagingOf(command), 'lib/modules/6.1'));
  return '';
};

describe('the index of modules that go into an initrd', () => {
  it('keeps modules below the staging folder, whatever modules.dep says', async () => {
    let seen: readonly string[] = [];
    const path = '../../../../../../machine/planted';
    made = hostileRoot({ [`${MODULES}/kernel/a.ko`]: 'a', '/machine/planted': 'by a package', [`${MODULES}/x`]: { link: 'MACHINE/secret' } },
      (command) => depmod(command, (folder) => {
        seen = readdirSync(dirname(dirname(dirname(folder))), { recursive: true }) as string[];
        writeFileSync(join(folder, 'modules.dep'), 'kernel/a.ko:');
      }));
    await indexModules(made.host, { root: made.root, kernel }, ['kernel/a.ko', path]);
    expect(made.content()).toEqual({ secret: 'of the machine' });
    expect(existsSync(join(made.root, '..', 'planted'))).toBe(false);
    expect(seen).toContain('lib/modules/6.1/kernel/a.ko');
  });

  it('takes no file of the machine that a program of the image left a link to', async () => {
    made = hostileRoot({ [`${MODULES}/kernel/a.ko`]: 'a' }, (command) =>
      depmod(command, (folder) => symlinkSync(join(made?.machine ?? '', 'secret'), join(folder, 'modules.alias'))));
    await expect(indexModules(made.host, { root: made.root, kernel }, ['kernel/a.ko'])).rejects.toMatchObject({ code: 'not-a-file' });
  });

  it('takes no module that is a link out of the image', async () => {
    made = hostileRoot({ [`${MODULES}/kernel/a.ko`]: { link: 'MACHINE/secret' } });
    await expect(indexModules(made.host, { root: made.root, kernel }, ['kernel/a.ko'])).rejects.toMatchObject({ code: 'not-in-image' });
  });
});
