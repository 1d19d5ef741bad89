import type { Cache } from '../../cache/cache.ts';
import type { Root } from '../../rootfs/make-root.ts';
import type { Kernel } from '../find-kernel.ts';
import type { RootIndex } from '../root-index.ts';

export type BootRoot = Pick<Root, 'path' | 'packages' | 'epoch'> & {
  readonly target: Pick<Root['target'], 'arch' | 'level'>;
};

export interface InitrdRequest {
  /** Name of the image that it is for. */
  readonly image: string;
  readonly root: BootRoot;
  readonly index: RootIndex;
  readonly kernel: Kernel;
  readonly generator: 'systemd' | 'dracut';
  readonly drivers: readonly string[];
  readonly fips: boolean;
  /** Where one of an earlier build is, and this one goes. */
  readonly cache: Cache;
}
