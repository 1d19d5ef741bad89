import { afterEach, describe, expect, it } from 'vitest';

import { splitByMount } from '../../../src/disk/make/split-by-mount.ts';
import type { IdentifiedPartition } from '../../../src/disk/layout/identify.ts';
import { hostileRoot, type HostileRoot } from '../../support/hostile-root.ts';

let made: HostileRoot | undefined;
afterEach(() => made?.remove());

const partition = (number: number, mount: string): IdentifiedPartition =>
  ({ number, mount, settings: { subvolumes: [] } }) as unknown as IdentifiedPartition;

describe('splitting a root by mount points', () => {
  it('makes a mount point in the image where a link of a package leads out of it', async () => {
    const moved: string[] = [];
    made = hostileRoot({ '/boot': { link: 'MACHINE' } }, ({ tool, args }) => {
      if (tool === 'find' && args.includes('mv')) moved.push(args[0] ?? '');
      return '';
    });
    const { root, machine, host } = made;
    await splitByMount(host, { path: root, epoch: 0 }).split([partition(1, '/boot/efi'), partition(2, '/')]);
    expect(made.content()).toEqual({ secret: 'of the machine' });
    expect(moved).toEqual([`${root}${machine}/efi`]);
  });
});
